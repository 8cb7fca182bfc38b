#include "support/world.hpp"

#include <catch2/catch.hpp>

#include "base/calendar_text.hpp"
#include "dispatch/gate/event_permit.hpp"
#include "dispatch/gate/fact_directory.hpp"
#include "dispatch/invited_devices.hpp"
#include "support/forwarding_log.hpp"

namespace samvev::test {
namespace {

constexpr std::string_view secret = "a secret of thirty-two bytes, yes";

std::unique_ptr<modules::Registry> must_make_registry(
    std::vector<std::unique_ptr<modules::Module>> modules
) {
    auto registry = modules::Registry::make(std::move(modules));
    if (!registry) {
        FAIL(registry.error().message);
    }
    return std::move(*registry);
}

class RefusingLog final : public ForwardingLog {
public:
    using ForwardingLog::ForwardingLog;
    void submit(store::Commit commit, Completion done) override {
        if (const auto error = refuses ? refuses(commit) : std::nullopt) {
            done(tl::unexpected<Error>(*error));
            return;
        }
        ForwardingLog::submit(std::move(commit), std::move(done));
    }

    std::function<std::optional<Error>(const store::Commit&)> refuses;
};

}  // namespace

World::World(std::vector<std::unique_ptr<modules::Module>> modules, Options options)
    : World(must_make_registry(std::move(modules)), std::move(options)) {}

World::World(std::unique_ptr<modules::Registry> registry, Options options)
    : stored_(options.make_log ? options.make_log() : store::make_memory_event_log()),
      log_(std::make_unique<RefusingLog>(*stored_)),
      numbers_(std::string(secret)),
      table_(store::make_memory_table()),
      registry_(std::move(registry)),
      tokens_(secret) {
    clock_.freeze(*base::parse_timestamp("2027-03-23T08:00:00Z"));
    projector_ = views::make_projector({*log_, *registry_, *table_, std::string(secret)});
    dispatch::DispatcherParts parts{*log_,  *registry_, *projector_, executor_,
                                    clock_, ids_,       tokens_,     std::string(secret)};
    if (options.asks_policy) {
        auto facts = dispatch::TenantFacts::follow(
            *log_, [wanted = options.wants_declaration](store::TenantId /*any*/) { return wanted; },
            nullptr, &numbers_
        );
        REQUIRE(facts.has_value());
        facts_ = std::move(*facts);
        parts.facts = facts_.get();
        access_log_ = std::make_unique<dispatch::AccessLog>(
            dispatch::AccessLog::Parts{*log_, clock_, ids_, executor_}
        );
        parts.access_log = access_log_.get();
        gate_ =
            std::make_unique<dispatch::Gate>(facts_.get(), *registry_, clock_, access_log_.get());
    }
    parts.settable_clock = &clock_;
    parts.drop_states = std::move(options.drop_states);
    dispatcher_ = dispatch::make_dispatcher(parts);
    timers_ = timers::make_timer_service({*log_, *registry_, *dispatcher_, clock_, ids_});
    reactor_ = timers::make_reactor({*log_, *registry_, *dispatcher_, *table_});
}

std::unique_ptr<subscriptions::Hub> World::make_hub() {
    subscriptions::HubParts parts{*log_, *registry_, executor_, clock_, tokens_};
    if (gate_) {
        parts.permit = dispatch::event_permit(*gate_);
        parts.admit = dispatch::event_admission(*gate_);
        parts.record = [this](access::Reading reading, dispatch::AccessLog::Recorded recorded) {
            access_log_->record(std::move(reading), std::move(recorded));
        };
    }
    return subscriptions::make_hub(parts);
}

void World::refuse_commits(std::function<std::optional<Error>(const store::Commit&)> refuses) {
    static_cast<RefusingLog&>(*log_).refuses = std::move(refuses);
}

std::unique_ptr<access::Directory> World::directory() const {
    REQUIRE(facts_ != nullptr);
    return dispatch::make_fact_directory(
        {*facts_, numbers_, clock_, access::make_configured_directory({})}
    );
}

std::unique_ptr<access::Invitations> World::make_invitations() {
    REQUIRE(facts_ != nullptr);
    return dispatch::make_invited_devices(
        {.log = *log_,
         .facts = *facts_,
         .dispatcher = *dispatcher_,
         .executor = executor_,
         .clock = clock_,
         .ids = ids_,
         .secret = std::string(secret),
         .random =
             [this](std::size_t size) {
                 std::string out;
                 while (out.size() < size) {
                     out += ids_.make(clock_.now()).text();
                 }
                 return out.substr(0, size);
             }}
    );
}

World::~World() {
    settle();
}

Result<json> World::call(
    const std::string& method, const json& params, const access::Actor& actor
) {
    std::optional<Result<std::string>> answer;
    dispatch::Request request;
    request.method = method;
    request.params = params.dump();
    request.actor = std::make_shared<access::Actor>(actor);
    dispatcher_->execute(std::move(request), [&answer](Result<std::string> result) {
        answer = std::move(result);
    });
    while (!answer) {
        if (!executor_.step() && !projector_->step() && !answer) {
            FAIL(method << " was never answered");
        }
    }
    settle();
    if (!*answer) {
        return tl::unexpected<Error>(answer->error());
    }
    return json::parse(**answer);
}

Result<json> World::command(const std::string& method, json params, const access::Actor& actor) {
    if (!params.contains("commandId")) {
        params["commandId"] = new_id();
    }
    return call(method, params, actor);
}

void World::settle() {
    bool worked = true;
    while (worked) {
        worked = executor_.drain() > 0;
        worked = projector_->step() || worked;
        reactor_->wake();
        worked = reactor_->step() || worked;
        worked = timers_->step() > 0 || worked;
        worked = (also_step_ && also_step_()) || worked;
    }
}

void World::advance_to(base::Timestamp time) {
    clock_.freeze(time);
    settle();
}

std::string World::new_id() {
    return ids_.make(clock_.now()).text();
}

std::string World::events_as_text(std::uint32_t tenant) const {
    std::string out;
    const auto scanned = log_->scan(
        {store::TenantId(tenant), store::LogKind::domain}, store::Position(0), SIZE_MAX,
        [&out](const store::EventView& event) {
            out += std::to_string(event.position.value()) + " " + std::string(event.type) + "\n";
            return store::Visit::more;
        }
    );
    if (!scanned) {
        FAIL(scanned.error().message);
    }
    return out;
}

access::Actor staff(
    std::uint32_t tenant, std::string id, std::vector<std::string> roles, std::string unit
) {
    access::Actor actor;
    actor.kind = access::Actor::Kind::staff;
    actor.tenant = tenant;
    actor.id = std::move(id);
    actor.roles = std::move(roles);
    actor.unit = std::move(unit);
    actor.assurance = access::Assurance::high;
    actor.expires_at = base::Timestamp::max();
    return actor;
}

}  // namespace samvev::test
