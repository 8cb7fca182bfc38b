#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const json withdrawal = {{"consentId", id('c', 1)}, {"reason", "Ombestemt seg."}};

void join(CaseStory& story, unsigned number, const std::string& unit_id, json topics) {
    const json who = {{"participantId", id('t', number)}};
    story.has(
        "case.invite-participant", with(
                                       who, {{"role", "deltaker"},
                                             {"staffId", odd},
                                             {"unitId", unit_id},
                                             {"topics", std::move(topics)}}
                                   )
    );
    Sender there = as_odd();
    there.unit = unit_id;
    story.has("case.accept-invitation", with(who, {{"staffId", odd}, {"unitId", unit_id}}), there);
}

}  // namespace

SCENARIO("Consent is recorded and withdrawn as easily", "[core][case][consent]") {
    auto story = opened_case(1);
    CHECK(story->answer("case.withdraw-consent", withdrawal) == "consent-unknown");
    CHECK(
        story->answer(
            "case.record-consent",
            with(consent(1), {{"from", "2026-10-01"}, {"until", "2026-09-01"}})
        ) == "period-inverted"
    );
    story->has("case.record-consent", consent(1));
    CHECK(story->answer("case.record-consent", consent(1)) == "id-in-use");
    story->has("case.withdraw-consent", withdrawal);
    CHECK(story->answer("case.withdraw-consent", withdrawal) == "consent-not-active");
    story->has(
        "case.record-statutory-basis",
        {{"basisId", id('b', 1)}, {"paragraph", "x"}, {"reason", "x"}, {"topics", {"safety"}}}
    );
    // What rests on the law is not withdrawn as a consent.
    CHECK(story->answer("case.withdraw-consent", {{"consentId", id('b', 1)}}) == "consent-unknown");
}

SCENARIO(
    "Scopes that rested on a consent end in the commit that withdraws it", "[core][case][consent]"
) {
    auto story = opened_case(1);
    story->has("case.record-consent", consent(1, {"education", "health"}));
    story->has("case.record-consent", consent(2, {"education"}));
    join(*story, 1, school, {"coordination", "health"});
    join(*story, 2, health_station, {"health"});
    join(*story, 3, school, {"coordination", "education"});
    const Outcome withdrawn = story->send("case.withdraw-consent", withdrawal);
    REQUIRE(withdrawn.events.size() == 3);
    CHECK(withdrawn.events[0].type == "case.consent-withdrawn");
    CHECK(withdrawn.events[1].type == "case.scope-changed");
    CHECK(withdrawn.events[1].entity == id('t', 1));
    CHECK(withdrawn.events[1].data["topics"] == json{"coordination"});
    // No words in one language: whoever shows it has them.
    CHECK(withdrawn.events[1].data["reasonCode"] == "consent-withdrawn");
    CHECK_FALSE(withdrawn.events[1].data.contains("reason"));
    CHECK(withdrawn.events[2].type == "case.participation-ended");
    CHECK(withdrawn.events[2].entity == id('t', 2));
    // The third still stands on the other consent.
    CHECK(
        story->state()["participants"][id('t', 3)]["topics"] == json{"coordination", "education"}
    );
}

SCENARIO("A consent counts for whom, from whom and when it says", "[core][case][consent]") {
    auto story = opened_case(1);
    const auto invited = [&](const Sender& sender = as_ada()) {
        return story->answer(
            "case.invite-participant",
            {{"participantId", id('t', 1)},
             {"role", "deltaker"},
             {"unitId", health_station},
             {"topics", {"health"}}},
            sender
        );
    };
    WHEN("an old one names no recipient") {
        story->happened(event(
            "case.consent-granted", {{"topics", {"health"}}, {"recipientUnitIds", json::array()}},
            id('c', 1)
        ));
        CHECK(invited() == "scope-beyond-consent");
    }
    WHEN("it begins later") {
        story->has("case.record-consent", with(consent(1), {{"from", "2026-09-02"}}));
        CHECK(invited() == "scope-beyond-consent");
        Sender tomorrow = as_ada();
        tomorrow.now = noon(2026, 9, 2);
        CHECK(invited(tomorrow) == "ok");
    }
    WHEN("it says who may tell") {
        story->has("case.record-consent", with(consent(1), {{"sourceUnitIds", {id('u', 5)}}}));
        CHECK(invited() == "scope-beyond-consent");
        CHECK(invited(staff(ada, {"coordinator"}, id('u', 5))) == "ok");
        CHECK(invited(staff(ada, {"coordinator"}, "")) == "scope-beyond-consent");
    }
    WHEN("a statutory basis names no units, or others") {
        const json basis = {
            {"basisId", id('b', 1)}, {"paragraph", "x"}, {"reason", "x"}, {"topics", {"health"}}
        };
        story->happened(event("case.statutory-basis-recorded", basis, id('b', 1)));
        CHECK(invited() == "ok");
        auto other = opened_case(1);
        other->happened(
            event("case.statutory-basis-recorded", with(basis, {{"unitIds", {school}}}), id('b', 1))
        );
        CHECK(
            other->answer(
                "case.invite-participant", {{"participantId", id('t', 1)},
                                            {"role", "deltaker"},
                                            {"unitId", health_station},
                                            {"topics", {"health"}}}
            ) == "scope-beyond-consent"
        );
    }
    WHEN("it excludes a topic or a service by name") {
        story->has(
            "case.record-consent", with(consent(1), {{"excludedUnitIds", {health_station}}})
        );
        CHECK(invited() == "scope-beyond-consent");
        story->has("case.record-consent", with(consent(2), {{"excludedTopics", {"health"}}}));
        CHECK(invited() == "scope-beyond-consent");
        story->has("case.record-consent", consent(3));
        CHECK(invited() == "ok");
    }
    THEN("what it excludes in words is shown with it") {
        story->has("case.record-consent", with(consent(1), {{"exclusions", "Ikke om søsken."}}));
        CHECK(story->view("case.overview")["permissions"][0]["exclusions"] == "Ikke om søsken.");
    }
}

SCENARIO(
    "Refusals and the child's part are recorded once, with the reason where one is due",
    "[core][case][consent]"
) {
    auto story = opened_case(1);
    const json refusal = {
        {"refusalId", id('r', 1)},
        {"refusedById", id('p', 2)},
        {"capacity", "guardian"},
        {"topics", {"health"}}
    };
    story->has("case.record-refusal", refusal);
    CHECK(story->answer("case.record-refusal", refusal) == "id-in-use");
    const json record = with(participation(1), {{"context", "meeting"}});
    CHECK(
        story->answer("case.record-participation", with(record, {{"code", "2.1"}})) ==
        "participation-reason-required"
    );
    CHECK(
        story->answer("case.record-participation", with(record, {{"code", "not-applicable"}})) ==
        "participation-reason-required"
    );
    CHECK(story->answer("case.record-participation", with(record, {{"code", "2.2"}})) == "ok");
    story->has("case.record-participation", record, as_child());
    CHECK(story->answer("case.record-participation", record) == "id-in-use");
    CHECK(CaseStory().answer("case.record-consent", consent(1)) == "closed");
}
