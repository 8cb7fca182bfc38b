#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::test;

using Codes = std::vector<std::string>;

namespace {

const std::string meeting = uuid(21);
const std::string minutes = uuid(23);

CaseStory& with_held_meeting(CaseStory& story) {
    story.must(
        "plan-meeting", {{"meetingId", meeting},
                         {"kind", "collaboration"},
                         {"title", "Samarbeid"},
                         {"startsAt", "2027-03-09T09:00:00Z"},
                         {"endsAt", "2027-03-09T10:00:00Z"}}
    );
    story.must(
        "hold-meeting",
        {{"meetingId", meeting},
         {"attendance", json::array({{{"party", staff_party(ada, school)}, {"present", true}}})},
         {"participation", {{"code", "2.2"}}}}
    );
    return story;
}

json share() {
    return {
        {"meetingId", meeting},
        {"minutesId", minutes},
        {"readers", json::array(
                        {staff_party(ada, school), staff_party(odd, health),
                         person_party(marte, "guardian"), person_party(lo, "child")}
                    )},
        {"sections", json::array(
                         {{{"heading", "Skole"}, {"text", "Alle vet"}, {"topic", "education"}},
                          {{"heading", "Helse"},
                           {"text", "Bare Odd"},
                           {"topic", "health"},
                           {"audience", json::array({odd})}}}
                     )}
    };
}

json read(int version = 1) {
    return {{"meetingId", meeting}, {"minutesId", minutes}, {"version", version}};
}

}  // namespace

SCENARIO("Minutes are drafted without their text and shared once", "[coordination][minutes]") {
    CaseStory story;
    const json draft{{"meetingId", meeting}, {"draftId", uuid(231)}};
    CHECK(story.codes("draft-minutes", draft) == Codes{"meeting-unknown"});
    with_held_meeting(story);
    story.must("draft-minutes", draft);
    THEN("a draft says that it exists and by whom, nothing else") {
        CHECK(story.history().back().data == draft);
        CHECK(story.entity("meetings", meeting)["draft"]["by"] == "staff/" + ada);
    }
    THEN("saving it again writes nothing, and somebody else cannot take it over") {
        CHECK(story.send("draft-minutes", draft, story.as(ada, school)).events.empty());
        CHECK(
            story.codes("draft-minutes", draft, story.as(odd, health)) == Codes{"minutes-not-yours"}
        );
        json stolen = share();
        stolen["draftId"] = uuid(231);
        CHECK(
            story.codes("share-minutes", stolen, story.as(odd, health)) ==
            Codes{"minutes-not-yours"}
        );
    }
    WHEN("they are shared") {
        story.must("share-minutes", share());
        THEN("they cannot be shared or drafted again") {
            CHECK(story.codes("share-minutes", share()) == Codes{"minutes-already-shared"});
            CHECK(story.codes("draft-minutes", draft) == Codes{"minutes-already-shared"});
        }
        THEN("each section is an event of its own, and what is for some is a gap in the view") {
            const json shown = story.entity("meetings", meeting)["minutes"];
            REQUIRE(shown["sections"].size() == 2);
            CHECK(shown["sections"][0]["text"] == "Alle vet");
            CHECK(shown["sections"][1] == json{{"index", 1}, {"restricted", true}});
            CHECK_FALSE(
                story.entity("meetings", meeting).dump().find("Bare Odd") != std::string::npos
            );
        }
    }
}

SCENARIO("Minutes are shared with readers who are named", "[coordination][minutes]") {
    CaseStory story;
    with_held_meeting(story);
    json outside = share();
    outside["sections"][1]["audience"].push_back(uuid(77));
    CHECK(story.codes("share-minutes", outside) == Codes{"not-a-reader"});
    json twice = share();
    twice["readers"].push_back(twice["readers"][0]);
    CHECK(story.codes("share-minutes", twice) == Codes{"listed-twice"});
    json before = share();
    before["meetingId"] = uuid(99);
    CHECK(story.codes("share-minutes", before) == Codes{"meeting-unknown"});
}

SCENARIO("Read by two of three; the child is never asked", "[coordination][minutes][child]") {
    CaseStory story;
    with_held_meeting(story);
    story.must("share-minutes", share());
    CHECK(story.documents("waiting").size() == 3);
    story.must("confirm-read", read());
    story.must("confirm-read", read(), story.as_person(marte, "guardian"));
    const json shown = story.entity("meetings", meeting)["minutes"];
    CHECK(shown["readCount"] == 2);
    CHECK(shown["readerCount"] == 3);
    CHECK(story.documents("waiting").size() == 1);
    CHECK(story.documents("waiting").begin()->second["who"] == odd);
    CHECK(story.documents("waiting").begin()->second["kind"] == "minutes-to-read");
    THEN("what the child reads leaves no trace") {
        CHECK(story.send("confirm-read", read(), story.as_person(lo, "child")).events.empty());
        CHECK(story.codes("confirm-read", read(), story.as_person(lo, "child")).empty());
        CHECK(story.entity("meetings", meeting).dump().find(lo) == std::string::npos);
    }
    THEN("reading twice writes nothing, and a stranger is no reader") {
        CHECK(story.send("confirm-read", read(), story.as(ada, school)).events.empty());
        CHECK(
            story.codes("confirm-read", read(), story.as(uuid(55), health)) == Codes{"not-a-reader"}
        );
    }
    WHEN("they are corrected") {
        const json correction{
            {"meetingId", meeting},
            {"minutesId", minutes},
            {"sectionIndex", 0},
            {"text", "To timer"},
            {"reason", "Feil"}
        };
        story.must("correct-minutes", correction);
        THEN("the first text stands beside the correction, and everybody is asked again") {
            const json corrected = story.entity("meetings", meeting)["minutes"];
            CHECK(corrected["version"] == 2);
            CHECK(corrected["readCount"] == 0);
            CHECK(corrected["sections"][0]["text"] == "Alle vet");
            CHECK(corrected["sections"][0]["correction"] == "To timer");
            CHECK(story.documents("waiting").size() == 3);
        }
        THEN("who read the first version has not read this one") {
            CHECK(story.codes("confirm-read", read(1)) == Codes{"minutes-changed"});
            CHECK(story.codes("confirm-read", read(2)).empty());
        }
        THEN("only sections that exist are corrected") {
            json wrong = correction;
            wrong["sectionIndex"] = 2;
            CHECK(story.codes("correct-minutes", wrong) == Codes{"section-unknown"});
            wrong["minutesId"] = uuid(99);
            CHECK(story.codes("correct-minutes", wrong) == Codes{"minutes-unknown"});
        }
        THEN("a restricted section's correction stays out of the view") {
            json hidden = correction;
            hidden["sectionIndex"] = 1;
            hidden["text"] = "Bare for Odd";
            story.must("correct-minutes", hidden);
            CHECK(
                story.entity("meetings", meeting).dump().find("Bare for Odd") == std::string::npos
            );
        }
    }
    THEN("a closed case still takes reading and correction") {
        story.close_case();
        CHECK(story.codes("confirm-read", read(), story.as(odd, health)).empty());
    }
}

// Fixed: the correction of a section for some readers repeated its text with no audience at all.
TEST_CASE("A correction is guarded as the text that it corrects", "[coordination][minutes]") {
    CaseStory story;
    with_held_meeting(story);
    story.must("share-minutes", share());
    json correction{
        {"meetingId", meeting},
        {"minutesId", minutes},
        {"sectionIndex", 1},
        {"text", "Bare Odd, rettet"},
        {"reason", "Feil"}
    };
    story.must("correct-minutes", correction);
    CHECK(story.history().back().data["topic"] == "health");
    CHECK(story.history().back().data["audience"] == json::array({odd}));
    correction["sectionIndex"] = 0;
    story.must("correct-minutes", correction);
    CHECK(story.history().back().data["topic"] == "education");
    CHECK_FALSE(story.history().back().data.contains("audience"));
}
