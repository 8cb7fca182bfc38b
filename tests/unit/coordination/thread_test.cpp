#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::test;

using Codes = std::vector<std::string>;

namespace {

const std::string thread = uuid(25);

CaseStory& with_thread(CaseStory& story) {
    story.must(
        "start-thread",
        {{"threadId", thread},
         {"title", "Torsdager"},
         {"participants",
          json::array(
              {staff_party(odd, health), person_party(marte, "guardian"), person_party(lo, "child")}
          )}}
    );
    return story;
}

json message(int id, const std::string& text = "Hei") {
    return {{"threadId", thread}, {"messageId", uuid(id)}, {"text", text}};
}
json wait(int id, const json& party) {
    return {
        {"threadId", thread},
        {"waitId", uuid(id)},
        {"party", party},
        {"what", "Svar"},
        {"dueOn", "2027-03-15"}
    };
}

}  // namespace

SCENARIO("Only those in a conversation take part", "[coordination][thread]") {
    CaseStory story;
    CHECK(
        story.codes(
            "start-thread", {{"threadId", thread},
                             {"title", "Alene"},
                             {"participants", json::array({staff_party(ada, school)})}}
        ) == Codes{"thread-of-one"}
    );
    with_thread(story);
    CHECK(story.entity("threads", thread)["participants"].size() == 4);
    CHECK(story.codes("post-message", message(1)).empty());
    CHECK(
        story.codes("post-message", message(2), story.as(uuid(55), school)) ==
        Codes{"not-in-thread"}
    );
    CHECK(story.codes("post-message", message(1)) == Codes{"id-in-use"});
    json reply = message(3);
    reply["inReplyTo"] = uuid(99);
    CHECK(story.codes("post-message", reply) == Codes{"message-unknown"});
    THEN("a unit takes part through whoever acts for it") {
        story.must(
            "start-thread", {{"threadId", uuid(26)},
                             {"title", "Helsestasjonen"},
                             {"participants", json::array({unit_party(health)})}}
        );
        json to_unit = message(4);
        to_unit["threadId"] = uuid(26);
        CHECK(story.codes("post-message", to_unit, story.as(uuid(55), health)).empty());
        CHECK(
            story.codes("post-message", to_unit, story.as(uuid(55), school)) ==
            Codes{"not-in-thread"}
        );
    }
}

SCENARIO("A conversation says whom it waits for", "[coordination][thread][waiting]") {
    CaseStory story;
    with_thread(story);
    story.must("wait-for", wait(1, staff_party(odd, health)));
    story.must("wait-for", wait(2, person_party(marte, "guardian")));
    CHECK(story.entity("waiting", uuid(1))["who"] == odd);
    CHECK(story.entity("waiting", uuid(1))["dueOn"] == "2027-03-15");
    CHECK(story.entity("threads", thread)["waitCount"] == 2);
    THEN("nobody outside is waited for") {
        CHECK(
            story.codes("wait-for", wait(3, staff_party(uuid(55), school))) ==
            Codes{"waits-for-outsider"}
        );
        CHECK(story.codes("wait-for", wait(1, staff_party(odd, health))) == Codes{"id-in-use"});
    }
    THEN("the answer itself ends the waiting") {
        const auto posted = story.send("post-message", message(5), story.as(odd, health));
        REQUIRE(posted.events.size() == 2);
        CHECK(posted.events[1].type == "coordination.waiting-resolved");
        CHECK(story.entity("waiting", uuid(1)).is_null());
        CHECK_FALSE(story.entity("waiting", uuid(2)).is_null());
        CHECK(story
                  .send(
                      "resolve-waiting", {{"threadId", thread}, {"waitId", uuid(1)}},
                      story.as(ada, school)
                  )
                  .events.empty());
        CHECK(story.codes("wait-for", wait(1, staff_party(odd, health))) == Codes{"id-in-use"});
    }
    THEN("an answer that came elsewhere is resolved by hand") {
        story.must("resolve-waiting", {{"threadId", thread}, {"waitId", uuid(2)}});
        CHECK(
            story.codes("resolve-waiting", {{"threadId", thread}, {"waitId", uuid(9)}}) ==
            Codes{"waiting-unknown"}
        );
        CHECK(story.documents("waiting").size() == 1);
    }
    THEN("closing ends all waiting, also in a closed case") {
        story.close_case();
        CHECK(story.codes("post-message", message(6)) == Codes{"case-closed"});
        story.must("close-thread", {{"threadId", thread}});
        CHECK(story.documents("waiting").empty());
        story.reopen_case();
        CHECK(story.codes("post-message", message(6)) == Codes{"thread-closed"});
        CHECK(
            story.send("close-thread", {{"threadId", thread}}, story.as(ada, school)).events.empty()
        );
    }
}

SCENARIO("How far somebody has read moves only forward", "[coordination][thread]") {
    CaseStory story;
    with_thread(story);
    story.must("post-message", message(1));
    story.must("post-message", message(2));
    const auto mark = [](int id) { return json{{"threadId", thread}, {"messageId", uuid(id)}}; };
    const auto reader = story.as(odd, health);
    story.must("mark-read", mark(2), reader);
    CHECK(story.send("mark-read", mark(1), reader).events.empty());
    CHECK(story.codes("mark-read", mark(9), reader) == Codes{"message-unknown"});
    CHECK(story.entity("threads", thread)["readUpTo"]["staff/" + odd] == uuid(2));
    THEN("what a child reads is not recorded") {
        CHECK(story.send("mark-read", mark(2), story.as_person(lo, "child")).events.empty());
    }
    THEN("a closed case still takes it") {
        story.close_case();
        CHECK(story.codes("mark-read", mark(2), story.as_person(marte, "guardian")).empty());
    }
}

TEST_CASE(
    "A thread's document shows the last fifty messages and counts all", "[coordination][thread]"
) {
    CaseStory story;
    with_thread(story);
    for (int i = 1; i <= 60; ++i) {
        story.must("post-message", message(i, std::to_string(i)));
    }
    const json shown = story.entity("threads", thread);
    CHECK(shown["messageCount"] == 60);
    REQUIRE(shown["messages"].size() == 50);
    CHECK(shown["messages"][0]["text"] == "11");
}
