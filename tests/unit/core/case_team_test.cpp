#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const std::string place = id('t', 1);
const json who = {{"participantId", place}};

const json joining = {{"participantId", place}, {"staffId", odd}, {"unitId", health_station}};

json invitation(json topics = {"coordination"}) {
    return {
        {"participantId", place},
        {"role", "helsesykepleier"},
        {"staffId", odd},
        {"unitId", health_station},
        {"topics", std::move(topics)}
    };
}

}  // namespace

SCENARIO("Staff join through a unit, family by themselves", "[core][case][team]") {
    auto story = opened_case(1);
    const auto refused = [&](const json& data, const Sender& sender = as_ada()) {
        return story->answer("case.invite-participant", data, sender);
    };
    json homeless = invitation();
    homeless.erase("unitId");
    CHECK(refused(homeless) == "unit-required");
    homeless.erase("staffId");
    CHECK(refused(homeless) == "unit-required");
    homeless["personId"] = id('p', 2);
    CHECK(refused(homeless) == "ok");
    CHECK(refused(invitation(), seeing(as_ada(), "staff", nullptr)) == "staff-unknown");
    CHECK(refused(invitation(), seeing(as_ada(), "staff", departed_staff())) == "staff-inactive");
    CHECK(refused(invitation(), seeing(as_ada(), "unit", nullptr)) == "unit-unknown");
    CHECK(refused(invitation(), seeing(as_ada(), "unit", closed_unit())) == "unit-not-open");
    CHECK(refused(with(invitation(), {{"until", "2026-08-01"}})) == "period-inverted");
    CHECK(
        refused(with(invitation(), {{"from", "2026-10-01"}, {"until", "2026-09-15"}})) ==
        "period-inverted"
    );
    story->has("case.invite-participant", invitation());
    CHECK(refused(invitation()) == "id-in-use");
    CHECK(CaseStory().answer("case.invite-participant", invitation()) == "not-open");
}

SCENARIO("A scope stays inside consent and statutory basis", "[core][case][team]") {
    auto story = opened_case(1);
    const auto refused = [&](json topics, json more = json::object()) {
        return story->answer("case.invite-participant", with(invitation(std::move(topics)), more));
    };
    CHECK(refused({"coordination"}) == "ok");
    CHECK(refused({"coordination", "health"}) == "scope-beyond-consent");
    story->has("case.record-consent", with(consent(1), {{"until", "2026-12-31"}}));
    CHECK(refused({"coordination", "health"}) == "ok");
    CHECK(refused({"health", "child-welfare"}) == "scope-beyond-consent");
    CHECK(refused({"health"}, {{"unitId", id('u', 5)}}) == "scope-beyond-consent");
    CHECK(refused({"health"}, {{"until", "2027-01-01"}}) == "period-beyond-consent");
    CHECK(refused({"health"}, {{"until", "2026-12-31"}}) == "ok");
    THEN("without a last day of its own, a participation ends with the consent") {
        CHECK(
            story->tried("case.invite-participant", invitation({"health"}))
                .events.at(0)
                .data["until"] == "2026-12-31"
        );
        CHECK_FALSE(story->tried("case.invite-participant", invitation())
                        .events.at(0)
                        .data.contains("until"));
    }
    THEN("the longest of several consents counts for a topic, the shortest topic for all") {
        story->has("case.record-consent", with(consent(2, {"health"}), {{"until", "2027-06-30"}}));
        CHECK(
            story->tried("case.invite-participant", invitation({"health"}))
                .events.at(0)
                .data["until"] == "2027-06-30"
        );
        CHECK(
            story->tried("case.invite-participant", invitation({"health", "education"}))
                .events.at(0)
                .data["until"] == "2026-12-31"
        );
    }
    THEN("the law may open what no consent does") {
        story->has(
            "case.record-statutory-basis", {{"basisId", id('b', 1)},
                                            {"paragraph", "barnevernsloven § 13-4"},
                                            {"reason", "Pålegg."},
                                            {"topics", {"child-welfare"}}}
        );
        CHECK(refused({"health", "child-welfare"}) == "ok");
    }
}

SCENARIO("An invitation is answered once", "[core][case][team]") {
    auto story = opened_case(1);
    CHECK(story->answer("case.accept-invitation", who) == "participant-unknown");
    CHECK(story->answer("case.decline-invitation", who) == "participant-unknown");
    WHEN("a named staff member was invited") {
        story->has("case.invite-participant", invitation());
        const Outcome accepted = story->send("case.accept-invitation", joining, as_odd());
        CHECK(accepted.events.at(0).data["staffId"] == odd);
        CHECK(
            story->answer("case.accept-invitation", joining, as_odd()) == "participant-not-invited"
        );
        CHECK(story->answer("case.decline-invitation", who, as_odd()) == "participant-not-invited");
    }
    WHEN("a unit was invited") {
        json to_unit = invitation();
        to_unit.erase("staffId");
        story->has("case.invite-participant", to_unit);
        CHECK(
            story->answer("case.accept-invitation", who, as_geir()) ==
            "staff-required unit-required"
        );
        CHECK(
            story->answer(
                "case.accept-invitation", with(joining, {{"unitId", school}}), as_geir()
            ) == "other-unit"
        );
        CHECK(story->answer("case.accept-invitation", joining, as_geir()) == "ok");
        const auto seen = [&](const char* read, const json& state) {
            return story->answer("case.accept-invitation", joining, seeing(as_geir(), read, state));
        };
        CHECK(seen("staff", departed_staff()) == "staff-inactive");
        CHECK(seen("staff", nullptr) == "staff-unknown");
        CHECK(seen("unit", closed_unit()) == "unit-not-open");
    }
    WHEN("the invitation is declined") {
        story->has("case.invite-participant", invitation());
        story->has(
            "case.decline-invitation", with(who, {{"reason", "Ikke vår målgruppe."}}), as_odd()
        );
        CHECK(story->answer("case.accept-invitation", who, as_odd()) == "participant-not-invited");
        CHECK(
            story->answer("case.end-participation", with(who, {{"reason", "x"}})) ==
            "participant-not-active"
        );
    }
}

SCENARIO("Only who is invited answers", "[core][case][team]") {
    auto story = opened_case(1);
    WHEN("a service is invited") {
        story->has("case.invite-participant", invitation());
        CHECK(story->answer("case.accept-invitation", joining) == "not-the-invitee");
        CHECK(story->answer("case.decline-invitation", who) == "not-the-invitee");
        CHECK(story->answer("case.accept-invitation", joining, as_child()) == "not-the-invitee");
        CHECK(story->answer("case.decline-invitation", who, as_geir()) == "ok");
        CHECK(story->answer("case.accept-invitation", joining, as_geir()) == "ok");
        // Invited in another unit than the one acted for: still the invitee.
        CHECK(
            story->answer("case.accept-invitation", joining, staff(odd, {"participant"}, school)) ==
            "ok"
        );
    }
    WHEN("the child is invited") {
        story->has(
            "case.invite-participant",
            {{"participantId", place}, {"role", "barn"}, {"personId", lo}, {"topics", {"health"}}}
        );
        Sender other_child = as_child();
        other_child.actor = "person/" + id('p', 7);
        CHECK(story->answer("case.accept-invitation", who, other_child) == "not-the-invitee");
        CHECK(story->answer("case.decline-invitation", who, other_child) == "not-the-invitee");
        CHECK(story->answer("case.accept-invitation", who, as_child()) == "ok");
        // Said to a member of staff, who records it.
        CHECK(story->answer("case.accept-invitation", who) == "ok");
    }
}

SCENARIO("Scope and period of a participant are changed and ended", "[core][case][team]") {
    auto story = opened_case(1);
    story->has("case.record-consent", with(consent(1), {{"until", "2026-12-31"}}));
    const json topics = with(who, {{"topics", {"health"}}, {"reason", "x"}});
    const json longer = with(who, {{"until", "2026-11-30"}, {"reason", "x"}});
    const json ending = with(who, {{"reason", "x"}});
    CHECK(story->answer("case.change-scope", topics) == "participant-unknown");
    CHECK(story->answer("case.extend-period", longer) == "participant-unknown");
    CHECK(story->answer("case.end-participation", ending) == "participant-unknown");
    story->has("case.invite-participant", invitation({"education"}))
        .has("case.accept-invitation", joining, as_odd());
    CHECK(story->answer("case.change-scope", topics) == "ok");
    CHECK(
        story->answer("case.change-scope", with(topics, {{"topics", {"safety"}}})) ==
        "scope-beyond-consent"
    );
    CHECK(story->answer("case.extend-period", longer) == "ok");
    CHECK(
        story->answer("case.extend-period", with(longer, {{"until", "2027-01-01"}})) ==
        "period-beyond-consent"
    );
    CHECK(
        story->answer("case.extend-period", with(longer, {{"until", "2026-08-01"}})) ==
        "period-inverted"
    );
    story->has("case.end-participation", ending);
    CHECK(story->answer("case.change-scope", topics) == "participant-not-active");
    CHECK(story->answer("case.extend-period", longer) == "participant-not-active");
    CHECK(story->answer("case.end-participation", ending) == "participant-not-active");
}
