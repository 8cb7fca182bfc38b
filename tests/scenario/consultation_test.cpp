#include <catch2/catch.hpp>

#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

// Advice about a child that nobody names (X11): Ada's school asks PPT (Inga) and the health station
// (Odd); Rolf (Nav) is not asked.
namespace {

constexpr const char* consultation = "0192f0c1-0000-7000-8000-00000000d001";
constexpr const char* school = "0192f0c1-0000-7000-8000-000000001005";
constexpr const char* ppt = "0192f0c1-0000-7000-8000-000000001007";

json board(Fjordvik& fjordvik, const char* who) {
    const auto found = fjordvik.world.call(
        "consultation.board", {{"consultationId", consultation}}, fjordvik.actor(who)
    );
    return found ? (*found)["document"] : json();
}

json advice(const std::string& text) {
    return {
        {"consultationId", consultation},
        {"adviceId", "0192f0c1-0000-7000-8000-00000000d1a1"},
        {"advice", text}
    };
}

}  // namespace

SCENARIO("A consultation is for those who ask and are asked", "[scenario][consultation]") {
    Fjordvik fjordvik;
    for (const char* who : {"ada", "inga", "odd", "berit"}) {
        INFO(who);
        REQUIRE(board(fjordvik, who).is_object());
        CHECK(board(fjordvik, who)["advice"].size() == 1);
    }
    for (const char* who : {"rolf", "unni", "marte", "lo"}) {
        INFO(who);
        CHECK(board(fjordvik, who).is_null());
    }
    const auto stranger = fjordvik.send("rolf", "consultation.advise", advice("Spør Nav."));
    REQUIRE_FALSE(stranger.has_value());
    CHECK(stranger.error().code == ErrorCode::not_found);
    REQUIRE(fjordvik.send("odd", "consultation.advise", advice("Ta en synstest.")).has_value());
    const auto not_his = fjordvik.send(
        "odd", "consultation.close", {{"consultationId", consultation}, {"outcome", "Ferdig."}}
    );
    REQUIRE_FALSE(not_his.has_value());
    CHECK(not_his.error().data.find("consultation.not-the-asker") != std::string::npos);
    REQUIRE(
        fjordvik.send("ada", "consultation.close", {{"consultationId", consultation}}).has_value()
    );
    CHECK(board(fjordvik, "inga")["state"] == "closed");
}

SCENARIO("Nobody is named in a consultation", "[scenario][consultation]") {
    Fjordvik fjordvik;
    for (const char* text :
         {"Gjelder 128516 60095.", "Gjelder 12851660095, tredje trinn.",
          "Se sak 0192f0c1-0000-7000-8000-00000000c001."}) {
        INFO(text);
        const auto refused = fjordvik.send("inga", "consultation.advise", advice(text));
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::rejected);
        CHECK(refused.error().data.find("consultation.names-somebody") != std::string::npos);
    }
    json with_person = advice("Ring oss på 55 00 00 07.");
    with_person["personId"] = fjordvik.actor("lo").id;
    const auto unknown = fjordvik.send("inga", "consultation.advise", with_person);
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().code == ErrorCode::invalid_argument);
    CHECK(
        fjordvik.send("inga", "consultation.advise", advice("Ring oss på 55 00 00 07.")).has_value()
    );
}

SCENARIO("A case says what went before it; the consultation does not", "[scenario][consultation]") {
    Fjordvik fjordvik;
    const json link = {
        {"caseId", test::case_a},
        {"consultationId", consultation},
        {"reason", "Foreldrene vil det."}
    };
    // Who takes part, but does not coordinate, does not link.
    CHECK_FALSE(fjordvik.send("inga", "consultation.link", link).has_value());
    REQUIRE(fjordvik.send("ada", "consultation.link", link).has_value());
    const auto again = fjordvik.send("ada", "consultation.link", link);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().data.find("consultation.already-linked") != std::string::npos);
    CHECK(board(fjordvik, "inga").dump().find(test::case_a) == std::string::npos);
    // Rolf coordinates case 12, and his unit has not asked: there is no such thing for him.
    const auto foreign = fjordvik.send(
        "rolf", "consultation.link",
        {{"caseId", "0192f0c1-0000-7000-8000-00000000c012"},
         {"consultationId", consultation},
         {"reason", "Ser likt ut."}}
    );
    REQUIRE_FALSE(foreign.has_value());
    CHECK(foreign.error().data.find("consultation.unknown") != std::string::npos);
    const auto itself = fjordvik.send(
        "ada", "consultation.ask",
        {{"consultationId", "0192f0c1-0000-7000-8000-00000000d0a1"},
         {"unitId", school},
         {"askedUnitIds", {school, ppt}},
         {"question", "Hva nå?"}}
    );
    REQUIRE_FALSE(itself.has_value());
    CHECK(itself.error().data.find("consultation.asks-itself") != std::string::npos);
}
