#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "support/log_under_test.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::ClaimChange;
using store::ExpectedRevision;
using store::Position;

namespace {

store::Commit taking(std::uint64_t stream, std::uint64_t event, std::uint64_t claim) {
    store::Commit commit = one_event(stream, event);
    commit.claims = {{ClaimChange::Kind::take, claim_key("plan.active", claim), case_stream(stream)}
    };
    return commit;
}

store::Commit releasing(std::uint64_t stream, std::uint64_t event, std::uint64_t claim) {
    store::Commit commit = taking(stream, event, claim);
    commit.claims[0].kind = ClaimChange::Kind::release;
    return commit;
}

}  // namespace

TEST_CASE("A claim is held by one stream until it lets go", "[contract][claims]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            const auto owner = [&] {
                return subject->log().find_claim(domain_log(), claim_key("plan.active", 1)).value();
            };
            CHECK_FALSE(owner().has_value());
            REQUIRE(subject->log().append(taking(1, 1, 1)).has_value());
            CHECK(owner() == case_stream(1));

            const auto refused = subject->log().append(taking(2, 2, 1));
            REQUIRE_FALSE(refused.has_value());
            CHECK(refused.error().code == ErrorCode::claim_taken);
            CHECK(
                refused.error().data ==
                R"({"claims":[{"name":"plan.active","owner":")" + case_stream(1).text() + R"("}]})"
            );
            CHECK_FALSE(subject->log().stream_head(domain_log(), case_stream(2)).value().has_value()
            );
            // Only the owner lets go; taking what one has is no conflict.
            CHECK(subject->log().append(releasing(2, 3, 1)).error().code == ErrorCode::claim_taken);
            CHECK(subject->log().append(taking(1, 4, 1)).has_value());
            CHECK(subject->log().append(releasing(1, 5, 1)).has_value());
            CHECK_FALSE(owner().has_value());
            CHECK(subject->log().append(releasing(1, 6, 1)).has_value());
            CHECK(subject->log().append(taking(2, 7, 1)).has_value());
            CHECK(owner() == case_stream(2));
            // Another value, name or tenant is another claim.
            CHECK(subject->log().append(taking(1, 8, 2)).has_value());
            store::Commit other_name = taking(1, 9, 1);
            other_name.claims[0].claim.name = "person.identifier";
            CHECK(subject->log().append(other_name).has_value());
            store::Commit other_tenant = taking(1, 1, 1);
            other_tenant.log = domain_log(1);
            CHECK(subject->log().append(other_tenant).has_value());
        }
    }
}

TEST_CASE("A claim on disk is known while newer commits are in memory", "[contract][claims]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            // A wrong answer here let two streams hold one claim: memory said "nobody" for what it
            // did not know, because another commit to the same log was in it.
            const auto subject = factory.make();
            REQUIRE(subject->log().append(taking(1, 1, 1)).has_value());
            subject->reopen();
            store::EventLog& log = subject->log();
            REQUIRE(log.append(one_event(2, 2)).has_value());
            CHECK(
                log.find_claim(domain_log(), claim_key("plan.active", 1)).value() == case_stream(1)
            );
            CHECK(log.append(taking(2, 3, 1)).error().code == ErrorCode::claim_taken);
        }
    }
}

TEST_CASE(
    "One commit passes a claim on, and a lost one takes the whole commit", "[contract][claims]"
) {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log().append(taking(1, 1, 1)).has_value());
            store::Commit pass = commit_of({
                {case_stream(1), ExpectedRevision::any(), {new_event(2)}},
                {case_stream(2), ExpectedRevision::any(), {new_event(3)}},
            });
            pass.claims = {
                {ClaimChange::Kind::release, claim_key("plan.active", 1), case_stream(1)},
                {ClaimChange::Kind::take, claim_key("plan.active", 1), case_stream(2)},
            };
            REQUIRE(subject->log().append(pass).has_value());
            CHECK(
                subject->log().find_claim(domain_log(), claim_key("plan.active", 1)).value() ==
                case_stream(2)
            );

            store::Commit half = taking(3, 4, 7);
            half.claims.push_back(
                {ClaimChange::Kind::take, claim_key("plan.active", 1), case_stream(3)}
            );
            CHECK(subject->log().append(half).error().code == ErrorCode::claim_taken);
            CHECK_FALSE(subject->log()
                            .find_claim(domain_log(), claim_key("plan.active", 7))
                            .value()
                            .has_value());
            CHECK(subject->log().head(domain_log()).next == Position(3));
        }
    }
}

TEST_CASE("What a stream holds is known, and let go without an event", "[contract][claims]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            for (const std::uint64_t stream : {1U, 2U}) {
                store::Commit commit = one_event(stream, stream);
                for (const std::uint64_t number : {0U, 10U}) {
                    commit.claims.push_back(
                        {store::ClaimChange::Kind::take,
                         claim_key("person.identifier", stream + number), case_stream(stream)}
                    );
                }
                REQUIRE(subject->log().append(commit).has_value());
            }
            CHECK(subject->log().claims_of(domain_log(), case_stream(1)).value().size() == 2);
            CHECK(subject->log().claims_of(domain_log(), case_stream(3)).value().empty());
            CHECK(subject->log().claims_of(domain_log(1), case_stream(1)).value().empty());

            store::Commit release = commit_of({});
            release.claims.push_back(
                {store::ClaimChange::Kind::release, claim_key("person.identifier", 11),
                 case_stream(1)}
            );
            CHECK(
                subject->log().append(with_command(release, 7)).error().code ==
                ErrorCode::invalid_argument
            );
            REQUIRE(subject->log().append(release).has_value());
            for (int round = 0; round < 2; ++round) {
                CHECK(
                    subject->log().claims_of(domain_log(), case_stream(1)).value() ==
                    std::vector{claim_key("person.identifier", 1)}
                );
                CHECK(subject->log().claims_of(domain_log(), case_stream(2)).value().size() == 2);
                subject->reopen();
            }
            // Not another's.
            release.claims.front().claim = claim_key("person.identifier", 2);
            CHECK(subject->log().append(release).error().code == ErrorCode::claim_taken);
            release.claims.front().kind = store::ClaimChange::Kind::take;
            CHECK(subject->log().append(release).error().code == ErrorCode::invalid_argument);
        }
    }
}

TEST_CASE("Of 64 racers for one claim exactly one commits", "[contract][claims]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            for (std::uint64_t round = 0; round < 5; ++round) {
                std::atomic<int> won{0};
                std::atomic<int> lost{0};
                std::vector<std::thread> racers;
                for (std::uint64_t i = 0; i < 64; ++i) {
                    racers.emplace_back([&, i] {
                        const auto result =
                            log.append(taking(1000 * round + i, 1000 * round + i + 1, round));
                        won += result.has_value() ? 1 : 0;
                        lost += !result && result.error().code == ErrorCode::claim_taken ? 1 : 0;
                    });
                }
                for (std::thread& racer : racers) {
                    racer.join();
                }
                CHECK(won.load() == 1);
                CHECK(lost.load() == 63);
                CHECK(log.head(domain_log()).next == Position(round + 1));
            }
        }
    }
}

TEST_CASE("Of 64 racers for one revision exactly one commits", "[contract][claims]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            REQUIRE(log.append(one_event(1, 1)).has_value());
            std::atomic<int> won{0};
            std::atomic<int> lost{0};
            std::vector<std::thread> racers;
            for (std::uint64_t i = 0; i < 64; ++i) {
                racers.emplace_back([&, i] {
                    store::Commit commit = one_event(1, 100 + i);
                    commit.writes[0].expected = ExpectedRevision::exact(store::Revision(0));
                    const auto result = log.append(commit);
                    won += result.has_value() ? 1 : 0;
                    lost += !result && result.error().code == ErrorCode::revision_conflict ? 1 : 0;
                });
            }
            for (std::thread& racer : racers) {
                racer.join();
            }
            CHECK(won.load() == 1);
            CHECK(lost.load() == 63);
        }
    }
}
