#include <catch2/catch.hpp>

#include "support/log_under_test.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::ExpectedRevision;
using store::Position;
using store::Revision;

TEST_CASE(
    "A retry gets the first answer, even when everything has changed", "[contract][idempotency]"
) {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log().append(one_event(2, 1)).has_value());
            store::Commit commit = with_command(
                commit_of({{case_stream(1), ExpectedRevision::no_stream(), new_events(10, 3)}}), 50
            );
            commit.checks = {{case_stream(2), ExpectedRevision::exact(Revision(0))}};
            commit.claims = {{store::ClaimChange::Kind::take, claim_key("plan", 1), case_stream(1)}
            };
            const auto first = subject->log().append(commit);
            REQUIRE(first.has_value());

            // The checked stream moves, the claim changes hands, other events arrive.
            store::Commit release = one_event(1, 20);
            release.claims = {
                {store::ClaimChange::Kind::release, claim_key("plan", 1), case_stream(1)}
            };
            REQUIRE(subject->log().append(release).has_value());
            store::Commit take = one_event(2, 21);
            take.claims = {{store::ClaimChange::Kind::take, claim_key("plan", 1), case_stream(2)}};
            REQUIRE(subject->log().append(take).has_value());
            subject->reopen();

            const auto again = subject->log().append(commit);
            REQUIRE(again.has_value());
            CHECK(again->replayed);
            CHECK(again->stream == first->stream);
            CHECK(again->revision == Revision(2));
            CHECK(again->position == Position(3));
            CHECK(again->command == store::CommandId(numbered_uuid(50)));
            CHECK(subject->log().head(domain_log()).next == Position(6));
            CHECK(subject->log().find_result(domain_log(), *commit.idempotency).value() == again);
        }
    }
}

TEST_CASE("A retry many events later is still the same", "[contract][idempotency]") {
    for (const LogFactory& factory : log_factories()) {
        if (factory.name == "rocks from disk") {
            continue;  // "rocks" reopens below; the tail is outgrown in both.
        }
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            const store::Commit commit = with_command(one_event(1, 1), 1);
            REQUIRE(subject->log().append(commit).has_value());
            for (std::uint64_t i = 0; i < 100; ++i) {
                const store::Commit other = commit_of(
                    {{case_stream(2 + i % 7), ExpectedRevision::any(),
                      new_events(1000 + 256 * i, 256)}}
                );
                REQUIRE(subject->log().append(with_command(other, 100 + i)).has_value());
            }
            for (int round = 0; round < 2; ++round) {
                const auto again = subject->log().append(commit);
                REQUIRE(again.has_value());
                CHECK(again->replayed);
                CHECK(again->position == Position(0));
                subject->reopen();
            }
            CHECK(subject->log().head(domain_log()).next == Position(25'601));
        }
    }
}

TEST_CASE(
    "A command id with other content is refused, and nothing is written", "[contract][idempotency]"
) {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log().append(with_command(one_event(1, 1), 5, "a")).has_value());
            const store::Commit other = with_command(one_event(1, 2), 5, "b");
            const auto refused = subject->log().append(other);
            REQUIRE_FALSE(refused.has_value());
            CHECK(refused.error().code == ErrorCode::idempotency_mismatch);
            const auto looked_up = subject->log().find_result(domain_log(), *other.idempotency);
            REQUIRE_FALSE(looked_up.has_value());
            CHECK(looked_up.error().code == ErrorCode::idempotency_mismatch);
            CHECK(subject->log().head(domain_log()).next == Position(1));
        }
    }
}

TEST_CASE(
    "The same command id of another actor or log is another command", "[contract][idempotency]"
) {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log().append(with_command(one_event(1, 1), 5)).has_value());
            store::Commit other_actor = with_command(one_event(1, 2), 5);
            other_actor.idempotency->actor = "staff/other";
            CHECK_FALSE(subject->log()
                            .find_result(domain_log(), *other_actor.idempotency)
                            .value()
                            .has_value());
            const auto second = subject->log().append(other_actor);
            REQUIRE(second.has_value());
            CHECK_FALSE(second->replayed);
            store::Commit other_log = with_command(one_event(1, 1), 5);
            other_log.log = domain_log(1);
            const auto third = subject->log().append(other_log);
            REQUIRE(third.has_value());
            CHECK_FALSE(third->replayed);
        }
    }
}

TEST_CASE("A refused command leaves nothing to replay", "[contract][idempotency]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::Commit commit = with_command(
                commit_of({{case_stream(1), ExpectedRevision::exists(), {new_event(1)}}}), 5
            );
            REQUIRE_FALSE(subject->log().append(commit).has_value());
            CHECK_FALSE(
                subject->log().find_result(domain_log(), *commit.idempotency).value().has_value()
            );
            REQUIRE(subject->log().append(one_event(1, 2)).has_value());
            const auto decided_again = subject->log().append(commit);
            REQUIRE(decided_again.has_value());
            CHECK_FALSE(decided_again->replayed);
        }
    }
}

TEST_CASE("Idempotency comes before size and shape", "[contract][idempotency]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::Commit commit = with_command(one_event(1, 1), 5);
            REQUIRE(subject->log().append(commit).has_value());
            commit.writes.clear();
            const auto again = subject->log().append(commit);
            REQUIRE(again.has_value());
            CHECK(again->replayed);
        }
    }
}
