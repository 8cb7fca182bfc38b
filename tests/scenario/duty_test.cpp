#include <catch2/catch.hpp>
#include <samvev/plugin.hpp>

#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

namespace {

constexpr const char* berit = "0192f0c1-0000-7000-8000-000000002003";  // leads Ada's school

void end_roles_of_ada(Fjordvik& fjordvik, const json& more) {
    for (const char* assignment :
         {"0192f0c1-0000-7000-8000-000000003401", "0192f0c1-0000-7000-8000-000000003402"}) {
        json params = {
            {"staffId", test::ada}, {"assignmentId", assignment}, {"reason", "Sluttet."}
        };
        params.update(more);
        const auto ended = fjordvik.send("jon", "organisation.end-staff-role", params);
        INFO((ended ? std::string() : ended.error().data));
        REQUIRE(ended.has_value());
    }
}

std::string coordinator_of(Fjordvik& fjordvik) {
    return fjordvik.document("case.overview", test::case_a)["coordinator"]["staffId"];
}

bool waits_for_berit(Fjordvik& fjordvik) {
    const auto waiting = fjordvik.world.call("me.waiting", json::object(), fjordvik.actor("berit"));
    REQUIRE(waiting.has_value());
    for (const json& item : (*waiting)["items"]) {
        if (item["kind"] == "coordinator-left" && item["caseId"] == test::case_a) {
            return true;
        }
    }
    return false;
}

}  // namespace

SCENARIO("A coordinator who leaves leaves no case without anybody", "[scenario][duty]") {
    Fjordvik fjordvik;
    REQUIRE(coordinator_of(fjordvik) == test::ada);
    WHEN("the roles end at once") {
        end_roles_of_ada(fjordvik, json::object());
        THEN("the leader coordinates, and is told") {
            CHECK(coordinator_of(fjordvik) == berit);
            CHECK(waits_for_berit(fjordvik));
        }
    }
    WHEN("the roles are to end later") {
        const auto last_day = fjordvik.world.clock().now() + std::chrono::days(10);
        end_roles_of_ada(fjordvik, {{"endsOn", to_text(oslo_date(last_day))}});
        CHECK(coordinator_of(fjordvik) == test::ada);
        CHECK_FALSE(waits_for_berit(fjordvik));
        THEN("nothing moves before the last day is over") {
            fjordvik.world.advance_to(fjordvik.world.clock().now() + std::chrono::days(9));
            CHECK(coordinator_of(fjordvik) == test::ada);
            fjordvik.world.advance_to(fjordvik.world.clock().now() + std::chrono::days(2));
            CHECK(coordinator_of(fjordvik) == berit);
            CHECK(waits_for_berit(fjordvik));
        }
    }
}
