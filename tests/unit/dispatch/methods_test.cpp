#include <catch2/catch.hpp>

#include "support/tally_module.hpp"
#include "support/world.hpp"

using namespace samvev;
using test::World;

namespace {

constexpr std::uint32_t tenant = 9999;
const access::Actor counter =
    test::staff(tenant, "0192f0c1-0000-7000-8000-0000000000a1", {"counter"});

World make_world() {
    std::vector<std::unique_ptr<modules::Module>> modules;
    modules.push_back(test::make_tally_module());
    return World(std::move(modules));
}

const json& find_method(const json& document, const std::string& name) {
    for (const json& method : document["methods"]) {
        if (method["name"] == name) {
            return method;
        }
    }
    FAIL("no method " << name);
    throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("The OpenRPC document describes every method by its manifest", "[dispatch][openrpc]") {
    World world = make_world();
    const json document =
        json::parse(world.dispatcher().open_rpc(R"([{"name":"system.ping","params":[]}])"));
    CHECK(document["openrpc"] == "1.3.2");
    const json& add = find_method(document, "tally.add");
    CHECK(add["paramStructure"] == "by-name");
    std::map<std::string, bool> required;
    for (const json& parameter : add["params"]) {
        required[parameter["name"]] = parameter["required"];
    }
    CHECK(required.at("tallyId"));
    CHECK(required.at("commandId"));
    CHECK(required.at("by"));
    CHECK_FALSE(required.at("itemId"));
    CHECK_FALSE(required.at("expectedRevision"));
    CHECK(find_method(document, "system.ping")["params"].empty());
    CHECK(document.dump().find("\"format\"") == std::string::npos);
    for (const std::string& name : world.dispatcher().method_names()) {
        CHECK(find_method(document, name)["name"] == name);
    }
}

TEST_CASE("A command that only timers may send does not exist for anyone else", "[dispatch]") {
    World world = make_world();
    const std::string id = world.new_id();
    REQUIRE(world.command("tally.open", {{"tallyId", id}, {"name", "ada"}, {"limit", 1}}, counter)
                .has_value());
    const auto sent = world.command("tally.expire", {{"tallyId", id}}, counter);
    REQUIRE_FALSE(sent.has_value());
    CHECK(sent.error().code == ErrorCode::unsupported);
    for (const std::string& name : world.dispatcher().method_names()) {
        CHECK(name != "tally.expire");
    }
    CHECK(world.dispatcher().open_rpc("[]").find("tally.expire") == std::string::npos);
}

TEST_CASE("A stream is read as CloudEvents, page by page", "[dispatch][stream]") {
    World world = make_world();
    const std::string id = world.new_id();
    REQUIRE(world.command("tally.open", {{"tallyId", id}, {"name", "ada"}, {"limit", 100}}, counter)
                .has_value());
    for (int i = 1; i <= 5; ++i) {
        REQUIRE(world.command("tally.add", {{"tallyId", id}, {"by", i}}, counter).has_value());
    }
    std::string from = "0";
    std::vector<std::string> types;
    for (int page = 0; page < 4; ++page) {
        const auto read = world.call(
            "stream.read", {{"stream", "tally/" + id}, {"from", from}, {"limit", 2}}, counter
        );
        REQUIRE(read.has_value());
        for (const json& event : (*read)["events"]) {
            CHECK(event["specversion"] == "1.0");
            types.push_back(event["type"]);
        }
        from = (*read)["next"];
    }
    CHECK(types.size() == 6);
    CHECK(types.front() == "no.samvev.tally.opened.v1");
    const access::Actor elsewhere = test::staff(9998, counter.id, {"counter"});
    CHECK(
        world.call("stream.read", {{"stream", "tally/" + id}}, elsewhere).error().code ==
        ErrorCode::not_found
    );
    CHECK(
        world.call("stream.read", {{"stream", "tally"}}, counter).error().code ==
        ErrorCode::invalid_argument
    );
}

TEST_CASE("The development clock moves forward only", "[dispatch][clock]") {
    World world = make_world();
    const auto set = world.call("dev.set-clock", {{"now", "2027-04-02T10:00:00Z"}}, counter);
    REQUIRE(set.has_value());
    CHECK((*set)["now"].get<std::string>().starts_with("2027-04-02T10:00:0"));
    CHECK(
        world.call("dev.set-clock", {{"now", "2027-04-01T10:00:00Z"}}, counter).error().code ==
        ErrorCode::invalid_argument
    );
    CHECK(
        world.call("dev.set-clock", {{"now", "tomorrow"}}, counter).error().code ==
        ErrorCode::invalid_argument
    );
}

TEST_CASE("Raw history is no way round the views' roles", "[dispatch][stream]") {
    World world = make_world();
    const std::string id = world.new_id();
    const std::string other = world.new_id();
    for (const std::string& each : {id, other}) {
        REQUIRE(
            world
                .command("tally.open", {{"tallyId", each}, {"name", each}, {"limit", 100}}, counter)
                .has_value()
        );
    }
    REQUIRE(world.command("tally.close-other", {{"tallyId", id}, {"otherId", other}}, counter)
                .has_value());
    const auto seen_by = [&](const std::string& role) {
        const access::Actor reader = test::staff(tenant, counter.id, {role});
        const auto read = world.call("stream.read", {{"stream", "tally/" + id}}, reader);
        REQUIRE(read.has_value());
        std::string types;
        for (const json& event : (*read)["events"]) {
            types += event["type"].get<std::string>() + " ";
        }
        return types;
    };
    const std::string opened = "no.samvev.tally.opened.v1 ";
    CHECK(seen_by("counter") == opened);  // No view takes the other event.
    CHECK(seen_by("auditor") == opened + "no.samvev.tally.close-asked.v1 ");
}
