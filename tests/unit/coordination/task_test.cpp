#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::test;
using namespace std::chrono_literals;

using Codes = std::vector<std::string>;

namespace {

json task(int id, const std::string& due_on, const json& responsible) {
    return {
        {"taskId", uuid(id)}, {"title", "Ringe"}, {"responsible", responsible}, {"dueOn", due_on}
    };
}
json task(int id, const std::string& due_on) {
    return task(id, due_on, staff_party(ada, school));
}

testing::Sender timer(const CaseStory& story) {
    testing::Sender sender;
    sender.actor = "system/coordination";
    sender.roles = {"system:timer"};
    sender.now = story.now;
    return sender;
}

Time oslo(int month, int day) {
    return oslo_midnight(std::chrono::year(2027) / month / day);
}

}  // namespace

SCENARIO("A task is late after the end of its due date in Norway", "[coordination][task][timer]") {
    CaseStory story;
    GIVEN("a task due on the day before summer time") {
        const auto made = story.send("create-task", task(1, "2027-03-27"), story.as(ada, school));
        REQUIRE(made.timers.size() == 1);
        THEN("the timer stands at midnight, one hour ahead of UTC") {
            CHECK(to_text(made.timers[0].due) == "2027-03-27T23:00:00.000000Z");
            CHECK(made.timers[0].command == "coordination.mark-task-overdue");
        }
    }
    GIVEN("a task due on the first day of summer time") {
        const auto made = story.send("create-task", task(1, "2027-03-28"), story.as(ada, school));
        CHECK(to_text(made.timers.at(0).due) == "2027-03-28T22:00:00.000000Z");
    }
}

SCENARIO("One timer serves all tasks of a case, in due order", "[coordination][task][timer]") {
    CaseStory story;
    const auto ada_now = story.as(ada, school);
    CHECK(story.send("create-task", task(1, "2027-03-20"), ada_now).timers.size() == 1);
    CHECK(story.send("create-task", task(2, "2027-03-25"), ada_now).timers.empty());
    CHECK(
        story.send("create-task", task(3, "2027-03-15"), ada_now).timers.at(0).due == oslo(3, 16)
    );
    WHEN("the first is completed, the timer moves to the next") {
        const auto done = story.send("complete-task", {{"taskId", uuid(3)}}, ada_now);
        CHECK(done.timers.at(0).due == oslo(3, 21));
        CHECK(done.events.at(0).data["late"] == false);
        CHECK(story.entity("deadlines", uuid(3))["state"] == "met");
        AND_WHEN("the others end, it is cleared") {
            story.must("cancel-task", {{"taskId", uuid(2)}, {"reason", "Dobbelt"}});
            const auto last = story.send("complete-task", {{"taskId", uuid(1)}}, ada_now);
            CHECK(last.cleared == Codes{"task-due"});
            CHECK(story.documents("waiting").empty());
        }
    }
    WHEN("it fires after two due dates have passed") {
        story.now = oslo(3, 21) + 1h;
        const auto fired = story.send("mark-task-overdue", json::object(), timer(story));
        THEN("both are recorded as overdue and it is set for the third") {
            REQUIRE(fired.events.size() == 2);
            CHECK(fired.timers.at(0).due == oslo(3, 26));
            CHECK(story.entity("waiting", uuid(1))["overdue"] == true);
            CHECK(story.entity("deadlines", uuid(1))["state"] == "missed");
        }
        THEN("firing again writes nothing") {
            CHECK(story.send("mark-task-overdue", json::object(), timer(story)).events.empty());
        }
        THEN("late completion does not erase the miss") {
            const auto late =
                story.send("complete-task", {{"taskId", uuid(1)}}, story.as(ada, school));
            CHECK(late.events.at(0).data["late"] == true);
            const json deadline = story.entity("deadlines", uuid(1));
            CHECK(deadline["state"] == "missed");
            CHECK(deadline.contains("metLateOn"));
        }
        THEN("a new date is open again, and remembers the one that was missed") {
            const auto moved = story.send(
                "reschedule-task",
                {{"taskId", uuid(1)}, {"dueOn", "2027-03-23"}, {"reason", "Syk"}},
                story.as(ada, school)
            );
            CHECK(moved.timers.at(0).due == oslo(3, 24));
            const json deadline = story.entity("deadlines", uuid(1));
            CHECK(deadline["state"] == "open");
            CHECK(deadline["missedBefore"] == json::array({"2027-03-20"}));
            CHECK(story.entity("tasks", uuid(1))["missed"] == json::array({"2027-03-20"}));
        }
    }
    WHEN("the clock was set back before it fires, what was due is still due") {
        story.now = oslo(3, 11);
        auto sender = timer(story);
        sender.due_at = to_text(oslo(3, 16));
        CHECK(story.send("mark-task-overdue", json::object(), sender).events.size() == 1);
    }
}

SCENARIO("Many late tasks are recorded in several commits", "[coordination][task][timer]") {
    CaseStory story;
    for (int i = 1; i <= 150; ++i) {
        story.must("create-task", task(i, "2027-03-12"));
    }
    story.now = oslo(3, 13);
    const auto first = story.send("mark-task-overdue", json::object(), timer(story));
    CHECK(first.events.size() == 100);
    CHECK(first.timers.at(0).due == oslo(3, 13));
    const auto second = story.send("mark-task-overdue", json::object(), timer(story));
    CHECK(second.events.size() == 50);
    CHECK(second.timers.empty());
}

SCENARIO("A duty leaves somebody only with a reason or by taking it", "[coordination][task]") {
    CaseStory story;
    story.must("create-task", task(1, "2027-03-20", unit_party(health)));
    THEN("the unit's task waits for the unit") {
        const json item = story.entity("waiting", uuid(1));
        CHECK(item["who"].is_null());
        CHECK(item["unitId"] == health);
    }
    THEN("a stranger cannot accept it, somebody of the unit becomes responsible") {
        CHECK(story.codes("accept-task", {{"taskId", uuid(1)}}) == Codes{"task-not-yours"});
        story.must("accept-task", {{"taskId", uuid(1)}}, story.as(odd, health));
        CHECK(story.entity("tasks", uuid(1))["who"] == odd);
        CHECK(story.entity("waiting", uuid(1))["who"] == odd);
        CHECK(story.send("accept-task", {{"taskId", uuid(1)}}, story.as(odd, health)).events.empty()
        );
    }
    THEN("the unit's leader gives it to one of the staff; after that it takes a reason") {
        story.must("assign-task", {{"taskId", uuid(1)}, {"staffId", odd}});
        CHECK(story.entity("tasks", uuid(1))["responsible"] == staff_party(odd, health));
        CHECK(
            story.codes("assign-task", {{"taskId", uuid(1)}, {"staffId", ada}}) ==
            Codes{"task-has-responsible"}
        );
        const json moved{
            {"taskId", uuid(1)}, {"responsible", staff_party(ada, school)}, {"reason", "Permisjon"}
        };
        CHECK(story.codes("reassign-task", moved).empty());
        CHECK(story.codes("reassign-task", moved) == Codes{"same-responsible"});
        CHECK(story.entity("deadlines", uuid(1))["who"] == ada);
        CHECK(story.history().back().data["previous"] == staff_party(odd, health));
    }
}

SCENARIO("Tasks are refused for reasons", "[coordination][task]") {
    CaseStory story;
    story.must("create-task", task(1, "2027-03-20"));
    CHECK(story.codes("create-task", task(1, "2027-03-20")) == Codes{"id-in-use"});
    CHECK(story.codes("create-task", task(2, "2027-03-09")) == Codes{"due-before-start"});
    CHECK(
        story.codes("create-task", task(2, "2027-03-20", {{"kind", "staff"}, {"id", ada}})) ==
        Codes{"unit-missing"}
    );
    auto yesterday = story.as(ada, school);
    yesterday.occurred_on = "2027-03-01";
    CHECK(story.codes("create-task", task(2, "2027-03-09"), yesterday).empty());
    CHECK(story.codes("complete-task", {{"taskId", uuid(9)}}) == Codes{"task-unknown"});
    story.must("complete-task", {{"taskId", uuid(1)}, {"result", "Gjort"}});
    for (const char* command : {"accept-task", "complete-task"}) {
        CHECK(story.codes(command, {{"taskId", uuid(1)}}) == Codes{"task-finished"});
    }
    story.close_case();
    CHECK(story.codes("create-task", task(3, "2027-03-20")) == Codes{"case-closed"});
    THEN("what is open in a closed case can still be finished") {
        CHECK(story.codes("complete-task", {{"taskId", uuid(2)}}).empty());
    }
}

// Fixed: a task could be given to anybody, known or not, and to a unit that is closed.
SCENARIO("A task is given to somebody who is there", "[coordination][task]") {
    CaseStory story;
    auto sender = story.as(ada, school);
    const auto codes = [&](const char* command, const json& data) {
        return story.codes(command, data, sender);
    };
    story.must("create-task", task(1, "2027-03-20", unit_party(health)));
    GIVEN("a unit that does not exist, or is closed") {
        sender.context["responsibleItself"] = json();
        CHECK(
            codes("create-task", task(2, "2027-03-20", unit_party(school))) == Codes{"unit-unknown"}
        );
        sender.context["responsibleItself"] = {{"registered", true}, {"closed", true}};
        CHECK(
            codes("create-task", task(2, "2027-03-20", unit_party(school))) == Codes{"unit-closed"}
        );
    }
    GIVEN("staff who do not exist, or have left") {
        sender.context["responsibleStaff"] = json();
        sender.context["staff"] = json();
        CHECK(codes("create-task", task(2, "2027-03-20")) == Codes{"staff-unknown"});
        CHECK(
            codes(
                "reassign-task",
                {{"taskId", uuid(1)}, {"responsible", staff_party(odd, health)}, {"reason", "R"}}
            ) == Codes{"staff-unknown"}
        );
        CHECK(
            codes("assign-task", {{"taskId", uuid(1)}, {"staffId", odd}}) == Codes{"staff-unknown"}
        );
        sender.context["staff"] = {
            {"registered", true}, {"hadRole", true}, {"runningUntil", json::object()}
        };
        CHECK(
            codes("assign-task", {{"taskId", uuid(1)}, {"staffId", odd}}) == Codes{"staff-inactive"}
        );
    }
    GIVEN("an activity, its staff are as somebody else's log names them") {
        sender.context = json::object();
        CHECK(codes(
                  "record-activity", {{"activityId", uuid(3)},
                                      {"name", "Samtale"},
                                      {"unitId", "unknown"},
                                      {"staffId", uuid(99)}}
        ).empty());
    }
}

TEST_CASE("What a case knows of staff and units is folded from their streams", "[coordination]") {
    const testing::TestModule module(builtin::coordination());
    testing::TestStream staff(module, "staff");
    staff.add(testing::event("organisation.staff-registered", {{"name", "Odd Eksempel"}}));
    staff.add(testing::event("organisation.staff-role-assigned", {{"until", "2027-06-01"}}, uuid(1))
    );
    CHECK(staff.state()["runningUntil"] == json{{uuid(1), "2027-06-01"}});
    staff.add(testing::event("organisation.staff-role-ended", json::object(), uuid(1)));
    CHECK(
        staff.state() ==
        json{{"registered", true}, {"hadRole", true}, {"runningUntil", json::object()}}
    );
    testing::TestStream unit(module, "unit");
    unit.add(testing::event("organisation.unit-registered", {{"name", "Skolen"}}));
    unit.add(testing::event("organisation.unit-closed"));
    CHECK(unit.state() == json{{"registered", true}, {"closed", true}});
}
