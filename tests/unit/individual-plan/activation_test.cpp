#include <catch2/catch.hpp>

#include <map>

#include "plan_story.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {
const json activate{{"planId", plan}};
}

SCENARIO(
    "A plan that has everything is activated and claims its person", "[individual-plan][activation]"
) {
    PlanStory story;
    story.prepare();
    const auto outcome = story.send("activate-plan", activate);
    REQUIRE(outcome.status == SAMVEV_OK);
    CHECK(
        outcome.claimed ==
        std::vector<std::pair<std::string, std::string>>{{"individual-plan.active", pia}}
    );
    const json& data = outcome.events.at(0).data;
    CHECK(data["coordinatorId"] == liv);
    CHECK(data["unitIds"] == json::array({school, unit_of_liv}));
    CHECK(data["evaluateOn"] == "2027-07-11");
    CHECK(to_text(outcome.timers.at(0).due) == "2027-07-10T11:00:00.000000Z");
    CHECK(story.codes("activate-plan", activate) == Codes{"wrong-phase"});
}

TEST_CASE("Each part that is missing is told by its own code", "[individual-plan][activation]") {
    const std::map<std::string, Codes> expected{
        {"consent", {"consent-missing"}},
        {"coordinator", {"participants-missing", "coordinator-missing"}},
        {"goals", {"goals-missing"}},
        {"resources", {"resources-missing"}},
        {"team", {"participants-missing"}},
        {"child", {"contribution-missing"}},
        {"family", {"contribution-missing"}},
        {"service", {"contribution-missing"}},
        {"measure", {"measures-missing"}},
        {"extent", {"measure-extent-missing"}},
        {"carrying-out", {"carrying-out-missing"}},
        {"cooperation", {"cooperation-missing"}},
        {"period", {"period-missing"}},
    };
    for (const auto& [part, codes] : expected) {
        CAPTURE(part);
        PlanStory story;
        story.prepare({part});
        CHECK(story.codes("activate-plan", activate) == codes);
    }
}

TEST_CASE(
    "All that is missing is told at once, each with field and law", "[individual-plan][activation]"
) {
    PlanStory story;
    story.prepare(
        {"consent", "coordinator", "goals", "resources", "team", "child", "family", "service",
         "measure", "carrying-out", "cooperation", "period", "hearing"}
    );
    const auto outcome = story.send("activate-plan", activate);
    CHECK(outcome.rejections.size() == 12);
    for (const testing::TestRejection& rejection : outcome.rejections) {
        CAPTURE(rejection.code);
        CHECK_FALSE(rejection.field.empty());
        CHECK_FALSE(story.module.manifest()["rejections"][rejection.code]["paragraph"]
                        .get<std::string>()
                        .empty());
    }
}

SCENARIO("The child is heard before the goals are fixed", "[individual-plan][activation][child]") {
    PlanStory story;
    GIVEN("a plan made without the child") {
        story.prepare({"hearing", "child"});
        CHECK(
            story.codes("activate-plan", activate) ==
            Codes{"contribution-missing", "child-not-heard"}
        );
        WHEN("the child is heard afterwards") {
            story.hear_child(170);
            THEN("it is too late for these goals") {
                CHECK(
                    story.codes("activate-plan", activate) ==
                    Codes{"contribution-missing", "child-heard-after-goals"}
                );
            }
            THEN("fixing them again, together, mends it") {
                story.must(
                    "draft-plan", {{"planId", plan},
                                   {"consentId", uuid(150)},
                                   {"goalIds", json::array({uuid(130)})}}
                );
                CHECK(story.codes("activate-plan", activate) == Codes{"contribution-missing"});
            }
        }
        WHEN("not being given the chance is recorded, that is no hearing") {
            story.hear_child(170, "2.1");
            story.must(
                "draft-plan",
                {{"planId", plan}, {"consentId", uuid(150)}, {"goalIds", json::array({uuid(130)})}}
            );
            CHECK(
                story.codes("activate-plan", activate) ==
                Codes{"contribution-missing", "child-not-heard"}
            );
        }
        WHEN("it was offered the day before, did not want to, and that is typed only now") {
            story.must(
                "add-contribution", {{"planId", plan},
                                     {"contributionId", uuid(321)},
                                     {"by", {{"kind", "child"}}},
                                     {"reasonWithout", "Ville ikke"},
                                     {"offeredOn", "2027-01-10"}}
            );
            THEN("it was before the request, so it was not about this plan") {
                CHECK(story.codes("activate-plan", activate) == Codes{"child-not-heard"});
            }
        }
    }
    GIVEN("a plan whose goals were fixed a week after the request") {
        story.prepare({"hearing", "child"});
        story.move_to("2027-01-18");
        story.must(
            "draft-plan",
            {{"planId", plan}, {"consentId", uuid(150)}, {"goalIds", json::array({uuid(130)})}}
        );
        story.must(
            "add-contribution", {{"planId", plan},
                                 {"contributionId", uuid(321)},
                                 {"by", {{"kind", "child"}}},
                                 {"reasonWithout", "Ville ikke"},
                                 {"offeredOn", "2027-01-15"}}
        );
        THEN("an offer dated in between counts, though typed afterwards") {
            CHECK(story.codes("activate-plan", activate).empty());
        }
    }
    GIVEN("a meeting in which the child took part") {
        story.open_case();
        story.must("request-plan", {{"planId", uuid(5)}, {"requestedBy", {{"role", "child"}}}});
        testing::TestEvent held = testing::event(
            "coordination.meeting-held",
            {{"meetingId", uuid(21)}, {"participation", {{"code", "1.1"}}}}, uuid(21)
        );
        held.recorded_at = story.now;
        story.stream().add(held);
        CHECK(story.stream().state()["facts"]["hearings"].size() == 1);
    }
}

SCENARIO(
    "The consent covers every service that takes part", "[individual-plan][activation][consent]"
) {
    PlanStory story;
    story.prepare();
    story.join(161, "0192f0c1-0000-7000-8000-000000001010");
    const auto outcome = story.send("activate-plan", activate);
    REQUIRE(outcome.rejections.size() == 2);
    CHECK(outcome.rejected_with("individual-plan.contribution-missing"));
    CHECK(outcome.rejected_with("individual-plan.unit-outside-consent"));
    THEN("who has left takes no part") {
        story.fact(
            "participation-ended", {{"participantId", uuid(161)}, {"reason", "x"}}, uuid(161)
        );
        CHECK(story.codes("activate-plan", activate).empty());
    }
    THEN("a member of the family has no service to cover") {
        story.fact(
            "participation-ended", {{"participantId", uuid(161)}, {"reason", "x"}}, uuid(161)
        );
        story.fact(
            "invitation-accepted",
            {{"participantId", uuid(162)}, {"personId", uuid(7)}, {"role", "mor"}}, uuid(162)
        );
        CHECK(story.codes("activate-plan", activate).empty());
    }
}

SCENARIO("What has changed since it was written down counts", "[individual-plan][activation]") {
    PlanStory story;
    story.prepare();
    WHEN("the goal has been abandoned") {
        story.fact("goal-abandoned", {{"goalId", uuid(130)}, {"reason", "x"}}, uuid(130));
        CHECK(story.codes("activate-plan", activate) == Codes{"goals-missing"});
    }
    WHEN("the measure has ended") {
        story.fact("measure-ended", {{"measureId", uuid(140)}, {"reason", "x"}}, uuid(140));
        CHECK(story.codes("activate-plan", activate) == Codes{"measures-missing"});
    }
    WHEN("its extent was told later") {
        story.propose_measure(141, "");
        CHECK(story.codes("activate-plan", activate) == Codes{"measure-extent-missing"});
        story.fact(
            "measure-changed", {{"measureId", uuid(141)}, {"reason", "x"}, {"effort", "1 time"}},
            uuid(141)
        );
        CHECK(story.codes("activate-plan", activate).empty());
    }
    WHEN("the evaluation date has passed") {
        story.move_to("2027-07-12");
        CHECK(story.codes("activate-plan", activate) == Codes{"evaluation-passed"});
    }
    WHEN("the consent has run out since") {
        story.consent(150, {school, unit_of_liv}, "2027-01-31");
        story.move_to("2027-02-01");
        CHECK(story.codes("activate-plan", activate) == Codes{"consent-missing"});
    }
    WHEN("another coordinator has taken over, it is theirs") {
        story.fact(
            "handover-accepted",
            {{"handoverId", uuid(18)}, {"coordinatorId", uuid(77)}, {"coordinatorUnitId", school}}
        );
        const auto outcome = story.send("activate-plan", activate);
        CHECK(outcome.status == SAMVEV_REJECTED);  // Only the school is left in the team.
        CHECK(outcome.rejected_with("individual-plan.participants-missing"));
    }
    WHEN("the case has been closed") {
        story.fact("case-closed", {{"reason", "x"}, {"outcome", "goals-met"}});
        CHECK(story.codes("activate-plan", activate) == Codes{"case-closed"});
    }
}
