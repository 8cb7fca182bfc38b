#include <catch2/catch.hpp>

#include <string>

#include "support/log_under_test.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::Position;

namespace {

base::Timestamp at(std::int64_t us) {
    return base::Timestamp(std::chrono::microseconds(us));
}

store::Commit setting(std::uint64_t event, std::vector<store::TimerSet> timers) {
    store::Commit commit = one_event(1, event);
    commit.timers = std::move(timers);
    return commit;
}

std::string due(store::EventLog& log, std::int64_t until, std::size_t limit = 100) {
    std::string out;
    const auto timers = log.due_timers(at(until), limit);
    for (const store::DueTimer& timer : timers.value()) {
        out += timer.timer.key.name + "@" +
               std::to_string(timer.timer.due.time_since_epoch().count()) + " ";
    }
    return out;
}

}  // namespace

TEST_CASE("Timers come due in order and stay until cleared", "[contract][timers]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            CHECK_FALSE(subject->log().next_timer().value().has_value());
            REQUIRE(subject->log()
                        .append(setting(
                            1,
                            {timer_of(1, "b", 200), timer_of(1, "a", 100), timer_of(1, "old", -5)}
                        ))
                        .has_value());
            REQUIRE(subject->log().append(setting(2, {timer_of(1, "c", 150)})).has_value());
            CHECK(due(subject->log(), -6).empty());
            CHECK(due(subject->log(), -5) == "old@-5 ");
            CHECK(due(subject->log(), 149) == "old@-5 a@100 ");
            CHECK(due(subject->log(), 1000) == "old@-5 a@100 c@150 b@200 ");
            CHECK(due(subject->log(), 1000, 2) == "old@-5 a@100 ");
            CHECK(subject->log().next_timer().value() == at(-5));

            store::Commit clear = one_event(1, 3);
            clear.timer_clears = {{{case_stream(1), "test", "old"}, std::nullopt}};
            REQUIRE(subject->log().append(clear).has_value());
            CHECK(due(subject->log(), 1000) == "a@100 c@150 b@200 ");
            CHECK(subject->log().next_timer().value() == at(100));
        }
    }
}

TEST_CASE("A timer of the same name is replaced", "[contract][timers]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log().append(setting(1, {timer_of(1, "a", 100, 1)})).has_value());
            REQUIRE(subject->log().append(setting(2, {timer_of(1, "a", 300, 2)})).has_value());
            REQUIRE(subject->log().append(setting(3, {timer_of(2, "a", 200, 3)})).has_value());
            store::TimerSet other_module = timer_of(1, "a", 250, 3);
            other_module.key.module = "other";
            REQUIRE(subject->log().append(setting(4, {other_module})).has_value());
            CHECK(due(subject->log(), 299) == "a@200 a@250 ");
            const auto timers = subject->log().due_timers(at(1000), 10).value();
            REQUIRE(timers.size() == 3);
            CHECK(timers[2].tenant == store::TenantId(9999));
            CHECK(timers[2].timer == timer_of(1, "a", 300, 2));
        }
    }
}

TEST_CASE("A conditional clear leaves a timer that was set again", "[contract][timers]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log().append(setting(1, {timer_of(1, "a", 100, 1)})).has_value());
            store::Commit clear = commit_of({});
            clear.timer_clears = {{{case_stream(1), "test", "a"}, store::EventId(numbered_uuid(2))}
            };
            REQUIRE(subject->log().append(clear).has_value());
            CHECK(due(subject->log(), 1000) == "a@100 ");
            clear.timer_clears[0].set_by = store::EventId(numbered_uuid(1));
            REQUIRE(subject->log().append(clear).has_value());
            CHECK(due(subject->log(), 1000).empty());
            // Cleared and set in one commit: the new one stays.
            store::Commit both = setting(2, {timer_of(1, "a", 400, 2)});
            both.timer_clears = {{{case_stream(1), "test", "a"}, std::nullopt}};
            REQUIRE(subject->log().append(both).has_value());
            CHECK(due(subject->log(), 1000) == "a@400 ");
        }
    }
}

TEST_CASE("A commit of clears only takes no position and is idempotent", "[contract][timers]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            // Also as the very first commit of a log, and several between two events.
            for (std::uint64_t i = 0; i < 3; ++i) {
                store::Commit clear = with_command(commit_of({}), 10 + i);
                clear.timer_clears = {{{case_stream(1), "test", "none"}, std::nullopt}};
                const auto first = subject->log().append(clear);
                REQUIRE(first.has_value());
                CHECK_FALSE(first->replayed);
                CHECK(first->stream == case_stream(1));
                const auto again = subject->log().append(clear);
                REQUIRE(again.has_value());
                CHECK(again->replayed);
                CHECK(again->stream == first->stream);
            }
            CHECK(subject->log().logs().empty());
            CHECK(subject->log().append(one_event(1, 1)).value().position == Position(0));
            store::Commit clear = commit_of({});
            clear.timer_clears = {{{case_stream(1), "test", "none"}, std::nullopt}};
            REQUIRE(subject->log().append(clear).has_value());
            CHECK(subject->log().append(one_event(1, 2)).value().position == Position(1));
            CHECK(
                store::read_log(subject->log(), domain_log(), Position(0), 10).value().size() == 2
            );
            CHECK(
                store::read_log(subject->log(), domain_log(), Position(1), 10).value().size() == 1
            );
        }
    }
}

TEST_CASE("Timers of all tenants are in one order", "[contract][timers]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            for (std::uint32_t tenant = 1; tenant <= 5; ++tenant) {
                store::Commit commit =
                    setting(1, {timer_of(1, "t" + std::to_string(tenant), 100 - tenant)});
                commit.log = domain_log(tenant);
                REQUIRE(subject->log().append(commit).has_value());
            }
            CHECK(due(subject->log(), 1000) == "t5@95 t4@96 t3@97 t2@98 t1@99 ");
            CHECK(
                subject->log().due_timers(at(95), 10).value().front().tenant == store::TenantId(5)
            );
        }
    }
}
