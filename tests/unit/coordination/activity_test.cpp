#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::test;

using Codes = std::vector<std::string>;

namespace {

json activity(int id, const std::string& unit, const std::string& name = "Samtale") {
    return {{"activityId", uuid(id)}, {"name", name}, {"unitId", unit}, {"staffId", "unknown"}};
}

testing::Sender at(const CaseStory& story, const std::string& occurred_on) {
    auto sender = story.as(ada, school);
    sender.occurred_on = occurred_on;
    return sender;
}

json handovers(const CaseStory& story) {
    json out = json::object();
    for (const auto& [key, document] : story.documents("handover-of-work")) {
        out[key] = document["count"];
    }
    return out;
}

}  // namespace

SCENARIO("Work that goes from unit to unit is counted", "[coordination][activity]") {
    CaseStory story;
    const std::string forth = school + ">" + health;
    const std::string back = health + ">" + school;
    story.must("record-activity", activity(1, school), at(story, "2011-10-11T13:45:40.276+02:00"));
    story.must("record-activity", activity(2, school), at(story, "2011-10-11T13:45:41+02:00"));
    story.must("record-activity", activity(3, health, "Notat"), at(story, "2011-10-12"));
    story.must("record-activity", activity(4, school), at(story, "2011-10-13T08:00:00Z"));
    THEN("by pair and by name in the case, by unit over all cases") {
        CHECK(handovers(story) == json{{forth, 1}, {back, 1}});
        const json counts = story.document("activity-counts", "case/" + story.stream().id());
        CHECK(counts["total"] == 4);
        CHECK(counts["byUnit"] == json{{school, 3}, {health, 1}});
        CHECK(counts["byName"] == json{{"Samtale", 3}, {"Notat", 1}});
        CHECK(counts["handovers"] == json{{forth, 1}, {back, 1}});
        CHECK(counts["unknown"] == json{{"staff", 4}});
        CHECK(counts["firstOn"] == "2011-10-11T13:45:40.276+02:00");
        CHECK(counts["lastOn"] == "2011-10-13T08:00:00Z");
        CHECK(
            story.document("unit-activity", school) ==
            json{{"unitId", school}, {"activities", 3}, {"cases", 1}}
        );
    }
    THEN("one that is recorded late takes its place in time") {
        story.must(
            "record-activity", activity(5, health), at(story, "2011-10-11T13:45:40.500+02:00")
        );
        CHECK(handovers(story) == json{{forth, 2}, {back, 2}});
        story.must(
            "record-activity", activity(6, health), at(story, "2011-10-11T13:45:40.900+02:00")
        );
        CHECK(handovers(story) == json{{forth, 2}, {back, 2}});
    }
    THEN("the same activity is not recorded twice, nor one from tomorrow") {
        CHECK(story.codes("record-activity", activity(1, school)) == Codes{"id-in-use"});
        CHECK(
            story.codes("record-activity", activity(9, school), at(story, "2027-03-11")) ==
            Codes{"occurred-in-future"}
        );
    }
    THEN("a closed case takes no more") {
        story.close_case();
        CHECK(story.codes("record-activity", activity(9, school)) == Codes{"case-closed"});
    }
}

SCENARIO("What is not known is recorded as unknown", "[coordination][activity]") {
    CaseStory story;
    json lost = activity(1, "unknown");
    lost["timeUnknown"] = true;
    story.must("record-activity", activity(2, school), at(story, "2011-10-11"));
    story.must("record-activity", lost);
    CHECK_FALSE(story.history().back().data.contains("ownerUnitId"));
    CHECK_FALSE(story.history().back().data.contains("occurredOn"));
    const json counts = story.document("activity-counts", "case/" + story.stream().id());
    CHECK(counts["unknown"] == json{{"unit", 1}, {"staff", 2}, {"time", 1}});
    CHECK(counts["byUnit"] == json{{school, 1}, {"unknown", 1}});
    CHECK(handovers(story) == json{{school + ">unknown", 1}});
}

// However activities arrive, the counts equal those of the sorted history.
TEST_CASE(
    "Handovers do not depend on the order of recording", "[coordination][activity][property]"
) {
    const char* given = std::getenv("SAMVEV_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device()();
    std::cout << "SAMVEV_TEST_SEED=" << seed << '\n';
    INFO("SAMVEV_TEST_SEED=" << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 20; ++round) {
        struct Done {
            int day;
            std::string unit;
        };
        std::vector<Done> done;
        CaseStory story;
        for (int i = 1; i <= 25; ++i) {
            const int day = 1 + static_cast<int>(random() % 28);
            const std::string unit = uuid(1000 + static_cast<int>(random() % 3));
            done.push_back({day, unit});
            story.must(
                "record-activity", activity(i, unit),
                at(story, std::string("2026-02-") + (day < 10 ? "0" : "") + std::to_string(day))
            );
        }
        std::stable_sort(done.begin(), done.end(), [](const Done& a, const Done& b) {
            return a.day < b.day;
        });
        json expected = json::object();
        for (std::size_t i = 1; i < done.size(); ++i) {
            if (done[i - 1].unit != done[i].unit) {
                const std::string key = done[i - 1].unit + ">" + done[i].unit;
                expected[key] = expected.value(key, 0) + 1;
            }
        }
        REQUIRE(handovers(story) == expected);
        const json counts = story.document("activity-counts", "case/" + story.stream().id());
        REQUIRE(counts["handovers"] == expected);
    }
}
