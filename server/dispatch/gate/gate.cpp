#include "dispatch/gate/gate.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <samvev/json.hpp>

#include "base/log.hpp"
#include "dispatch/access_log/access_log.hpp"
#include "dispatch/gate/ground.hpp"
#include "dispatch/gate/refusal.hpp"

namespace samvev::dispatch {

namespace {

using access::Action;
using access::Resource;
using Access = modules::CommandType::Access;
using Kind = Resource::Kind;

access::Confidentiality strictness(store::Confidentiality stored) {
    return static_cast<access::Confidentiality>(stored);
}
access::Confidentiality strictness(modules::Confidentiality declared) {
    return static_cast<access::Confidentiality>(declared);
}
static_assert(
    static_cast<int>(access::Confidentiality::strict) ==
        static_cast<int>(store::Confidentiality::strict) &&
    static_cast<int>(access::Confidentiality::strict) ==
        static_cast<int>(modules::Confidentiality::strict)
);

std::string text_in(const json& data, const char* name) {
    const auto found = data.find(name);
    return found != data.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const modules::EventType* first_emitted(const CommandMethod& method) {
    if (method.type->emits.empty()) {
        return nullptr;
    }
    const std::string& first = method.type->emits.front();
    const std::string type = first.substr(0, first.find('@'));
    const modules::Manifest& manifest = method.module->manifest();
    return manifest.find_event(type, manifest.latest_version(type));
}

// What a consent is about, whether it is given in this command or was given before.
std::vector<std::string> consented_topics(
    const Resource& resource, const CommandParams& params, const access::Facts& facts
) {
    std::vector<std::string> out;
    const json data = parse_json(params.data);
    for (const json& topic : data.value("topics", json::array())) {
        if (topic.is_string()) {
            out.push_back(topic.get<std::string>());
        }
    }
    const access::CaseFacts* found = out.empty() ? facts.cases.find(resource.case_id) : nullptr;
    if (found != nullptr) {
        const auto release = found->releases.find(params.entity);
        if (release != found->releases.end()) {
            out.assign(release->second.topics.begin(), release->second.topics.end());
        }
    }
    return out;
}

// A contribution is judged as the item that will come of it.
void describe_item(
    Resource& resource, const CommandMethod& method, const CommandParams& params,
    const access::Facts& facts
) {
    const modules::EventType* event = first_emitted(method);
    if (event == nullptr) {
        return;
    }
    // Sections that name their own topic belong to something that everybody shares.
    resource.item.topic = event->topic.constant.empty() ? "coordination" : event->topic.constant;
    resource.item.confidentiality = strictness(event->confidentiality);
    if (resource.item.topic == "consent") {
        resource.item.gives_consent_for = consented_topics(resource, params, facts);
    }
}

Resource resource_of(
    const CommandMethod& method, const CommandParams& params, const access::Actor& actor,
    const store::StreamId& stream, const access::Facts& facts
) {
    Resource resource;
    resource.tenant = actor.tenant;
    point_at(resource, stream, facts);
    point_at_erasure(resource, stream, params.entity, facts);
    resource.item.owner_unit = actor.unit;
    if (const access::CaseFacts* found = facts.cases.find(resource.case_id)) {
        // Nobody learns by writing to it that something is kept from them.
        const access::Ids from = access::withheld_from(*found, {}, params.entity);
        resource.item.withheld_from.assign(from.begin(), from.end());
    }
    if (const auto* found = facts.consultations.find(stream.id.text());
        found != nullptr && resource.kind == Kind::consultation) {
        resource.item.owner_unit = found->owner_unit;
        resource.item.audience.assign(found->asked.begin(), found->asked.end());
    }
    if (stream.kind == "case") {
        switch (method.type->access) {
            case Access::steer:
                resource.kind = Kind::case_;
                break;
            case Access::contribute:
                describe_item(resource, method, params, facts);
                break;
            case Access::answer:
                resource.kind = Kind::answer;
                break;
            case Access::declare:
                break;
            case Access::emergency:
                resource.kind = Kind::emergency;
                resource.grant_id = params.entity;
                break;
        }
    } else if (stream.kind == "person") {
        resource.kind = Kind::person;
    } else if (stream.kind == "unit" || stream.kind == "staff") {
        resource.kind = Kind::unit;
        resource.declares = method.type->access == Access::declare;
        if (method.type->creates) {
            const json data = parse_json(params.data);
            resource.unit_id = text_in(data, stream.kind == "unit" ? "parentId" : "unitId");
            resource.staff_id.clear();
        }
    }
    return resource;
}

access::Request request_of(
    const CommandMethod& method, const CommandParams& params, const access::Actor& actor,
    const store::StreamId& stream, const access::Facts& facts
) {
    access::Request request;
    request.actor = actor;
    if (!params.purpose.empty()) {
        request.actor.purpose = params.purpose;
    }
    request.action = Action::write;
    if (method.type->at_low_login && !actor.invitation.empty()) {
        request.login_needed = access::Assurance::low;
    }
    request.resource = resource_of(method, params, actor, stream, facts);
    return request;
}

}  // namespace

Gate::Gate(
    const TenantFacts* facts, const modules::Registry& registry, const base::Clock& clock,
    AccessLog* access_log
)
    : facts_(facts),
      registry_(registry),
      clock_(clock),
      access_log_(access_log),
      floor_(registry),
      redactor_(registry) {}

Result<std::uint64_t> Gate::permit(
    const CommandMethod& method, const CommandParams& params, const access::Actor& actor,
    const store::StreamId& stream
) const {
    if (facts_ == nullptr) {
        return 0;
    }
    SAMVEV_TRY(const auto facts, facts_->at(store::TenantId(actor.tenant)));
    const access::Request request = request_of(method, params, actor, stream, *facts);
    const access::Decision decision = access::decide(request, *facts, clock_.now());
    if (!decision.allowed) {
        base::logger("access").info(
            "refused: tenant={} actor={} method={} stream={} rule={}", actor.tenant, actor.text(),
            method.type->name, stream.text(), decision.rule
        );
        record_refusal(method, request, decision, stream, *facts);
        return tl::unexpected<Error>(refusal(decision, request, method.type->name, stream));
    }
    // Tried and not done, an emergency would tell whoever may start one which cases there are, and
    // nobody would hear of it.
    const bool is_trial = params.validate_only && request.resource.kind == Kind::emergency;
    if (is_trial && !Reader(*this, request.actor, facts, clock_.now()).existence(stream).visible) {
        return tl::unexpected<Error>(not_visible(stream.text()));
    }
    return facts->version + 1;
}

bool Gate::may_start_emergency(const access::Actor& actor) const {
    return std::ranges::any_of(registry_.modules(), [&](const auto& module) {
        return std::ranges::any_of(module->manifest().commands, [&](const auto& command) {
            return command.access == Access::emergency && actor.has_any_role(command.roles);
        });
    });
}

void Gate::record_refusal(
    const CommandMethod& method, const access::Request& request, const access::Decision& decision,
    const store::StreamId& stream, const access::Facts& facts
) const {
    access::Ground ground = ground_of(decision, request.resource, facts);
    if (request.resource.kind == Kind::emergency && !ground.persons.empty()) {
        ground.duty = access::LogDuty::read;  // Who was refused one is told to whom it was about.
    }
    access::Reading reading;
    reading.reader = request.actor;
    reading.method = method.type->name;
    reading.refuse(stream.text(), ground);
    if (access_log_ != nullptr && reading.is_on_record()) {
        access_log_->record_later(std::move(reading));
    }
}

void Gate::note_rejected(
    const CommandMethod& method, const CommandParams& params, const access::Actor& actor,
    const store::StreamId& stream
) const {
    if (facts_ == nullptr || method.type->access != Access::emergency) {
        return;
    }
    const auto facts = facts_->at(store::TenantId(actor.tenant));
    if (!facts) {
        return;  // The tenant is closed: nothing more is told in it.
    }
    const access::Request request = request_of(method, params, actor, stream, **facts);
    if (Reader(*this, request.actor, *facts, clock_.now()).existence(stream).visible) {
        return;  // It has told nothing new.
    }
    const access::Decision decision = access::decide(request, **facts, clock_.now());
    record_refusal(method, request, decision, stream, **facts);
}

Result<void> Gate::admit(const access::Actor& actor) const {
    if (facts_ == nullptr) {
        return {};
    }
    SAMVEV_TRY(const auto facts, facts_->at(store::TenantId(actor.tenant)));
    return check_call(actor, *facts);
}

// A request about nothing: what is refused of it is the call.
Result<void> Gate::check_call(const access::Actor& actor, const access::Facts& facts) const {
    access::Request request;
    request.actor = actor;
    request.resource.tenant = actor.tenant;
    const access::Decision decision = access::decide(request, facts, clock_.now());
    if (auto refused = refusal_of_call(decision, request, "This")) {
        base::logger("access").info(
            "refused: tenant={} actor={} rule={}", actor.tenant, actor.text(), decision.rule
        );
        return tl::unexpected<Error>(std::move(*refused));
    }
    return {};
}

Result<Reader> Gate::reader(const access::Actor& actor, std::string_view purpose) const {
    access::Actor who = actor;
    if (!purpose.empty()) {
        who.purpose = purpose;
    }
    SAMVEV_TRY(Reader reader, glance(who));
    if (reader.facts_) {
        SAMVEV_CHECK_OK(check_call(who, *reader.facts_));
    }
    return reader;
}

Result<Reader> Gate::glance(const access::Actor& actor) const {
    if (facts_ == nullptr) {
        return Reader(*this, actor, nullptr, clock_.now());
    }
    SAMVEV_TRY(auto facts, facts_->at(store::TenantId(actor.tenant)));
    return Reader(*this, actor, std::move(facts), clock_.now());
}

Result<Gate::Explained> Gate::explain(const access::Actor& caller, const Question& question) const {
    if (facts_ == nullptr) {
        return fail(ErrorCode::unsupported, "No policy is asked here: roles alone decide.");
    }
    SAMVEV_TRY(const auto facts, facts_->at(store::TenantId(caller.tenant)));
    access::Request request;
    request.actor = caller;
    request.action = Action::explain;
    request.resource.tenant = caller.tenant;
    point_at(request.resource, question.stream, *facts);
    request.resource.item = question.item;
    const access::Decision decision = access::decide(request, *facts, clock_.now());
    if (!decision.allowed) {
        return fail(
            ErrorCode::denied,
            "Access is explained to auditors (purpose audit) and privacy officers (purpose "
            "privacy)."
        );
    }
    access::Ground ground = ground_of(decision, request.resource, *facts);
    request.actor = question.who;
    request.actor.tenant = caller.tenant;
    request.action = Action::read;
    return Explained{access::explain(request, *facts, clock_.now()), std::move(ground)};
}

Sight Gate::decide(
    const store::EventView& event, const access::Actor& actor, const access::Facts& facts,
    base::Timestamp now
) const {
    access::Request request;
    request.actor = actor;
    request.action = Action::read;
    Resource& resource = request.resource;
    resource.tenant = actor.tenant;
    point_at(resource, event.stream(), facts);
    point_at_erasure(resource, event.stream(), event.entity, facts);
    access::Item& item = resource.item;
    item.topic = event.topic;
    if (event.topic == emergency_topic && !resource.case_id.empty()) {
        resource.kind = Kind::emergency;
        resource.grant_id = event.entity;
    }
    item.owner_unit = event.owner_unit;
    item.subjects = store::list_texts(event.subjects);
    item.audience = store::list_texts(event.audience);
    if (const access::CaseFacts* found = facts.cases.find(resource.case_id)) {
        const access::Ids from =
            access::withheld_from(*found, event.id.value().text(), event.entity);
        item.withheld_from.assign(from.begin(), from.end());
    }
    item.confidentiality = strictness(event.confidentiality);
    const modules::EventType* declared = registry_.event(event.type).type;
    // What no module declares any more is nobody's to judge: strict.
    item.confidentiality = std::max(
        item.confidentiality, declared == nullptr ? access::Confidentiality::strict
                                                  : strictness(declared->confidentiality)
    );
    access::Decision decision = access::decide(request, facts, now);
    access::Ground ground = ground_of(decision, resource, facts);
    return {decision.allowed, std::move(decision.redacted), std::move(ground)};
}

store::EventView Gate::redact(
    const store::EventView& event, const Sight& sight, std::string& storage
) const {
    if (sight.redacted.empty() || event.payload_state != store::PayloadState::present) {
        return event;
    }
    store::EventView out = event;
    std::string newest(event.payload);
    const modules::EventType* declared = registry_.event(event.type).type;
    if (declared != nullptr && event.version < declared->version) {
        modules::EventIn in;
        const std::string id = event.stream_id.text();
        in.stream_kind = event.stream_kind;
        in.stream_id = id;
        in.type = event.type;
        in.version = event.version;
        in.entity = event.entity;
        in.occurred_on = event.occurred_on;
        in.recorded_at = event.recorded_at;
        in.data = event.payload;
        auto upcasted = registry_.upcast(in);
        newest = upcasted ? std::move(upcasted->data) : "{}";
        out.version = declared->version;
    }
    storage = redactor_.without(sight.redacted, event.type, newest).value_or(std::move(newest));
    out.payload = storage;
    return out;
}

}  // namespace samvev::dispatch
