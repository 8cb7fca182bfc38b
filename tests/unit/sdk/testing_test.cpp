#include <samvev/testing.hpp>

#include <catch2/catch.hpp>

#include "checkin/checkin.hpp"

using checkin::Checkin;
using samvev::json;
using namespace samvev::testing;

namespace {

const std::string ada = "01890000-0000-7000-8000-000000000001";

TestEvent opened() {
    return event("checkin.opened", {{"title", "Tur"}, {"personId", ada}});
}

TestEvent reported(const std::string& who, const std::string& status = "safe") {
    return event("checkin.reported", {{"who", who}, {"status", status}, {"late", false}}, {}, 3);
}

}  // namespace

TEST_CASE("given, when, then runs a module through its table", "[sdk][testing]") {
    given<Checkin>()
        .when("checkin.open", {{"title", "Tur"}, {"personId", ada}})
        .then({opened()})
        .and_timer("deadline")
        .and_claimed("checkin.active", ada);
    given<Checkin>({opened()})
        .when("checkin.report", {{"status", "safe"}})
        .then({reported(default_actor)});
    given<Checkin>()
        .when("checkin.report", {{"status", "safe"}})
        .then_rejected({"checkin.not-open"});
    given<Checkin>().when("checkin.dance").then_unsupported();
}

TEST_CASE("A mismatch says what was expected and what came", "[sdk][testing]") {
    const auto then = given<Checkin>({opened()}).when("checkin.report", {{"status", "safe"}});
    CHECK_THROWS_WITH(
        then.then_rejected({"checkin.not-open"}),
        Catch::Contains("expected rejections: checkin.not-open") &&
            Catch::Contains("but got status 0") && Catch::Contains("event checkin.reported@3")
    );
    CHECK_THROWS_AS(then.then({}), Mismatch);
    CHECK_THROWS_AS(then.then({reported("someone else")}), Mismatch);
    CHECK_THROWS_AS(then.then_types({"checkin.closed"}), Mismatch);
    CHECK_THROWS_AS(then.then_fault(), Mismatch);
    CHECK_THROWS_AS(then.and_timer("deadline"), Mismatch);
    CHECK_THROWS_AS(then.and_claimed("checkin.active", ada), Mismatch);
    CHECK_NOTHROW(then.then_types({"checkin.reported"}));
}

TEST_CASE("All rejections are listed", "[sdk][testing]") {
    given<Checkin>({opened(), reported(default_actor), event("checkin.closed", {{"reported", 1}})})
        .when("checkin.report", {{"status", "safe"}})
        .then_rejected({"checkin.already-reported", "checkin.not-open"});
}

TEST_CASE("Views fold, old versions are brought up, events are answered", "[sdk][testing]") {
    CHECK(
        project<Checkin>("checkin.board", "roll/1", {opened(), reported("ada"), reported("lo")}) ==
        json({{"title", "Tur"}, {"open", true}, {"in", 2}})
    );
    CHECK(
        upcast<Checkin>(event("checkin.reported", {{"who", "ada"}, {"ok", false}})) ==
        json({{"who", "ada"}, {"status", "needs-help"}})
    );
    CHECK(react<Checkin>(reported("ada")).empty());
    const auto sent = react<Checkin>(reported("ada", "needs-help"));
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].command == "checkin.close");
    CHECK(sent[0].stream_id == default_stream_id);
}

TEST_CASE("With the entry, the manifest is checked too", "[sdk][testing]") {
    const TestModule module(samvev_entry_v1);
    TestStream roll(module, "roll");
    CHECK(roll.send("checkin.open", {{"title", "Tur"}, {"personId", ada}}).events.size() == 1);
    CHECK(roll.send("checkin.report", {{"status", "safe"}}).events.size() == 1);
    CHECK(roll.state()["seen"].size() == 1);
    CHECK(roll.history().size() == 2);
    Outcome undeclared;
    undeclared.events.push_back(event("checkin.closed"));
    CHECK_THROWS_WITH(
        module.check_declared(undeclared, "checkin.report"),
        Catch::Contains("'checkin.closed@1' in its emits")
    );
    CHECK_THROWS_AS(module.check_declared(Outcome{}, "checkin.dance"), Mismatch);
}
