#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const json concern = {
    {"description", "Ofte alene i friminuttene."},
    {"concernOwnerId", ada},
    {"concernUnitId", school}
};

}  // namespace

SCENARIO("A concern is raised by someone who owns it, about nobody yet", "[core][case]") {
    CaseStory story;
    CHECK(story.writes("case.raise-concern", concern) == "concern-raised");
    CHECK(
        story.answer("case.raise-concern", concern, seeing(as_ada(), "owner", nullptr)) ==
        "staff-unknown"
    );
    CHECK(
        story.answer("case.raise-concern", concern, seeing(as_ada(), "owner", departed_staff())) ==
        "staff-inactive"
    );
    CHECK(
        story.answer("case.raise-concern", concern, seeing(as_ada(), "unit", nullptr)) ==
        "unit-unknown"
    );
    CHECK(
        story.answer("case.raise-concern", concern, seeing(as_ada(), "unit", closed_unit())) ==
        "unit-not-open"
    );

    story.has("case.raise-concern", with(concern, {{"personId", lo}}));
    CHECK(story.answer("case.raise-concern", concern) == "already-open");
    CHECK(story.tried("case.raise-concern", concern).claimed.empty());

    THEN("the case that is opened on it keeps owner and person") {
        CHECK(
            story.answer("case.open-case", {{"level", 0}}) ==
            "concern-owner-required concern-owner-required"
        );
        const Outcome opened = story.send("case.open-case", opening(0));
        REQUIRE(opened.events.size() == 1);
        CHECK(opened.events[0].data["concernOwnerId"] == ada);
        CHECK(opened.events[0].data["decideBy"] == "2026-09-15");
        CHECK(opened.events[0].data["personId"] == lo);
        CHECK(
            opened.claimed == std::vector<std::pair<std::string, std::string>>{{"case.open", lo}}
        );
    }
    THEN("it cannot be opened about somebody else") {
        CHECK(
            story.answer("case.open-case", with(opening(1), {{"personId", id('p', 7)}})) ==
            "person-already-known"
        );
    }
}

SCENARIO("A case is opened with what its level demands", "[core][case]") {
    const CaseStory story;
    CHECK(
        story.answer("case.open-case", {{"level", 0}}) ==
        "concern-owner-required concern-owner-required"
    );
    CHECK(story.writes("case.open-case", opening(0)) == "case-opened");
    CHECK(
        story.answer("case.open-case", {{"level", 1}}) ==
        "coordinator-required coordinator-required person-required"
    );
    CHECK(story.writes("case.open-case", opening(1)) == "case-opened");
    CHECK(
        story.answer("case.open-case", with(opening(1), {{"level", 2}})) ==
        "basis-required coordinating-unit-required"
    );
    CHECK(story.writes("case.open-case", opening(2)) == "case-opened consent-granted");
    json by_law = opening(3);
    by_law.erase("consent");
    by_law["basis"] = {
        {"basisId", id('b', 1)},
        {"paragraph", "barnevernsloven § 13-4"},
        {"reason", "Pålegg."},
        {"topics", {"child-welfare"}}
    };
    CHECK(story.writes("case.open-case", by_law) == "case-opened statutory-basis-recorded");
    by_law["basis"]["until"] = "2027-01-01";
    by_law["consent"] = with(consent(1), {{"from", "2027-01-01"}, {"until", "2026-01-01"}});
    CHECK(story.answer("case.open-case", by_law) == "period-inverted");
    CHECK(opened_case(1)->answer("case.open-case", opening(1)) == "already-open");
}

SCENARIO("Whoever is named in an opening exists and is active", "[core][case]") {
    const CaseStory story;
    const auto refused = [&](int level, const char* read, json state) {
        return story.answer(
            "case.open-case", opening(level), seeing(as_ada(), read, std::move(state))
        );
    };
    CHECK(refused(1, "coordinator", nullptr) == "staff-unknown");
    CHECK(refused(1, "coordinator", departed_staff()) == "staff-inactive");
    CHECK(refused(1, "unit", nullptr) == "unit-unknown");
    CHECK(refused(1, "unit", closed_unit()) == "unit-not-open");
    CHECK(
        refused(
            1, "unit",
            facts("unit", {event("organisation.unit-registered", {{"name", "Uten leder"}})})
        ) == "unit-not-open"
    );
    CHECK(refused(2, "coordinatingUnit", nullptr) == "unit-unknown");
    CHECK(refused(0, "owner", departed_staff()) == "staff-inactive");
    CHECK(refused(0, "ownerUnit", closed_unit()) == "unit-not-open");
}

SCENARIO("A person has one open case, unless there is a reason", "[core][case]") {
    const CaseStory story;
    using Claims = std::vector<std::pair<std::string, std::string>>;
    CHECK(story.tried("case.open-case", opening(1)).claimed == Claims{{"case.open", lo}});
    CHECK(story.tried("case.open-case", with(opening(1), {{"exceptionReason", "Avtalt."}}))
              .claimed.empty());
    CHECK(story.tried("case.open-case", opening(0)).claimed.empty());

    const json closing = {
        {"reason", "Ferdig."}, {"outcome", "goals-met"}, {"closingTalkReason", "Nei takk."}
    };
    CHECK(opened_case(1)->tried("case.close-case", closing).released == Claims{{"case.open", lo}});
    CaseStory exception;
    exception.has("case.open-case", with(opening(1), {{"exceptionReason", "Avtalt."}}));
    CHECK(exception.tried("case.close-case", closing).released.empty());
}

SCENARIO("An import opens cases about nobody, owned by the importing unit", "[core][case]") {
    const CaseStory story;
    const Sender importer = staff("", {"service:import"}, school);
    const Outcome opened = story.tried(
        "case.open-case", {{"level", 0}, {"title", "Trace 7"}, {"externalReference", "case-7"}},
        importer
    );
    REQUIRE(opened.status == SAMVEV_OK);
    CHECK(opened.events.at(0).data["concernUnitId"] == school);
    CHECK_FALSE(opened.events.at(0).data.contains("concernOwnerId"));
    CHECK(
        story.answer(
            "case.open-case", {{"level", 0}, {"concernOwnerId", ada}},
            seeing(importer, "owner", departed_staff())
        ) == "staff-inactive"
    );
    Sender homeless = importer;
    homeless.unit.clear();
    CHECK(story.answer("case.open-case", {{"level", 0}}, homeless) == "concern-owner-required");
    CHECK(
        story.answer("case.open-case", {{"level", 1}}, importer) ==
        "coordinator-required coordinator-required person-required"
    );
}

SCENARIO("Whom a case is about is said once", "[core][case]") {
    auto story = opened_case(0);
    const Outcome identified = story->send("case.identify-person", {{"personId", lo}});
    CHECK(identified.claimed.size() == 1);
    CHECK(story->answer("case.identify-person", {{"personId", lo}}) == "nothing");
    CHECK(
        story->answer("case.identify-person", {{"personId", id('p', 7)}}) == "person-already-known"
    );
    CaseStory concerned;
    concerned.has("case.raise-concern", concern);
    CHECK(concerned.tried("case.identify-person", {{"personId", lo}}).claimed.empty());
    CHECK(CaseStory().answer("case.identify-person", {{"personId", lo}}) == "closed");
}

SCENARIO("A case is paused and resumed, and its coordinator stays", "[core][case]") {
    auto story = opened_case(1);
    CHECK(story->answer("case.resume-case", json::object()) == "not-paused");
    CHECK(
        story->answer("case.pause-case", {{"reason", "Bortreist."}, {"until", "2026-08-31"}}) ==
        "date-passed"
    );
    const Outcome paused =
        story->send("case.pause-case", {{"reason", "Bortreist."}, {"until", "2026-09-01"}});
    REQUIRE(paused.timers.size() == 1);
    CHECK(paused.timers[0].command == "case.remind-of-pause");
    CHECK(paused.timers[0].due == oslo_midnight(parse_date("2026-09-02")));
    CHECK(story->state()["coordinator"]["staff_id"] == ada);
    CHECK(
        story->writes("case.remind-of-pause", paused.timers[0].data, as_timer()) == "pause-expired"
    );
    CHECK(story->answer("case.pause-case", {{"reason", "Bortreist."}}) == "not-open");
    CHECK(
        story->answer(
            "case.record-need",
            {{"needId", id('n', 1)}, {"lifeArea", "leisure"}, {"description", "x"}}
        ) == "ok"
    );
    story->has("case.remind-of-pause", paused.timers[0].data, as_timer());
    CHECK(story->state()["phase"] == "paused");
    const Outcome resumed = story->send("case.resume-case", json::object());
    CHECK(resumed.cleared == std::vector<std::string>{"pause-end"});
    CHECK(story->state()["phase"] == "open");
    CHECK(story->answer("case.remind-of-pause", paused.timers[0].data, as_timer()) == "nothing");
}

SCENARIO("Cases are linked to others that exist", "[core][case]") {
    auto story = opened_case(1);
    const json link = {
        {"linkId", id('l', 1)}, {"linkedCaseId", id('k', 2)}, {"relation", "sibling"}
    };
    const Sender sees = seeing(as_ada(), "linked", opened_case(1)->state());
    CHECK(story->answer("case.link-case", link) == "linked-case-unknown");
    CHECK(
        story->answer("case.link-case", link, seeing(as_ada(), "linked", CaseStory().state())) ==
        "linked-case-unknown"
    );
    CHECK(
        story->answer(
            "case.link-case", with(link, {{"linkedCaseId", testing::default_stream_id}}), sees
        ) == "link-to-itself"
    );
    story->has("case.link-case", link, sees);
    CHECK(story->answer("case.link-case", link, sees) == "already-linked id-in-use");
}

SCENARIO("What is recorded has an id of its own", "[core][case]") {
    auto story = opened_case(1);
    const json factor = {
        {"factorId", id('f', 1)}, {"kind", "risk"}, {"area", "family"}, {"description", "x"}
    };
    story->has("case.record-risk-factor", factor);
    CHECK(story->answer("case.record-risk-factor", factor) == "id-in-use");
    CHECK(
        story->answer(
            "case.add-guest", {{"guestId", id('f', 1)}, {"relation", "trener"}, {"forWhat", "x"}}
        ) == "id-in-use"
    );
    CHECK(
        story->answer(
            "case.assign-coordinating-service", {{"coordinatingUnitId", school}, {"reason", "x"}}
        ) == "ok"
    );
    CHECK(
        story->answer(
            "case.assign-coordinating-service", {{"coordinatingUnitId", school}, {"reason", "x"}},
            seeing(as_ada(), "unit", closed_unit())
        ) == "unit-not-open"
    );
}
