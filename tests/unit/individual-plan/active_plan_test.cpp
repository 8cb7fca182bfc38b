#include <catch2/catch.hpp>

#include "plan_story.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {

json evaluation(int id, const std::string& next) {
    return {
        {"planId", plan},
        {"evaluationId", uuid(id)},
        {"summary", "Går bra"},
        {"childAnswer", {{"useful", "yes"}}},
        {"familyAnswer", {{"useful", "partly"}}},
        {"nextEvaluateOn", next}
    };
}

}  // namespace

SCENARIO(
    "A plan is evaluated with the child's and the family's own answer",
    "[individual-plan][evaluate]"
) {
    PlanStory story;
    story.activate();
    story.move_to("2027-06-01");
    json unasked = evaluation(361, "2027-12-01");
    unasked["childAnswer"] = {{"useful", "not-asked"}};
    CHECK(story.codes("evaluate-plan", unasked) == Codes{"answer-missing"});
    unasked["childAnswer"]["reason"] = "På sykehus";
    const auto outcome = story.send("evaluate-plan", unasked);
    REQUIRE(outcome.status == SAMVEV_OK);
    CHECK(outcome.events.at(0).data["late"] == false);
    CHECK(
        to_text(outcome.timers.at(0).due) == "2027-11-28T10:00:00.000000Z"
    );  // Half a year without use.
    CHECK(story.document("due")["dueOn"] == "2027-12-01");
    CHECK(
        story.document("due")["met"] == json::array({"2027-02-08", "2027-07-11"})
    );  // Draft, evaluation.
    CHECK(story.codes("evaluate-plan", evaluation(361, "2027-12-01")) == Codes{"id-in-use"});
    THEN("the next lies ahead and inside the period") {
        CHECK(
            story.codes("evaluate-plan", evaluation(362, "2027-06-01")) ==
            Codes{"evaluation-outside-period"}
        );
        CHECK(
            story.codes("evaluate-plan", evaluation(362, "2028-01-11")) ==
            Codes{"evaluation-outside-period"}
        );
    }
    THEN("tomorrow has not happened") {
        story.occurred_on = "2027-06-02";
        CHECK(
            story.codes("evaluate-plan", evaluation(362, "2027-12-01")) ==
            Codes{"occurred-in-future"}
        );
    }
}

// Fixed: the next evaluation had to lie inside the period, so the last one could not be made.
SCENARIO("On its last day a plan is evaluated without a next time", "[individual-plan][evaluate]") {
    PlanStory story;
    story.activate();
    json last = evaluation(361, "2028-01-10");
    last.erase("nextEvaluateOn");
    story.move_to("2028-01-09");
    CHECK(story.codes("evaluate-plan", last) == Codes{"next-evaluation-missing"});
    story.move_to("2028-01-10");
    CHECK(
        story.codes("evaluate-plan", evaluation(361, "2028-01-11")) ==
        Codes{"evaluation-outside-period"}
    );
    const auto outcome = story.send("evaluate-plan", last);
    REQUIRE(outcome.status == SAMVEV_OK);
    CHECK(to_text(outcome.timers.at(0).due) == "2028-01-10T23:00:00.000000Z");
    CHECK(story.document("waiting")["kind"] == "revise-or-end-plan");
    CHECK(story.document("waiting")["dueOn"] == "2028-01-10");
    story.move_to("2028-01-11");
    const auto found = story.send_as("system:timer", "detect-stale", json::object());
    CHECK(found.events.at(0).data["causes"] == json::array({"period-over"}));
    THEN("it is revised with a new period") {
        story.hear_child(171);
        json longer{{"planId", plan}, {"reason", "Ett år til"}, {"until", "2029-01-10"}};
        CHECK(story.codes("revise-plan", longer) == Codes{"evaluation-outside-period"});
        longer["evaluateOn"] = "2028-07-01";
        CHECK(story.codes("revise-plan", longer).empty());
        CHECK(story.document("waiting")["kind"] == "evaluate-plan");
    }
    THEN("or ended: the child has answered") {
        CHECK(story.codes("end-plan", {{"planId", plan}, {"reason", "goals-met"}}).empty());
    }
}

SCENARIO("Each version of the plan is made with the child", "[individual-plan][revise]") {
    PlanStory story;
    story.activate();
    const json revision{
        {"planId", plan}, {"reason", "Nytt mål"}, {"howCarriedOut", "Annenhver uke"}
    };
    CHECK(story.codes("revise-plan", revision) == Codes{"child-not-heard"});
    story.hear_child(171);
    CHECK(story.codes("revise-plan", revision).empty());
    CHECK(story.document("plan")["version"] == 2);
    CHECK(story.codes("revise-plan", revision) == Codes{"child-not-heard"});
    story.hear_child(172);
    THEN("without consent there is no new version") {
        story.withdraw_consent(150);
        CHECK(story.document("plan")["consentWithdrawn"] == true);
        CHECK(story.document("waiting")["kind"] == "renew-consent");
        CHECK(story.codes("revise-plan", revision) == Codes{"consent-missing"});
        AND_THEN("with a new one there is") {
            story.consent(151, {school, unit_of_liv});
            json renewed = revision;
            renewed["consentId"] = uuid(151);
            CHECK(story.codes("revise-plan", renewed).empty());
            CHECK(story.document("plan")["consentWithdrawn"] == false);
            CHECK(story.document("waiting")["kind"] == "evaluate-plan");
        }
    }
    THEN("the period can be prolonged, with an evaluation inside it") {
        json longer = revision;
        longer["until"] = "2029-01-01";
        longer["evaluateOn"] = "2028-01-12";
        CHECK(story.codes("revise-plan", longer) == Codes{"evaluation-too-late"});
        longer["evaluateOn"] = "2028-01-11";
        CHECK(story.codes("revise-plan", longer).empty());
        longer["goalIds"] = json::array({uuid(139)});
        CHECK(story.codes("revise-plan", longer) == Codes{"goal-unknown", "child-not-heard"});
    }
}

SCENARIO("A plan ends, and gives its person free", "[individual-plan][end]") {
    PlanStory story;
    const json by_hand{{"planId", plan}, {"reason", "goals-met"}};
    WHEN("there is no plan, there is none to end") {
        story.open_case();
        CHECK(story.codes("end-plan", by_hand) == Codes{"plan-unknown"});
        CHECK(story.codes("end-plan", {{"reason", "goals-met"}}) == Codes{"plan-unknown"});
    }
    WHEN("the child has not been heard about it, the reason is needed") {
        story.activate();
        CHECK(story.codes("end-plan", by_hand) == Codes{"child-not-asked-about-ending"});
        CHECK(
            story.codes("end-plan", {{"planId", plan}, {"reason", "other"}}) ==
            Codes{"note-missing", "child-not-asked-about-ending"}
        );
        CHECK(
            story.codes("end-plan", {{"planId", plan}, {"reason", "case-closed"}}) ==
            Codes{"ends-with-case", "child-not-asked-about-ending"}
        );
        json reasoned = by_hand;
        reasoned["childNotHeardReason"] = "På sykehus";
        CHECK(story.codes("end-plan", reasoned).empty());
    }
    WHEN("the person has died, nobody is asked") {
        story.activate();
        CHECK(story.codes("end-plan", {{"planId", plan}, {"reason", "died"}}).empty());
    }
    WHEN("it is active") {
        story.activate();
        story.hear_child(171);
        const auto ended = story.send("end-plan", by_hand);
        CHECK(ended.events.at(0).data["wasActive"] == true);
        CHECK(
            ended.released ==
            std::vector<std::pair<std::string, std::string>>{{"individual-plan.active", pia}}
        );
        CHECK(ended.cleared == Codes{"plan-stale"});
        CHECK(story.document("waiting")["kind"] == "none");
        CHECK(story.codes("end-plan", by_hand) == Codes{"wrong-phase"});
    }
    WHEN("it is a draft, there is nothing to give free") {
        story.prepare();
        const auto ended = story.send("end-plan", {{"reason", "declined"}});
        CHECK(ended.events.at(0).data["wasActive"] == false);
        CHECK(ended.released.empty());
    }
    WHEN("its case is closed, the reaction ends it") {
        story.activate();
        story.fact("case-closed", {{"reason", "x"}, {"outcome", "goals-met"}});
        const auto sent =
            story.module.react(story.stream().history().back(), "case", story.stream().id());
        REQUIRE(sent.size() == 1);
        CHECK(sent[0].command == "individual-plan.end-plan");
        CHECK(sent[0].stream_id == story.stream().id());
        CHECK(
            story.codes("end-plan", by_hand) == Codes{"case-closed", "child-not-asked-about-ending"}
        );
        AND_WHEN("it comes at once") {
            const auto ended = story.send_as("system:reaction", "end-plan", sent[0].data);
            CHECK(ended.events.size() == 1);
            CHECK(story.document("plan")["ended"]["reason"] == "case-closed");
        }
        // Fixed: a reaction that came after the case had been reopened ended the plan of an open
        // case.
        AND_WHEN("the case has been reopened before it comes, the plan goes on") {
            story.fact("case-reopened", {{"reason", "x"}, {"level", 2}});
            CHECK(story.send_as("system:reaction", "end-plan", sent[0].data).events.empty());
            CHECK(story.document("plan")["phase"] == "active");
            const auto looks =
                story.module.react(story.stream().history().back(), "case", story.stream().id());
            REQUIRE(looks.size() == 1);
            CHECK(
                story.send_as("system:reaction", "detect-stale", looks[0].data).timers.size() == 1
            );
        }
    }
}
