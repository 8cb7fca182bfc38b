#include <catch2/catch.hpp>

#include "dispatch/gate/tenant_facts.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using dispatch::TenantFacts;

namespace {

const store::TenantId tenant(9999);
const std::string ada = test::numbered_uuid(1001).text();
const std::string school = test::numbered_uuid(2001).text();

// A commit with one event to the case, by Ada, permitted on that version of the facts.
store::Commit to_case(
    std::uint64_t number, const std::string& type, const std::string& payload,
    std::uint64_t permitted_on = 0
) {
    static std::uint64_t event = 0;
    store::Commit commit = test::one_event(number, ++event);
    commit.writes.front().events.front().type = type;
    commit.writes.front().events.front().payload = payload;
    commit.actor.actor = "staff/" + ada;
    commit.facts_version = permitted_on;
    return commit;
}

store::Commit coordinator_of(std::uint64_t number, const std::string& staff) {
    return to_case(
        number, "case.coordinator-appointed",
        R"({"coordinatorId":")" + staff + R"(","coordinatorUnitId":")" + school + R"("})"
    );
}

std::string coordinator_in(const TenantFacts& facts, std::uint64_t number) {
    const auto now = facts.at(tenant);
    REQUIRE(now.has_value());
    const access::CaseFacts* found = (*now)->cases.find(test::case_stream(number).id.text());
    return found == nullptr || !found->coordinator ? std::string() : found->coordinator->staff;
}

std::uint64_t version(const TenantFacts& facts) {
    const auto now = facts.at(tenant);
    REQUIRE(now.has_value());
    return (*now)->version + 1;
}

}  // namespace

TEST_CASE("Facts are as of the last commit that was answered", "[dispatch][access]") {
    const auto log = store::make_memory_event_log();
    auto facts = TenantFacts::follow(*log);
    REQUIRE(facts.has_value());
    CHECK(coordinator_in(**facts, 1).empty());
    REQUIRE(log->append(coordinator_of(1, ada)).has_value());
    CHECK(coordinator_in(**facts, 1) == ada);

    SECTION("and the same after a start") {
        facts->reset();
        const auto again = TenantFacts::follow(*log);
        REQUIRE(again.has_value());
        CHECK(coordinator_in(**again, 1) == ada);
    }
    SECTION("what was handed out does not change") {
        const auto before = (*facts)->at(tenant);
        REQUIRE(before.has_value());
        REQUIRE(log->append(coordinator_of(1, school)).has_value());
        const std::string id = test::case_stream(1).id.text();
        CHECK((*before)->cases.find(id)->coordinator->staff == ada);
        CHECK(coordinator_in(**facts, 1) == school);
    }
}

TEST_CASE("A commit whose permission was touched is sent back", "[dispatch][access]") {
    const auto log = store::make_memory_event_log();
    const auto facts = TenantFacts::follow(*log);
    REQUIRE(facts.has_value());
    REQUIRE(log->append(coordinator_of(1, ada)).has_value());
    REQUIRE(log->append(coordinator_of(2, ada)).has_value());
    const std::uint64_t then = version(**facts);
    REQUIRE(log->append(coordinator_of(1, school)).has_value());

    const auto late = log->append(to_case(1, "case.need-recorded", "{}", then));
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == ErrorCode::revision_conflict);
    CHECK(log->append(to_case(2, "case.need-recorded", "{}", then)).has_value());
    CHECK(log->append(to_case(1, "case.need-recorded", "{}", version(**facts))).has_value());

    SECTION("by what happened to the actor") {
        store::Commit roles = to_case(3, "organisation.staff-role-lapsed", "{}");
        roles.writes.front().stream = {"staff", *base::Uuid::parse(ada)};
        REQUIRE(log->append(std::move(roles)).has_value());
        CHECK_FALSE(log->append(to_case(2, "case.need-recorded", "{}", then)).has_value());
    }
    SECTION("by what happened to any unit") {
        store::Commit leader = to_case(3, "organisation.leader-appointed", "{}");
        leader.writes.front().stream = {"unit", *base::Uuid::parse(school)};
        REQUIRE(log->append(std::move(leader)).has_value());
        CHECK_FALSE(log->append(to_case(2, "case.need-recorded", "{}", then)).has_value());
    }
}

TEST_CASE("A fact that cannot be read closes its tenant, and no other", "[dispatch][access]") {
    const auto log = store::make_memory_event_log();
    const auto facts = TenantFacts::follow(*log);
    REQUIRE(facts.has_value());
    REQUIRE(log->append(to_case(1, "case.consent-withdrawn", "not JSON")).has_value());
    const auto now = (*facts)->at(tenant);
    REQUIRE_FALSE(now.has_value());
    CHECK(now.error().code == ErrorCode::corrupt);
    CHECK((*facts)->at(store::TenantId(1)).has_value());
}
