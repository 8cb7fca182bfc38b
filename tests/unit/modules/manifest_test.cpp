#include "modules/manifest.hpp"

#include <samvev/plugin.h>
#include <catch2/catch.hpp>
#include <samvev/json.hpp>

#include "modules/c_event.hpp"

using nlohmann::ordered_json;
using namespace samvev::modules;

namespace {

// The manifest of the sample plugin, as it was bundled into it.
ordered_json checkin() {
    return ordered_json::parse(view_of(samvev_entry_v1.manifest));
}

// The sample's manifest after one change. "" when it is taken, else the message.
template <typename Change>
std::string verdict(Change change) {
    ordered_json manifest = checkin();
    change(manifest);
    const auto result = parse_manifest(manifest.dump());
    return result ? "" : result.error().message;
}

// A JSON pointer into the manifest.
ordered_json::json_pointer at(const std::string& pointer) {
    return ordered_json::json_pointer(pointer);
}

std::string with(const std::string& pointer, const ordered_json& value) {
    return verdict([&](ordered_json& m) { m[at(pointer)] = value; });
}

std::string without(const std::string& pointer) {
    return verdict([&](ordered_json& m) {
        m[at(pointer).parent_pointer()].erase(at(pointer).back());
    });
}

}  // namespace

TEST_CASE("The sample's manifest is read whole", "[modules][manifest]") {
    const auto parsed = parse_manifest(checkin().dump());
    REQUIRE(parsed);
    const Manifest& m = *parsed;
    CHECK(m.id == "checkin");
    CHECK(m.version == "1.0.0");
    CHECK(m.abi == "1.0");
    CHECK(m.in_process_allowed);
    CHECK(m.state_version == 1);
    CHECK(m.titles.at("nn") == "Innsjekk");
    CHECK(m.owns == std::vector<std::string>{"roll"});
    CHECK(m.events.size() == 5);
    CHECK(m.latest_version("checkin.reported") == 3);
    CHECK(m.latest_version("checkin.unknown") == 0);
    CHECK(m.find_event("checkin.reported", 1)->upcast);
    CHECK_FALSE(m.find_event("checkin.reported", 3)->upcast);
    CHECK(m.find_event("checkin.reported", 4) == nullptr);
    const EventType& opened = *m.find_event("checkin.opened", 1);
    CHECK(opened.topic.constant == "coordination");
    CHECK(opened.subjects.at(0).pointer == "/personId");
    CHECK(opened.subjects.at(0).constant.empty());
    CHECK(opened.occurred_on.pointer == "/occurredOn");
    CHECK(opened.owner_unit.empty());
    CHECK(opened.confidentiality == Confidentiality::restricted);
    CHECK(opened.texts.at("en") == "Check-in opened");
    CHECK(opened.weight == 2);
    CHECK(m.find_event("checkin.closed", 1)->confidentiality == Confidentiality::internal);
    const CommandType& open = *m.find_command("checkin.open");
    CHECK(open.creates);
    CHECK(open.stream_kind == "roll");
    CHECK(open.emits == std::vector<std::string>{"checkin.opened@1"});
    CHECK(open.timers == std::vector<std::string>{"deadline"});
    CHECK(m.find_command("checkin.nothing") == nullptr);
    CHECK(m.claims.at("checkin.active") == "checkin.already-open");
    CHECK(m.rejections.at("checkin.not-open").texts.at("nb") == "Innsjekken er ikke åpen.");
    const ViewType& board = *m.find_view("checkin.board");
    CHECK(board.key == ViewType::Key::stream);
    CHECK(board.indexes.at(0).fields == std::vector<std::string>{"/open", "/title"});
    CHECK(board.takes("roll", "checkin.opened"));
    CHECK_FALSE(board.takes("case", "checkin.opened"));
    CHECK_FALSE(board.takes("roll", "case.opened"));
    CHECK(m.folds_event("roll", "checkin.anything"));
    CHECK_FALSE(m.folds_event("roll", "checkins.anything"));
    CHECK_FALSE(m.folds_event("case", "checkin.opened"));
    CHECK(m.folds_stream("roll"));
    CHECK_FALSE(m.folds_stream("case"));
    CHECK(m.reactions.at(0).sends == std::vector<std::string>{"checkin.close"});
}

TEST_CASE("Patterns of event types", "[modules][manifest]") {
    CHECK(matches_type("*", "a.b"));
    CHECK(matches_type("a.*", "a.b"));
    CHECK_FALSE(matches_type("a.*", "ab.c"));
    CHECK_FALSE(matches_type("a.*", "a"));
    CHECK(matches_type("a.b", "a.b"));
    CHECK_FALSE(matches_type("a.b", "a.bc"));
}

TEST_CASE("Every declared schema works on what it is given", "[modules][manifest]") {
    const auto m = parse_manifest(checkin().dump()).value();
    CHECK(m.find_command("checkin.report")->schema->check(R"({"status":"safe"})"));
    CHECK_FALSE(m.find_command("checkin.report")->schema->check(R"({"status":"fine"})"));
    // Definitions are inlined: the text stands alone.
    CHECK(m.find_event("checkin.opened", 1)->schema->text().find("$ref") == std::string::npos);
}

TEST_CASE("A refusal names the code, the module, the place and both sides", "[modules][manifest]") {
    CHECK(
        with("/abi", "2.0") ==
        "SVP-104 checkin 1.0.0: /abi: needs plugin ABI 2.0, this server has 1.0. Use a build of "
        "the module for ABI 1"
    );
    const auto newer = with("/abi", "1.3");
    CHECK(
        newer.find("needs plugin ABI 1.3, this server has 1.0. Upgrade the server") !=
        std::string::npos
    );
    const auto parsed = parse_manifest("{\"id\":");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message.starts_with("SVP-101 ? ?: the manifest is malformed"));
    CHECK(parsed.error().code == samvev::ErrorCode::invalid_argument);
    CHECK(parsed.error().data == R"({"svp":101})");
    CHECK(parse_manifest("[]").error().message.starts_with("SVP-102 ? ?"));
    CHECK(parse_manifest("").error().message.starts_with("SVP-101"));
    ordered_json other = checkin();
    other["abi"] = "1.9";
    CHECK(parse_manifest(other.dump()).error().code == samvev::ErrorCode::unsupported);
}

TEST_CASE("Keys: unknown and missing ones are refused, x- is ignored", "[modules][manifest]") {
    CHECK(with("/x-note", "hello").empty());
    CHECK(with("/commands/0/x-note", "hello").empty());
    CHECK(with("/commmands", ordered_json::array())
              .starts_with("SVP-102 checkin 1.0.0: /: unknown key 'commmands'"));
    CHECK(with("/commands/1/role", "x")
              .starts_with("SVP-102 checkin 1.0.0: /commands/1: unknown key 'role'"));
    CHECK(with("/events/0/labels/topics", "x").starts_with("SVP-102"));
    CHECK(with("/views/0/indexes/0/unique", true).starts_with("SVP-102"));
    for (const char* key :
         {"/manifest",
          "/id",
          "/version",
          "/abi",
          "/stateVersion",
          "/title",
          "/commands/0/name",
          "/commands/0/stream",
          "/commands/0/summary",
          "/commands/0/roles",
          "/commands/0/schema",
          "/events/0/type",
          "/events/0/version",
          "/events/0/schema",
          "/views/0/id",
          "/views/0/version",
          "/views/0/key",
          "/views/0/on",
          "/views/0/summary",
          "/views/0/schema",
          "/reactions/0/on",
          "/reactions/0/sends",
          "/folds/0/stream",
          "/folds/0/events",
          "/claims/checkin.active/rejection",
          "/views/0/indexes/0/name",
          "/views/0/indexes/0/fields"}) {
        CAPTURE(key);
        CHECK(without(key).starts_with("SVP-102"));
    }
    CHECK(with("/manifest", 2).starts_with("SVP-102"));
    CHECK(with("/stateVersion", 0).starts_with("SVP-102"));
    CHECK(with("/stateVersion", "1").starts_with("SVP-102"));
    CHECK(with("/version", "1.0").starts_with("SVP-102"));
    CHECK(with("/abi", "one").starts_with("SVP-102"));
    CHECK(with("/isolation", "none").starts_with("SVP-102"));
    CHECK(with("/commands", ordered_json::object()).starts_with("SVP-102"));
    CHECK(with("/commands/0", 7).starts_with("SVP-102"));
    CHECK(with("/commands/0/creates", "yes").starts_with("SVP-102"));
    CHECK(with("/commands/0/roles", ordered_json::array()).starts_with("SVP-102"));
    CHECK(with("/commands/0/roles", "coordinator").starts_with("SVP-102"));
    CHECK(with("/events/0/labels/confidentiality", "secret").starts_with("SVP-102"));
    CHECK(with("/events/0/weight", 4).starts_with("SVP-102"));
    CHECK(with("/commands/0/access", "own").starts_with("SVP-102"));
    for (const char* access : {"steer", "contribute", "answer", "emergency", "declare"}) {
        CHECK(with("/commands/0/access", access).empty());
    }
    CHECK(with("/views/0/key", "person").starts_with("SVP-102"));
    CHECK(with("/definitions", 7).starts_with("SVP-102"));
}

TEST_CASE("Names belong to the module and stand once", "[modules][manifest]") {
    CHECK(with("/events/0/type", "other.opened")
              .starts_with(
                  "SVP-103 checkin 1.0.0: /events/0: 'other.opened' must begin with 'checkin.'"
              ));
    CHECK(with("/commands/0/name", "open").starts_with("SVP-103"));
    CHECK(with("/commands/0/name", "checkin.Open").starts_with("SVP-103"));
    CHECK(with("/commands/0/name", "checkin.open--up").starts_with("SVP-103"));
    CHECK(with("/commands/0/name", "checkin.").starts_with("SVP-103"));
    CHECK(with("/commands/0/name", "checkin." + std::string(200, 'a')).starts_with("SVP-103"));
    CHECK(with("/commands/1/name", "checkin.open").starts_with("SVP-103"));
    CHECK(with("/views/0/id", "board").starts_with("SVP-103"));
    CHECK(with("/views/0/id", "checkin.open").starts_with("SVP-103"));
    CHECK(with("/rejections/other.code", {{"nb", "x"}, {"nn", "x"}, {"en", "x"}})
              .starts_with("SVP-103"));
    CHECK(with("/claims/active", {{"rejection", "checkin.not-open"}}).starts_with("SVP-103"));
    CHECK(with("/events/2/version", 1).starts_with("SVP-103"));
    CHECK(with("/id", "Check in").starts_with("SVP-103"));
    CHECK(with("/owns", {"Roll"}).starts_with("SVP-103"));
    CHECK(with("/owns", {"roll", "roll"}).starts_with("SVP-103"));
    CHECK(with("/owns", {std::string(41, 'a')}).starts_with("SVP-103"));
    CHECK(with("/extends", {"roll"}).starts_with("SVP-103"));
    CHECK(with("/commands/0/timers", {"Deadline"}).starts_with("SVP-103"));
    CHECK(with("/views/0/provides", {"waiting-item"}).starts_with("SVP-103"));
    CHECK(with("/views/0/provides", {"waiting-item/1"}).empty());
    CHECK(with("/views/0/indexes/0/name", "by-open").starts_with("SVP-103"));
    CHECK(with("/reactions/0/on", {"checkin.*"}).starts_with("SVP-103"));
    CHECK(with("/folds/0/events", {"checkin"}).starts_with("SVP-103"));
    CHECK(with("/folds/1", {{"stream", "roll"}, {"events", {"*"}}}).starts_with("SVP-103"));
}

TEST_CASE("References lead somewhere", "[modules][manifest]") {
    CHECK(with("/commands/0/stream", "case").starts_with("SVP-107"));
    CHECK(with("/commands/0/emits", {"checkin.nothing@1"}).starts_with("SVP-107"));
    CHECK(with("/commands/0/emits", {"checkin.opened"}).starts_with("SVP-107"));
    CHECK(with("/commands/0/emits", {"checkin.opened@01"}).starts_with("SVP-107"));
    CHECK(with("/commands/0/rejects", {"checkin.nothing"}).starts_with("SVP-107"));
    CHECK(with("/commands/0/claims", {"checkin.nothing"}).starts_with("SVP-107"));
    CHECK(with("/commands/0/entity", "/nothing").starts_with("SVP-107"));
    CHECK(with("/commands/0/entity", "title").starts_with("SVP-107"));
    CHECK(with("/commands/0/entity", "/personId").empty());
    CHECK(with("/claims/checkin.active/rejection", "checkin.nothing").starts_with("SVP-107"));
    CHECK(with("/events/0/labels/ownerUnit", "/unitId").starts_with("SVP-107"));
    CHECK(with("/events/0/labels/subjects", {"/personId", "/nobody"}).starts_with("SVP-107"));
    CHECK(with("/reactions/0/sends", {"checkin.nothing"}).starts_with("SVP-107"));
    CHECK(with("/reactions/0/on", {"checkin.nothing"}).starts_with("SVP-107"));
    CHECK(with("/folds/0/events", {"checkin.nothing"}).starts_with("SVP-107"));
    CHECK(with("/views/0/on", {"checkin.nothing"}).starts_with("SVP-107"));
    CHECK(with("/folds", ordered_json::array()).starts_with("SVP-107"));
    // Only the owner of a stream kind creates one.
    CHECK(verdict([](ordered_json& m) {
              m["owns"] = ordered_json::array();
              m["extends"] = {"roll"};
          }).starts_with("SVP-107 checkin 1.0.0: /commands/0/creates"));
    const ordered_json read{{"as", "unit"}, {"stream", "unit"}, {"id", "/personId"}};
    CHECK(with("/commands/0/reads", ordered_json::array({read})).starts_with("SVP-107"));
    CHECK(verdict([&](ordered_json& m) {
              m["commands"][0]["reads"] = ordered_json::array({read});
              m["folds"].push_back({{"stream", "unit"}, {"events", {"organisation.*"}}});
          }).empty());
}

TEST_CASE("Schemas, versions, texts and examples are held to their rules", "[modules][manifest]") {
    CHECK(with("/commands/0/schema/properties/title", {{"pattern", "x"}})
              .starts_with("SVP-105 checkin 1.0.0: /commands/0/schema/properties/title/pattern"));
    CHECK(with("/events/0/schema/properties/title/$ref", "#/definitions/nothing")
              .starts_with("SVP-105"));
    CHECK(with("/events/3/version", 4).starts_with("SVP-106"));
    CHECK(with("/commands/1/emits", {"checkin.reported@2"}).starts_with("SVP-106"));
    CHECK(without("/title/nn").starts_with("SVP-108"));
    CHECK(with("/rejections/checkin.not-open/nn", "").starts_with("SVP-108"));
    CHECK(without("/events/0/texts/en").starts_with("SVP-108"));
    CHECK(without("/events/0/texts").starts_with("SVP-108"));
    CHECK(without("/events/1/texts").empty());  // an old version needs none
    CHECK(with("/commands/1/example", {{"status", "fine"}}).starts_with("SVP-109"));
    CHECK(with("/events/0/example", ordered_json::object()).starts_with("SVP-109"));
    CHECK(with("/views/0/example", "x").starts_with("SVP-109"));
    CHECK(without("/commands/1/example").empty());
}
