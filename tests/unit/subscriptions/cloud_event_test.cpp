#include "subscriptions/cloud_event.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <samvev/json.hpp>

#include "base/calendar_text.hpp"
#include "support/fake_module.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using store::EventView;
using store::TenantId;

namespace {

constexpr std::string_view secret = "a secret of thirty-two bytes, yes";

EventView full_event() {
    EventView event;
    event.position = store::Position(41);
    event.revision = store::Revision((std::uint64_t{1} << 53) + 1);
    event.stream_kind = "case";
    event.stream_id = test::numbered_uuid(5);
    event.id = store::EventId(test::numbered_uuid(6));
    event.type = "case.measure-added";
    event.version = 2;
    event.entity = "measure-1";
    event.occurred_on = "2026-11-20";
    event.recorded_at = *base::parse_timestamp("2026-11-21T20:01:02.000113Z");
    event.command = store::CommandId(test::numbered_uuid(7));
    event.actor = "staff/01000000-0000-0000-0000-000000000009";
    event.role = "coordinator";
    event.unit = "unit-1";
    event.on_behalf_of = "person/01000000-0000-0000-0000-000000000008";
    event.topic = "plan";
    event.owner_unit = "unit-2";
    event.confidentiality = store::Confidentiality::restricted;
    event.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    event.payload = R"({"title":"Støttekontakt \"én\" kveld","n":[1,2.5,null]})";
    return event;
}

// The rules of CloudEvents 1.0 that a reader may rely on.
json checked(const std::string& text) {
    const json event = json::parse(text);
    REQUIRE(event.is_object());
    for (const char* const required : {"specversion", "id", "source", "type"}) {
        INFO(required);
        REQUIRE(event.contains(required));
        REQUIRE_FALSE(event[required].get<std::string>().empty());
    }
    for (const auto& [name, value] : event.items()) {
        INFO(name << " in " << text);
        CHECK(std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        }));
        CHECK(name.size() <= 20);
        if (name != "data") {
            CHECK((value.is_string() || value.is_boolean()));
            CHECK(value != "");
        }
    }
    return event;
}

}  // namespace

TEST_CASE(
    "An event is a CloudEvent with everything its envelope says", "[subscriptions][cloudevent]"
) {
    const json event =
        checked(subscriptions::cloud_event(TenantId(301), full_event(), "\"position\":\"b1Jk\""));
    CHECK(event == json::parse(R"({
        "specversion": "1.0",
        "id": "01000000-0000-0000-0000-000000000006",
        "source": "/t/0301/case/01000000-0000-0000-0000-000000000005",
        "type": "no.samvev.case.measure-added.v2",
        "time": "2026-11-21T20:01:02.000113Z",
        "subject": "01000000-0000-0000-0000-000000000005",
        "position": "b1Jk",
        "revision": "9007199254740993",
        "entity": "measure-1",
        "occurredon": "2026-11-20",
        "actor": "staff/01000000-0000-0000-0000-000000000009",
        "role": "coordinator",
        "unit": "unit-1",
        "onbehalfof": "person/01000000-0000-0000-0000-000000000008",
        "commandid": "01000000-0000-0000-0000-000000000007",
        "topic": "plan",
        "ownerunit": "unit-2",
        "confidentiality": "restricted",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data": {"title": "Støttekontakt \"én\" kveld", "n": [1, 2.5, null]}
    })"));
}

TEST_CASE("What an event does not have is not there, not empty", "[subscriptions][cloudevent]") {
    EventView event;
    event.stream_kind = "case";
    event.type = "case.case-opened";
    event.recorded_at = *base::parse_timestamp("2026-11-21T20:01:02Z");
    event.payload = "{}";
    const json parsed = checked(subscriptions::cloud_event(TenantId(9999), event, ""));
    for (const char* const name :
         {"position", "entity", "occurredon", "actor", "role", "unit", "onbehalfof", "commandid",
          "topic", "ownerunit", "traceparent", "withheld"}) {
        INFO(name);
        CHECK_FALSE(parsed.contains(name));
    }
    CHECK(parsed["data"] == json::object());
}

TEST_CASE("Texts that need escaping cannot break out of the frame", "[subscriptions][cloudevent]") {
    EventView event = full_event();
    event.entity = "\",\"withheld\":true,\"x\":\"\\\n\t";
    const json parsed = json::parse(subscriptions::cloud_event(TenantId(9999), event, ""));
    CHECK(parsed["entity"] == "\",\"withheld\":true,\"x\":\"\\\n\t");
    CHECK_FALSE(parsed.contains("withheld"));
}

TEST_CASE("The payload's bytes are copied as they are", "[subscriptions][cloudevent]") {
    EventView event = full_event();
    event.payload = R"({ "b" : 1.0e2, "a":"\u00e5" })";
    const std::string text = subscriptions::cloud_event(TenantId(9999), event, "");
    CHECK(text.ends_with(R"(,"data":{ "b" : 1.0e2, "a":"\u00e5" }})"));
}

TEST_CASE("A removed or sealed payload is withheld", "[subscriptions][cloudevent]") {
    EventView event = full_event();
    SECTION("removed") {
        event.payload = {};
        event.payload_state = store::PayloadState::removed;
    }
    SECTION("sealed") {
        event.key_id = "k1";
    }
    const json parsed = checked(subscriptions::cloud_event(TenantId(9999), event, ""));
    CHECK(parsed["withheld"] == true);
    CHECK_FALSE(parsed.contains("data"));
    CHECK(parsed["type"] == "no.samvev.case.measure-added.v2");
}

namespace {

std::unique_ptr<modules::Registry> registry_of_three_versions(bool fails) {
    modules::Manifest manifest;
    manifest.id = "case";
    for (const std::uint32_t version : {1U, 2U, 3U}) {
        modules::EventType type;
        type.type = "case.measure-added";
        type.version = version;
        type.upcast = version < 3;
        manifest.events.push_back(type);
    }
    std::vector<std::unique_ptr<modules::Module>> list;
    list.push_back(std::make_unique<test::FakeModule>(
        std::move(manifest), nullptr,
        [fails](const modules::EventIn& event) -> Result<std::string> {
            if (fails) {
                return fail(ErrorCode::module_fault, "it cannot");
            }
            json data = json::parse(*event.data);
            data["steps"] = data.value("steps", "") + std::to_string(event.version);
            return data.dump();
        }
    ));
    return test::make_fake_registry(std::move(list));
}

}  // namespace

TEST_CASE("An older event is delivered in its newest version", "[subscriptions][cloudevent]") {
    const auto registry = registry_of_three_versions(false);
    const subscriptions::PositionTokens tokens(secret);
    const subscriptions::DeliveredEvents delivered(*registry, tokens);
    EventView event = full_event();
    event.version = 1;
    event.payload = R"({"a":1})";
    std::string text;
    delivered.append(text, TenantId(9999), 3, event);
    const json parsed = checked(text);
    CHECK(parsed["type"] == "no.samvev.case.measure-added.v3");
    CHECK(parsed["data"] == json::parse(R"({"a":1,"steps":"12"})"));
    CHECK(
        tokens.read(TenantId(9999), 3, parsed["position"].get<std::string>()).value() ==
        store::Position(41)
    );
    CHECK(delivered.version(event) == 3);
}

TEST_CASE("An event without readable data is not upcast", "[subscriptions][cloudevent]") {
    const auto registry = registry_of_three_versions(true);
    const subscriptions::PositionTokens tokens(secret);
    const subscriptions::DeliveredEvents delivered(*registry, tokens);
    EventView event = full_event();
    event.version = 1;
    event.payload = {};
    event.payload_state = store::PayloadState::removed;
    std::string text;
    delivered.append(text, TenantId(9999), 3, event);
    CHECK(checked(text)["type"] == "no.samvev.case.measure-added.v1");
    CHECK(delivered.version(event) == 1);
}

TEST_CASE(
    "An event that cannot be upcast is delivered as it is stored", "[subscriptions][cloudevent]"
) {
    const auto registry = registry_of_three_versions(true);
    const subscriptions::PositionTokens tokens(secret);
    const subscriptions::DeliveredEvents delivered(*registry, tokens);
    EventView event = full_event();
    event.version = 1;
    event.payload = R"({"a":1})";
    std::string text;
    delivered.append(text, TenantId(9999), 3, event);
    const json parsed = checked(text);
    CHECK(parsed["type"] == "no.samvev.case.measure-added.v1");
    CHECK(parsed["data"] == json::parse(R"({"a":1})"));
}
