#include <catch2/catch.hpp>

#include "base/calendar_text.hpp"
#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

namespace {

const json accepted_by_odd = {
    {"caseId", test::case_a},
    {"handoverId", test::handover_a},
    {"toId", test::odd},
    {"toUnitId", "0192f0c1-0000-7000-8000-000000001008"},
};

std::string coordinator_of(Fjordvik& fjordvik) {
    return fjordvik.document("case.overview", test::case_a)["coordinator"]["staffId"];
}

}  // namespace

SCENARIO("A handover that is never answered escalates, and drops nobody", "[scenario][handover]") {
    Fjordvik fjordvik;
    REQUIRE(coordinator_of(fjordvik) == test::ada);
    REQUIRE(fjordvik.count("case.handover-escalated", test::case_a) == 0);

    WHEN("the days to answer have passed") {
        fjordvik.world.advance_to(fjordvik.world.clock().now() + std::chrono::days(15));
        THEN("it has been escalated once, and the old coordinator stays") {
            CHECK(fjordvik.count("case.handover-escalated", test::case_a) == 1);
            CHECK(coordinator_of(fjordvik) == test::ada);
        }
        AND_WHEN("the receiver accepts late") {
            const auto accepted = fjordvik.send("odd", "case.accept-handover", accepted_by_odd);
            THEN("that still works") {
                REQUIRE(accepted.has_value());
                CHECK(coordinator_of(fjordvik) == test::odd);
            }
        }
    }
    WHEN("it is accepted in time") {
        REQUIRE(fjordvik.send("odd", "case.accept-handover", accepted_by_odd).has_value());
        fjordvik.world.advance_to(fjordvik.world.clock().now() + std::chrono::days(60));
        THEN("nothing escalates any more") {
            CHECK(fjordvik.count("case.handover-escalated", test::case_a) == 0);
            CHECK(coordinator_of(fjordvik) == test::odd);
        }
    }
}
