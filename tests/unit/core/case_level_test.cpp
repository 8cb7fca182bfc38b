#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

json to_level(int level, unsigned number = 1) {
    return {
        {"level", level},
        {"reason", "Behovene har endret seg."},
        {"participation", participation(number)}
    };
}
const json coordinated = {{"coordinatorId", ada}, {"coordinatorUnitId", school}};

}  // namespace

SCENARIO("A level is changed with a reason and the child's part in it", "[core][case][level]") {
    auto story = opened_case(1);
    CHECK(story->answer("case.set-level", to_level(1)) == "level-unchanged");
    json unheard = to_level(0);
    unheard["concernOwnerId"] = ada;
    unheard["concernUnitId"] = school;
    unheard["participation"]["code"] = "2.1";
    CHECK(story->answer("case.set-level", unheard) == "participation-reason-required");
    unheard["participation"]["reason"] = "Var på sykehus.";
    CHECK(story->answer("case.set-level", unheard) == "ok");
    unheard["participation"]["code"] = "not-applicable";
    unheard["participation"].erase("reason");
    CHECK(story->answer("case.set-level", unheard) == "participation-reason-required");

    story->has("case.record-participation", with(participation(5), {{"context", "goals"}}));
    CHECK(
        story->answer("case.set-level", with(unheard, {{"participation", participation(5)}})) ==
        "id-in-use"
    );
}

SCENARIO(
    "From level 1 there is a person and a coordinator in the same commit", "[core][case][level]"
) {
    auto story = opened_case(0);
    CHECK(
        story->answer("case.set-level", to_level(1)) ==
        "coordinator-required coordinator-required person-required"
    );
    json complete = with(to_level(1), coordinated);
    complete["personId"] = lo;
    CHECK(
        story->answer(
            "case.set-level", complete, seeing(as_ada(), "coordinator", departed_staff())
        ) == "staff-inactive"
    );
    CHECK(
        story->writes("case.set-level", complete) ==
        "participation-recorded person-identified coordinator-appointed level-set"
    );
    const Outcome raised = story->send("case.set-level", complete);
    CHECK(raised.claimed == std::vector<std::pair<std::string, std::string>>{{"case.open", lo}});
    CHECK(story->state()["coordinator"]["staff_id"] == ada);
    CHECK(
        story->answer(
            "case.set-level", with(
                                  with(to_level(0, 2), coordinated),
                                  {{"concernOwnerId", ada}, {"concernUnitId", school}}
                              )
        ) == "coordinator-present"
    );
}

SCENARIO(
    "Level 2 needs a coordinating unit and consent or a statutory basis", "[core][case][level]"
) {
    auto story = opened_case(1);
    CHECK(
        story->answer("case.set-level", to_level(2)) == "basis-required coordinating-unit-required"
    );
    story->has("case.record-consent", consent(1));
    CHECK(story->answer("case.set-level", to_level(2)) == "coordinating-unit-required");
    const json complete = with(to_level(2), {{"coordinatingUnitId", school}});
    CHECK(
        story->writes("case.set-level", complete) ==
        "participation-recorded coordinating-service-assigned level-set"
    );
    CHECK(
        story->answer("case.set-level", complete, seeing(as_ada(), "coordinatingUnit", nullptr)) ==
        "unit-unknown"
    );
    WHEN("the consent has been withdrawn or has run out") {
        story->has("case.withdraw-consent", {{"consentId", id('c', 1)}});
        CHECK(story->answer("case.set-level", complete) == "basis-required");
        story->has("case.record-consent", with(consent(2), {{"until", "2026-08-31"}}));
        CHECK(story->answer("case.set-level", complete) == "basis-required");
        story->has("case.record-consent", with(consent(3), {{"until", "2026-09-01"}}));
        CHECK(story->answer("case.set-level", complete) == "ok");
    }
}

SCENARIO(
    "Back at level 0 somebody owns the concern and nobody coordinates", "[core][case][level]"
) {
    auto story = opened_case(1);
    CHECK(
        story->answer("case.set-level", to_level(0)) ==
        "concern-owner-required concern-owner-required"
    );
    story->has("case.offer-handover", offer_to_odd());
    const json down = with(to_level(0), {{"concernOwnerId", ada}, {"concernUnitId", school}});
    CHECK(
        story->answer("case.set-level", down, seeing(as_ada(), "owner", departed_staff())) ==
        "staff-inactive"
    );
    CHECK(
        story->answer("case.set-level", down, seeing(as_ada(), "ownerUnit", closed_unit())) ==
        "unit-not-open"
    );
    CHECK(
        story->writes("case.set-level", down) ==
        "participation-recorded handover-withdrawn level-set"
    );
    CHECK(
        story->send("case.set-level", down).cleared == std::vector<std::string>{"handover-answer"}
    );
    CHECK(story->state()["coordinator"].is_null());
    CHECK(story->state()["handover"].is_null());
    CHECK(
        story->answer("case.set-level", with(down, {{"participation", participation(9)}})) ==
        "level-unchanged"
    );
}

SCENARIO("Only an open case changes level", "[core][case][level]") {
    auto story = opened_case(1);
    story->has("case.pause-case", {{"reason", "x"}});
    CHECK(story->answer("case.set-level", to_level(0)) == "not-open");
    CHECK(
        opened_case(1)->answer(
            "case.set-level",
            with(
                to_level(0),
                {{"concernOwnerId", ada}, {"concernUnitId", school}, {"personId", id('p', 8)}}
            )
        ) == "person-already-known"
    );
}
