#include "timers/timer_service.hpp"

#include <catch2/catch.hpp>

#include <samvev/json.hpp>

#include "base/calendar_text.hpp"
#include "base/limits.hpp"
#include "support/fake_dispatcher.hpp"
#include "support/fake_module.hpp"
#include "support/forwarding_log.hpp"
#include "support/reacting_module.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using test::FakeDispatcher;

namespace {

namespace bounds = limits;

Result<std::string> no(ErrorCode code, std::string data = {}) {
    return fail(code, "it says no", std::move(data));
}

std::unique_ptr<modules::Registry> registry_of(std::initializer_list<std::string> ids) {
    std::vector<std::unique_ptr<modules::Module>> list;
    for (const std::string& id : ids) {
        list.push_back(std::make_unique<test::ReactingModule>(
            id, std::vector<std::string>{}, std::vector<std::string>{}, nullptr
        ));
    }
    return test::make_fake_registry(std::move(list));
}

// A log whose commits can be made to fail, counting the service's own.
class MoodyLog final : public test::ForwardingLog {
public:
    using ForwardingLog::ForwardingLog;
    void submit(store::Commit commit, Completion done) override {
        const bool is_own = commit.actor.actor == "system/timers";
        own_commits += is_own ? 1 : 0;
        if (is_own && refuse_own > 0) {
            --refuse_own;
            done(fail(ErrorCode::overloaded, "the queue is full"));
            return;
        }
        ForwardingLog::submit(std::move(commit), std::move(done));
    }
    int own_commits = 0;
    int refuse_own = 0;
};

struct Bench {
    Bench() : inner(store::make_memory_event_log()), log(*inner), registry(registry_of({"test"})) {
        clock.freeze(time(1'000'000));
        restart();
    }

    static base::Timestamp time(std::int64_t us) {
        return base::Timestamp(std::chrono::microseconds(us));
    }
    void restart() {
        service = timers::make_timer_service({log, *registry, dispatcher, clock, ids});
    }

    // A commit that sets a timer `name` on the case, due at `due_us`.
    void set_timer(
        std::uint64_t number, const std::string& name, std::int64_t due_us,
        const std::string& module = "test"
    ) {
        const std::uint64_t event = ++last_event;
        store::Commit commit = test::one_event(number, event);
        commit.timers.push_back(test::timer_of(number, name, due_us, event));
        commit.timers.back().key.module = module;
        commit.timers.back().command = module + "." + name;
        REQUIRE(log.append(std::move(commit)).has_value());
    }
    [[nodiscard]] std::size_t timers_left() const {
        return log.due_timers(base::Timestamp::max(), 1'000'000).value().size();
    }
    [[nodiscard]] std::vector<json> refusals() const {
        std::vector<json> found;
        const auto scanned = log.scan(
            {store::TenantId(9999), store::LogKind::system}, store::Position(0), SIZE_MAX,
            [&](const store::EventView& event) {
                CHECK(event.type == "timers.timer-refused");
                CHECK(event.stream_kind == "timer");
                CHECK(event.actor == "system/timers");
                found.push_back(json::parse(event.payload));
                return store::Visit::more;
            }
        );
        REQUIRE(scanned.has_value());
        return found;
    }

    std::unique_ptr<store::EventLog> inner;
    MoodyLog log;
    std::unique_ptr<modules::Registry> registry;
    FakeDispatcher dispatcher;
    base::AdjustableClock clock;
    base::RandomIdSource ids;
    std::unique_ptr<timers::TimerService> service;
    std::uint64_t last_event = 100;
};

std::string command_id(const dispatch::Request& request) {
    return json::parse(request.params)["commandId"];
}

}  // namespace

TEST_CASE("A due timer is sent as its module's command, then cleared", "[timers]") {
    Bench bench;
    bench.set_timer(5, "remind", 900'000);
    bench.set_timer(6, "remind", 1'000'001);
    CHECK(bench.service->next_due() == Bench::time(900'000));
    CHECK(bench.service->step() == 1);
    REQUIRE(bench.dispatcher.requests.size() == 1);
    const dispatch::Request& request = bench.dispatcher.requests[0];
    CHECK(request.method == "test.remind");
    CHECK(request.due_at == base::to_text(Bench::time(900'000)));
    CHECK(request.actor->text() == "system/test");
    CHECK(request.actor->has_role("system:timer"));
    const json params = json::parse(request.params);
    CHECK(params["caseId"] == test::numbered_uuid(5).text());
    CHECK(params["of"] == "it");
    CHECK(bench.timers_left() == 1);
    CHECK(bench.refusals().empty());
    CHECK(bench.service->step() == 0);
    CHECK(bench.service->next_due() == Bench::time(1'000'001));
    bench.clock.freeze(Bench::time(1'000'001));
    CHECK(bench.service->step() == 1);
    CHECK(bench.timers_left() == 0);
    CHECK(bench.service->next_due() == base::Timestamp::max());
}

TEST_CASE("The command id is a function of setting event, name and due time", "[timers]") {
    Bench bench;
    bench.set_timer(5, "remind", 900'000);
    bench.dispatcher.answer = [](const auto&) { return std::nullopt; };
    bench.service->step();
    // The process dies with the answer owed: the next one sends the same command again.
    bench.restart();
    bench.service->step();
    REQUIRE(bench.dispatcher.requests.size() == 2);
    CHECK(bench.dispatcher.requests[0].params == bench.dispatcher.requests[1].params);
    bench.dispatcher.complete(Result<std::string>(std::string("{}")));  // nobody there any more
    bench.dispatcher.complete(Result<std::string>(std::string("{}")));
    CHECK(bench.timers_left() == 1);
    bench.service->step();
    CHECK(bench.timers_left() == 0);

    bench.set_timer(5, "remind", 900'000);
    bench.set_timer(6, "other", 900'000);
    bench.service->step();
    REQUIRE(bench.dispatcher.requests.size() == 4);
    CHECK(command_id(bench.dispatcher.requests[2]) != command_id(bench.dispatcher.requests[0]));
    CHECK(command_id(bench.dispatcher.requests[3]) != command_id(bench.dispatcher.requests[2]));
}

TEST_CASE("Timers fire in due order, those of one stream one by one", "[timers]") {
    Bench bench;
    bench.dispatcher.answer = [](const auto&) { return std::nullopt; };
    bench.set_timer(5, "third", 30);
    bench.set_timer(5, "first", 10);
    bench.set_timer(6, "second", 20);
    CHECK(bench.service->step() == 2);
    CHECK(bench.dispatcher.methods_as_text() == "test.first test.second");
    bench.dispatcher.complete(no(ErrorCode::overloaded));
    CHECK(bench.service->step() == 0);
    bench.clock.freeze(bench.clock.now() + bounds::retry_first);
    CHECK(bench.service->step() == 1);
    CHECK(bench.dispatcher.methods_as_text() == "test.first test.second test.first");
    bench.dispatcher.complete(std::string("{}"));
    bench.dispatcher.complete(std::string("{}"));
    bench.service->step();
    bench.service->step();
    CHECK(bench.dispatcher.methods_as_text() == "test.first test.second test.first test.third");
}

TEST_CASE("A refused timer is recorded in the system log and cleared", "[timers]") {
    Bench bench;
    const ErrorCode code = GENERATE(
        ErrorCode::rejected, ErrorCode::invalid_argument, ErrorCode::not_found,
        ErrorCode::unsupported, ErrorCode::denied
    );
    bench.dispatcher.answer = [&](const auto&) {
        return std::optional(no(code, R"({"rejections":[{"code":"test.too-late"}]})"));
    };
    bench.set_timer(5, "remind", 900'000);
    bench.service->step();
    const auto refusals = bench.refusals();
    REQUIRE(refusals.size() == 1);
    CHECK(
        refusals[0] == json::parse(
                           R"({
        "timer": {"stream": "case/01000000-0000-0000-0000-000000000005", "module": "test",
                  "name": "remind", "command": "test.remind", "due": "1970-01-01T00:00:00.900000Z",
                  "setBy": "01000000-0000-0000-0000-000000000065"},
        "reason": {"code": ")" +
                           std::string(to_text(code)) + R"(", "message": "it says no",
                   "data": {"rejections": [{"code": "test.too-late"}]}}
    })"
                       )
    );
    CHECK(bench.timers_left() == 0);
    CHECK(bench.dispatcher.requests.size() == 1);
}

TEST_CASE("A refusal is recorded once, whatever moment the process dies at", "[timers]") {
    Bench bench;
    bench.dispatcher.answer = [](const auto&) { return std::optional(no(ErrorCode::rejected)); };
    bench.set_timer(5, "remind", 900'000);
    // The first commit records, the second clears: let the second fail and the process die.
    class DiesBeforeClear final : public test::ForwardingLog {
    public:
        using ForwardingLog::ForwardingLog;
        void submit(store::Commit commit, Completion done) override {
            if (commit.writes.empty()) {
                return;  // Never answered: killed.
            }
            ForwardingLog::submit(std::move(commit), std::move(done));
        }
    };
    DiesBeforeClear dying(bench.log);
    auto first = timers::make_timer_service(
        {dying, *bench.registry, bench.dispatcher, bench.clock, bench.ids}
    );
    first->step();
    first.reset();
    CHECK(bench.refusals().size() == 1);
    CHECK(bench.timers_left() == 1);
    bench.service->step();
    CHECK(bench.refusals().size() == 1);
    CHECK(bench.timers_left() == 0);
}

TEST_CASE("A fault is tried three times, then it is a refusal", "[timers]") {
    Bench bench;
    bench.dispatcher.answer = [](const auto&) {
        return std::optional(no(ErrorCode::module_fault));
    };
    bench.set_timer(5, "remind", 900'000);
    for (int i = 1; i <= bounds::fault_attempts_max; ++i) {
        CHECK(bench.refusals().empty());
        CHECK(bench.service->step() == 1);
        CHECK(bench.dispatcher.requests.size() == static_cast<std::size_t>(i));
        bench.clock.freeze(bench.clock.now() + bounds::retry_longest);
    }
    CHECK(bench.refusals().size() == 1);
    CHECK(bench.timers_left() == 0);
}

TEST_CASE("What is not possible now is tried again, less and less often", "[timers]") {
    Bench bench;
    const ErrorCode code = GENERATE(
        ErrorCode::overloaded, ErrorCode::unavailable, ErrorCode::revision_conflict,
        ErrorCode::read_only, ErrorCode::outcome_unknown
    );
    bench.dispatcher.answer = [&](const auto&) { return std::optional(no(code)); };
    bench.set_timer(5, "remind", 900'000);
    base::Timestamp last = bench.clock.now();
    std::chrono::microseconds pause{0};
    for (int i = 0; i < 20; ++i) {
        CHECK(bench.service->step() == 1);
        CHECK(bench.service->step() == 0);
        const base::Timestamp next = bench.service->next_due();
        CHECK(next - last >= pause);
        CHECK(next - last <= bounds::retry_longest);
        pause = next - last;
        last = next;
        bench.clock.freeze(next);
    }
    CHECK(pause == bounds::retry_longest);
    CHECK(bench.timers_left() == 1);
    CHECK(bench.refusals().empty());
    bench.dispatcher.answer = nullptr;
    CHECK(bench.service->step() == 1);
    CHECK(bench.timers_left() == 0);
}

TEST_CASE("Bookkeeping that fails is tried again without sending again", "[timers]") {
    Bench bench;
    const bool refused = GENERATE(false, true);
    if (refused) {
        bench.dispatcher.answer = [](const auto&) {
            return std::optional(no(ErrorCode::rejected));
        };
    }
    bench.set_timer(5, "remind", 900'000);
    bench.log.refuse_own = 2;
    bench.service->step();
    CHECK(bench.timers_left() == 1);
    for (int i = 0; i < 4; ++i) {
        bench.clock.freeze(bench.clock.now() + bounds::retry_longest);
        bench.service->step();
    }
    CHECK(bench.timers_left() == 0);
    CHECK(bench.dispatcher.requests.size() == 1);
    CHECK(bench.refusals().size() == (refused ? 1 : 0));
}

TEST_CASE("Only so many commands are under way at once", "[timers]") {
    Bench bench;
    bench.dispatcher.answer = [](const auto&) { return std::nullopt; };
    for (std::uint64_t i = 0; i < 200; ++i) {
        bench.set_timer(i, "remind", static_cast<std::int64_t>(i));
    }
    CHECK(bench.service->step() == bounds::timers_in_flight_max);
    CHECK(bench.service->step() == 0);
    // Full: nothing to do before an answer comes.
    CHECK(bench.service->next_due() == base::Timestamp::max());
    int wakes = 0;
    bench.service->on_wake([&wakes] { ++wakes; });
    bench.dispatcher.complete(std::string("{}"));
    CHECK(wakes == 1);
    CHECK(bench.service->next_due() == bench.clock.now());
    CHECK(bench.service->step() == 1);
    while (bench.dispatcher.owed_count() > 0) {
        bench.dispatcher.complete(std::string("{}"));
        bench.service->step();
    }
    CHECK(bench.dispatcher.requests.size() == 200);
    CHECK(bench.timers_left() == 0);
    for (std::size_t i = 0; i < 200; ++i) {
        CHECK(
            bench.dispatcher.requests[i].due_at ==
            base::to_text(Bench::time(static_cast<std::int64_t>(i)))
        );
    }
}

TEST_CASE("Timers of a module that is not loaded stay, and hold up nobody", "[timers]") {
    Bench bench;
    for (std::uint64_t i = 0; i < 500; ++i) {
        bench.set_timer(i, "remind", 1, "absent");
    }
    bench.set_timer(3, "remind", 2);
    bench.set_timer(1000, "remind", 2'000'000);
    CHECK(bench.service->step() == 1);
    CHECK(bench.dispatcher.methods_as_text() == "test.remind");
    CHECK(bench.timers_left() == 501);
    CHECK(bench.refusals().empty());
    CHECK(bench.service->next_due() == Bench::time(2'000'000));
    bench.registry = registry_of({"test", "absent"});
    bench.restart();
    std::size_t sent = 0;
    while (const std::size_t now = bench.service->step()) {
        sent += now;
    }
    CHECK(sent == 500);
    CHECK(bench.timers_left() == 1);
}

TEST_CASE("A timer that was replaced while its command was under way fires anew", "[timers]") {
    Bench bench;
    bench.dispatcher.answer = [](const auto&) { return std::nullopt; };
    bench.set_timer(5, "remind", 10);
    bench.service->step();
    bench.set_timer(5, "remind", 20);
    CHECK(bench.service->step() == 0);
    bench.dispatcher.complete(std::string("{}"));
    bench.service->step();
    CHECK(bench.timers_left() == 1);
    CHECK(bench.service->step() + bench.dispatcher.owed_count() >= 1);
    CHECK(bench.dispatcher.requests.size() == 2);
    bench.dispatcher.complete(std::string("{}"));
    bench.service->step();
    CHECK(bench.timers_left() == 0);
}

TEST_CASE("A timer that is cleared while it rests is not sent again", "[timers]") {
    Bench bench;
    bench.dispatcher.answer = [](const auto&) { return std::optional(no(ErrorCode::overloaded)); };
    bench.set_timer(5, "remind", 10);
    CHECK(bench.service->step() == 1);
    store::Commit clear = test::one_event(5, ++bench.last_event);
    clear.timer_clears.push_back({{test::case_stream(5), "test", "remind"}, std::nullopt});
    REQUIRE(bench.log.append(std::move(clear)).has_value());
    bench.clock.freeze(bench.clock.now() + bounds::retry_longest);
    CHECK(bench.service->step() == 0);
    CHECK(bench.service->next_due() == base::Timestamp::max());
    // The stream is free for its next timer.
    bench.set_timer(5, "other", 20);
    CHECK(bench.service->step() == 1);
}
