#include <catch2/catch.hpp>

#include "plan_story.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {

void to_offer(PlanStory& story) {
    story.open_case();
    story.must("request-plan", {{"planId", plan}, {"requestedBy", {{"role", "guardian"}}}});
    story.must("assess-right", {{"planId", plan}, {"longTerm", true}, {"coordinated", true}});
    story.must("offer-plan", {{"planId", plan}});
}

json contribution(int id, const json& by) {
    return {{"planId", plan}, {"contributionId", uuid(id)}, {"by", by}};
}

}  // namespace

SCENARIO("No plan is drafted without a consent that holds today", "[individual-plan][draft]") {
    PlanStory story;
    to_offer(story);
    const json draft{{"planId", plan}, {"consentId", uuid(150)}};
    CHECK(story.codes("draft-plan", draft) == Codes{"consent-missing"});
    WHEN("it has run out") {
        story.consent(150, {school}, "2027-01-10");
        CHECK(story.codes("draft-plan", draft) == Codes{"consent-missing"});
    }
    WHEN("it runs out today") {
        story.consent(150, {school}, "2027-01-11");
        CHECK(story.codes("draft-plan", draft).empty());
    }
    WHEN("it has been withdrawn") {
        story.consent(150, {school});
        story.withdraw_consent(150);
        CHECK(story.codes("draft-plan", draft) == Codes{"consent-missing"});
    }
    WHEN("goals are named that the case does not have") {
        story.consent(150, {school});
        json with_goals = draft;
        with_goals["goalIds"] = json::array({uuid(130), uuid(131)});
        story.set_goal(130);
        const auto outcome = story.send("draft-plan", with_goals);
        REQUIRE(outcome.rejections.size() == 1);
        CHECK(outcome.rejections[0].code == "individual-plan.goal-unknown");
        CHECK(outcome.rejections[0].field == "/goalIds/1");
    }
}

SCENARIO("A contribution is words or the reason for none", "[individual-plan][draft]") {
    PlanStory story;
    to_offer(story);
    CHECK(
        story.codes("map-resources", {{"planId", plan}, {"resources", "r"}, {"needs", "n"}}) ==
        Codes{"wrong-phase"}
    );
    story.consent(150, {school});
    story.must("draft-plan", {{"planId", plan}, {"consentId", uuid(150)}});
    CHECK(
        story.codes("add-contribution", contribution(1, {{"kind", "family"}})) ==
        Codes{"contribution-empty"}
    );
    json both = contribution(1, {{"kind", "family"}});
    both["text"] = "Ja";
    both["reasonWithout"] = "Nei";
    CHECK(story.codes("add-contribution", both) == Codes{"contribution-empty"});
    json service = contribution(1, {{"kind", "service"}});
    service["text"] = "Ja";
    CHECK(story.codes("add-contribution", service) == Codes{"unit-missing"});
    json child = contribution(1, {{"kind", "child"}});
    child["reasonWithout"] = "Ville ikke";
    CHECK(story.codes("add-contribution", child) == Codes{"offer-date-missing"});
    child["offeredOn"] = "2027-01-09";
    CHECK(story.codes("add-contribution", child).empty());
    CHECK(story.codes("add-contribution", child) == Codes{"id-in-use"});
}

SCENARIO("The period has an evaluation inside it", "[individual-plan][draft]") {
    PlanStory story;
    to_offer(story);
    story.consent(150, {school});
    story.must("draft-plan", {{"planId", plan}, {"consentId", uuid(150)}});
    const auto period = [](const char* from, const char* until, const char* evaluate_on) {
        json data{{"planId", plan}, {"from", from}, {"until", until}};
        if (*evaluate_on != '\0') {
            data["evaluateOn"] = evaluate_on;
        }
        return data;
    };
    CHECK(
        story.codes("set-plan-period", period("2027-02-01", "2027-01-01", "2027-03-01")) ==
        Codes{"period-ends-before-start", "evaluation-outside-period"}
    );
    CHECK(
        story.codes("set-plan-period", period("2027-02-01", "2027-08-01", "2027-09-01")) ==
        Codes{"evaluation-outside-period"}
    );
    CHECK(
        story.codes("set-plan-period", period("2027-02-01", "2029-02-01", "2028-02-02")) ==
        Codes{"evaluation-too-late"}
    );
    CHECK(story.codes("set-plan-period", period("2027-02-01", "2029-02-01", "2028-02-01")).empty());
    THEN("by default it is after six months, clipped to the month and the period") {
        story.must("set-plan-period", period("2027-08-31", "2028-08-31", ""));
        CHECK(story.document("plan")["evaluateOn"] == "2028-02-29");
        story.must("set-plan-period", period("2027-08-31", "2027-10-01", ""));
        CHECK(story.document("plan")["evaluateOn"] == "2027-10-01");
    }
}

TEST_CASE("A sub-plan is attached once", "[individual-plan][draft]") {
    PlanStory story;
    story.prepare();
    const json iop{
        {"planId", plan},
        {"subPlanId", uuid(331)},
        {"kind", "education"},
        {"title", "IOP"},
        {"ownerUnitId", school}
    };
    CHECK(story.codes("attach-sub-plan", iop).empty());
    CHECK(story.codes("attach-sub-plan", iop) == Codes{"id-in-use"});
    CHECK(story.document("plan")["subPlans"].size() == 1);
}
