#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::test;

using Codes = std::vector<std::string>;

namespace {

const std::string meeting = uuid(21);

json plan(const std::string& id = meeting) {
    return {
        {"meetingId", id},
        {"kind", "responsibility-group"},
        {"title", "Ansvarsgruppe"},
        {"startsAt", "2027-03-20T09:00:00Z"},
        {"endsAt", "2027-03-20T10:00:00Z"},
        {"agenda", json::array({{{"itemId", uuid(221)}, {"text", "Status"}}})}
    };
}

json invite(int id, const json& invitee) {
    return {
        {"meetingId", meeting},
        {"invitations", json::array({{{"invitationId", uuid(id)}, {"invitee", invitee}}})}
    };
}

}  // namespace

SCENARIO("A meeting is planned, moved and cancelled", "[coordination][meeting]") {
    GIVEN("a case") {
        CaseStory story;
        THEN("a meeting that ends before it starts is refused") {
            json backwards = plan();
            backwards["endsAt"] = "2027-03-20T10:00:00+02:00";
            CHECK(story.codes("plan-meeting", backwards) == Codes{"meeting-ends-before-start"});
        }
        THEN("an agenda with the same item twice is refused") {
            json twice = plan();
            twice["agenda"].push_back(twice["agenda"][0]);
            CHECK(story.codes("plan-meeting", twice) == Codes{"id-in-use"});
        }
        WHEN("a meeting is planned and somebody invited") {
            story.must("plan-meeting", plan());
            story.must("invite-to-meeting", invite(281, staff_party(odd, health)));
            THEN("its id is taken") {
                CHECK(story.codes("plan-meeting", plan()) == Codes{"id-in-use"});
            }
            THEN("the invitation waits for Odd, due the day of the meeting") {
                const json item = story.entity("waiting", uuid(281));
                CHECK(item["who"] == odd);
                CHECK(item["unitId"] == health);
                CHECK(item["kind"] == "meeting-invitation");
                CHECK(item["dueOn"] == "2027-03-20");
                CHECK(item["target"]["entity"] == meeting);
            }
            THEN("nobody is invited twice, and an invitation has an id of its own") {
                CHECK(
                    story.codes("invite-to-meeting", invite(282, staff_party(odd, health))) ==
                    Codes{"already-invited"}
                );
                CHECK(
                    story.codes("invite-to-meeting", invite(281, staff_party(ada, school))) ==
                    Codes{"id-in-use"}
                );
            }
            THEN("staff are invited through a unit") {
                CHECK(
                    story.codes(
                        "invite-to-meeting", invite(283, {{"kind", "staff"}, {"id", ada}})
                    ) == Codes{"unit-missing"}
                );
            }
            AND_WHEN("he accepts and the meeting is moved") {
                const json yes{
                    {"meetingId", meeting}, {"invitationId", uuid(281)}, {"answer", "accepted"}
                };
                story.must("answer-invitation", yes, story.as(odd, health));
                CHECK(story.entity("waiting", uuid(281)).is_null());
                story.must(
                    "move-meeting", {{"meetingId", meeting},
                                     {"startsAt", "2027-04-01T09:00:00Z"},
                                     {"endsAt", "2027-04-01T10:00:00Z"}}
                );
                THEN("he is asked again, for the new day") {
                    CHECK(story.entity("waiting", uuid(281))["dueOn"] == "2027-04-01");
                    const json shown = story.entity("meetings", meeting);
                    CHECK(shown["startsAt"] == "2027-04-01T09:00:00Z");
                    CHECK(shown["invitations"][0]["answer"].is_null());
                }
            }
            AND_WHEN("it is cancelled") {
                story.must("cancel-meeting", {{"meetingId", meeting}, {"reason", "Sykdom"}});
                THEN("nothing waits, and nothing more can be done with it") {
                    CHECK(story.documents("waiting").empty());
                    CHECK(story.entity("meetings", meeting)["state"] == "cancelled");
                    const Codes over{"meeting-not-planned"};
                    CHECK(
                        story.codes("cancel-meeting", {{"meetingId", meeting}, {"reason", "x"}}) ==
                        over
                    );
                    CHECK(
                        story.codes("invite-to-meeting", invite(284, staff_party(ada, school))) ==
                        over
                    );
                    CHECK(
                        story.codes(
                            "prepare-agenda", {{"meetingId", meeting}, {"agenda", plan()["agenda"]}}
                        ) == over
                    );
                }
            }
        }
    }
}

SCENARIO("Nobody answers for a colleague", "[coordination][meeting]") {
    CaseStory story;
    story.must("plan-meeting", plan());
    story.must("invite-to-meeting", invite(281, staff_party(odd, health)));
    story.must("invite-to-meeting", invite(282, person_party(marte, "guardian")));
    story.must("invite-to-meeting", invite(283, unit_party(school)));
    const auto answer = [](int id, const char* what) {
        return json{{"meetingId", meeting}, {"invitationId", uuid(id)}, {"answer", what}};
    };
    THEN("Ada cannot answer Odd's invitation") {
        CHECK(
            story.codes("answer-invitation", answer(281, "accepted")) ==
            Codes{"invitation-not-yours"}
        );
    }
    THEN("Ada records what the mother said on the phone, and answers for her own unit") {
        CHECK(story.codes("answer-invitation", answer(282, "accepted")).empty());
        CHECK(story.codes("answer-invitation", answer(283, "declined")).empty());
    }
    THEN("the mother answers her own invitation and nobody else's") {
        const auto mother = story.as_person(marte, "guardian");
        CHECK(story.codes("answer-invitation", answer(282, "tentative"), mother).empty());
        CHECK(
            story.codes("answer-invitation", answer(281, "accepted"), mother) ==
            Codes{"invitation-not-yours"}
        );
    }
    THEN("the same answer again writes nothing") {
        story.must("answer-invitation", answer(282, "accepted"));
        CHECK(story.send("answer-invitation", answer(282, "accepted"), story.as(ada, school))
                  .events.empty());
    }
    THEN("an invitation that does not exist is unknown") {
        CHECK(
            story.codes("answer-invitation", answer(999, "accepted")) == Codes{"invitation-unknown"}
        );
    }
}

SCENARIO("What the child puts on the agenda stays first", "[coordination][meeting][child]") {
    CaseStory story;
    story.must("plan-meeting", plan());
    story.must(
        "add-child-agenda-item",
        {{"meetingId", meeting}, {"itemId", uuid(222)}, {"words", "Bussen"}},
        story.as_person(lo, "child")
    );
    story.must(
        "prepare-agenda", {{"meetingId", meeting},
                           {"agenda", json::array({{{"itemId", uuid(223)}, {"text", "Timeplan"}}})}}
    );
    const json agenda = story.entity("meetings", meeting)["agenda"];
    REQUIRE(agenda.size() == 2);
    CHECK(agenda[0]["text"] == "Bussen");
    CHECK(agenda[0]["writtenBy"] == "child");
    CHECK(agenda[1]["text"] == "Timeplan");
    THEN("the item's id is taken") {
        CHECK(
            story.codes(
                "add-child-agenda-item",
                {{"meetingId", meeting}, {"itemId", uuid(222)}, {"words", "En gang til"}}
            ) == Codes{"id-in-use"}
        );
    }
    THEN("what staff write down for the child says so") {
        story.must(
            "add-child-agenda-item",
            {{"meetingId", meeting}, {"itemId", uuid(224)}, {"words", "Fotball"}}
        );
        CHECK(story.entity("meetings", meeting)["agenda"][0]["writtenBy"] == "on-behalf");
    }
}

SCENARIO("A closed case takes no new meetings", "[coordination][meeting]") {
    CaseStory story;
    story.must("plan-meeting", plan());
    story.close_case();
    CHECK(story.codes("plan-meeting", plan(uuid(22))) == Codes{"case-closed"});
    CHECK(
        story.codes("invite-to-meeting", invite(281, staff_party(odd, health))) ==
        Codes{"case-closed"}
    );
    THEN("a planned one can be cancelled") {
        CHECK(
            story.codes("cancel-meeting", {{"meetingId", meeting}, {"reason", "Avsluttet"}}).empty()
        );
    }
    THEN("a reopened case takes meetings again") {
        story.reopen_case();
        CHECK(story.codes("plan-meeting", plan(uuid(22))).empty());
    }
}

SCENARIO("Who plans a meeting sees who has not answered", "[coordination][meeting][waiting]") {
    CaseStory story;
    story.must("plan-meeting", plan());
    story.must("invite-to-meeting", invite(281, staff_party(odd, health)));
    story.must("invite-to-meeting", invite(282, person_party(marte, "guardian")));
    const auto of_planner = [&] { return story.entity("waiting", meeting + "/planner"); };
    const auto answer = [&](int id, const char* what) {
        story.must(
            "answer-invitation",
            {{"meetingId", meeting}, {"invitationId", uuid(id)}, {"answer", what}},
            id == 281 ? story.as(odd, health) : story.as(ada, school)
        );
    };
    CHECK(of_planner()["who"] == ada);
    CHECK(of_planner()["unitId"] == school);
    CHECK(of_planner()["kind"] == "unanswered-invitations");
    CHECK(of_planner()["dueOn"] == story.entity("waiting", uuid(281))["dueOn"]);
    CHECK(of_planner()["unanswered"] == 2);
    answer(281, "accepted");
    CHECK(of_planner()["unanswered"] == 1);
    answer(281, "declined");
    CHECK(of_planner()["unanswered"] == 1);
    answer(282, "accepted");
    CHECK(of_planner().is_null());
    THEN("when it is moved, everybody is asked again") {
        story.must(
            "move-meeting", {{"meetingId", meeting},
                             {"startsAt", "2027-04-01T09:00:00Z"},
                             {"endsAt", "2027-04-01T10:00:00Z"}}
        );
        CHECK(of_planner()["unanswered"] == 2);
        CHECK(of_planner()["dueOn"] == "2027-04-01");
    }
    THEN("the meeting is found by whoever is invited") {
        const json shown = story.entity("meetings", meeting);
        CHECK(shown["inviteeIds"] == json::array({odd, marte}));
        CHECK(shown["plannedBy"] == "staff/" + ada);
    }
}

TEST_CASE("Nobody is invited who has left, and no unit that is closed", "[coordination][meeting]") {
    CaseStory story;
    story.must("plan-meeting", plan());
    auto sender = story.as(ada, school);
    sender.context["invitee0Staff"] = {
        {"registered", true}, {"hadRole", true}, {"runningUntil", json::object()}
    };
    sender.context["invitee0Itself"]["closed"] = true;
    CHECK(
        story.codes("invite-to-meeting", invite(281, staff_party(odd, health)), sender) ==
        Codes{"staff-inactive"}
    );
    CHECK(
        story.codes("invite-to-meeting", invite(281, unit_party(health)), sender) ==
        Codes{"unit-closed"}
    );
    CHECK(story.codes("invite-to-meeting", invite(281, person_party(lo, "child")), sender).empty());
}
