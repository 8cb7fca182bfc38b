#include "modules/registry.hpp"

#include <samvev/plugin.h>
#include <catch2/catch.hpp>
#include <samvev/json.hpp>

#include "modules/c_event.hpp"
#include "modules/in_process.hpp"

using samvev::json;
using namespace samvev::modules;

namespace {

// A module of which only the manifest counts.
class NamedModule final : public Module {
public:
    explicit NamedModule(Manifest manifest) : manifest_(std::move(manifest)) {}
    [[nodiscard]] const Manifest& manifest() const noexcept override { return manifest_; }
    [[nodiscard]] samvev::Result<std::unique_ptr<StateHandle>>
    open_state(std::string_view, std::optional<std::string_view>) const override {
        return none();
    }
    [[nodiscard]] samvev::Result<std::monostate> apply(StateHandle&, std::span<const EventIn>)
        const override {
        return none();
    }
    [[nodiscard]] samvev::Result<std::string> save_state(const StateHandle&) const override {
        return none();
    }
    [[nodiscard]] samvev::Result<DecisionOut> decide(const StateHandle&, const CommandIn&)
        const override {
        return none();
    }
    [[nodiscard]] samvev::Result<std::optional<std::string>>
    fold(std::string_view, std::string_view, std::optional<std::string_view>, std::span<const EventIn>)
        const override {
        return none();
    }
    [[nodiscard]] samvev::Result<std::string> upcast(const EventIn&) const override {
        return none();
    }
    [[nodiscard]] samvev::Result<std::vector<CommandOut>> react(const EventIn&) const override {
        return none();
    }

private:
    static tl::unexpected<samvev::Error> none() {
        return samvev::fail(samvev::ErrorCode::unsupported, "none");
    }
    Manifest manifest_;
};

json manifest(const std::string& id) {
    return {{"manifest", 1},      {"id", id},
            {"version", "1.0.0"}, {"abi", "1.0"},
            {"stateVersion", 1},  {"title", {{"nb", "x"}, {"nn", "x"}, {"en", "x"}}}};
}

std::unique_ptr<Module> module(const json& text) {
    auto parsed = parse_manifest(text.dump());
    if (!parsed) {
        FAIL(parsed.error().message);
    }
    return std::make_unique<NamedModule>(std::move(*parsed));
}

std::string verdict(const std::vector<json>& manifests) {
    std::vector<std::unique_ptr<Module>> modules;
    for (const json& text : manifests) {
        modules.push_back(module(text));
    }
    const auto registry = Registry::make(std::move(modules));
    return registry ? "" : registry.error().message;
}

std::unique_ptr<Registry> with_checkin() {
    std::vector<std::unique_ptr<Module>> modules;
    modules.push_back(make_builtin_module(samvev_entry_v1).value());
    return Registry::make(std::move(modules)).value();
}

}  // namespace

TEST_CASE("The registry finds every name and its owner", "[modules][registry]") {
    const auto registry = with_checkin();
    CHECK(registry->command("checkin.open").type->name == "checkin.open");
    CHECK(registry->command("checkin.open").module->manifest().id == "checkin");
    CHECK(registry->command("checkin.nothing").module == nullptr);
    CHECK(registry->event("checkin.reported").type->version == 3);
    CHECK(registry->event("case.case-opened").type == nullptr);
    CHECK(registry->view("checkin.board").type->id == "checkin.board");
    CHECK(registry->view("checkin.open").type == nullptr);
    CHECK(registry->module("checkin") == registry->modules()[0].get());
    CHECK(registry->module("case") == nullptr);
    CHECK(registry->knows_stream_kind("roll"));
    CHECK_FALSE(registry->knows_stream_kind("case"));
    CHECK(Registry::make({}).value()->modules().empty());
}

TEST_CASE("Two owners of one thing are refused, both named", "[modules][registry]") {
    json a = manifest("a");
    json b = manifest("b");
    CHECK(verdict({a, b}).empty());
    CHECK(
        verdict({a, a}) ==
        "SVP-140 a 1.0.0: module id 'a' is declared here and by a 1.0.0. Load only one of them"
    );
    a["owns"] = {"roll"};
    b["owns"] = {"roll"};
    CHECK(
        verdict({a, b}) ==
        "SVP-140 b 1.0.0: stream kind 'roll' is declared here and by a 1.0.0. Load only one of them"
    );
}

TEST_CASE("What a module needs of others must be there", "[modules][registry]") {
    json owner = manifest("a");
    owner["owns"] = {"roll"};
    json user = manifest("b");
    user["extends"] = {"roll"};
    CHECK(verdict({owner, user}).empty());
    CHECK(verdict({user, owner}).empty());
    CHECK(verdict({user}).starts_with(
        "SVP-141 b 1.0.0: 'extends' names stream kind 'roll', which no loaded module owns"
    ));
    user = manifest("b");
    user["folds"] = json::array({{{"stream", "roll"}, {"events", {"a.*"}}}});
    CHECK(verdict({owner, user}).empty());
    CHECK(verdict({user}).starts_with("SVP-141 b 1.0.0: 'folds'"));
    user["folds"][0]["events"] = {"a.opened"};
    CHECK(verdict({owner, user})
              .starts_with("SVP-142 b 1.0.0: 'folds' of roll names event 'a.opened'"));
    const json view{{"id", "b.board"},     {"version", 1},   {"key", "stream"},
                    {"on", {"*"}},         {"summary", "x"}, {"schema", {{"type", "object"}}},
                    {"streams", {"sheet"}}};
    user = manifest("b");
    user["views"] = json::array({view});
    CHECK(verdict({owner, user}).starts_with("SVP-141 b 1.0.0: view b.board"));
    user["views"][0]["streams"] = {"roll"};
    CHECK(verdict({owner, user}).empty());
    user["views"][0]["on"] = {"a.opened"};
    CHECK(verdict({owner, user}).starts_with("SVP-142 b 1.0.0: view b.board"));
}

TEST_CASE("A reaction sends only what exists and lets itself be sent", "[modules][registry]") {
    json owner = manifest("a");
    owner["owns"] = {"roll"};
    owner["folds"] = json::array({{{"stream", "roll"}, {"events", {"*"}}}});
    owner["events"] = json::array(
        {{{"type", "a.opened"},
          {"version", 1},
          {"schema", {{"type", "object"}}},
          {"texts", {{"nb", "x"}, {"nn", "x"}, {"en", "x"}}}}}
    );
    owner["commands"] = json::array(
        {{{"name", "a.open"},
          {"stream", "roll"},
          {"summary", "x"},
          {"roles", {"coordinator"}},
          {"schema", {{"type", "object"}}}}}
    );
    json user = manifest("b");
    user["reactions"] = json::array({{{"on", {"a.opened"}}, {"sends", {"a.close"}}}});
    CHECK(verdict({owner, user})
              .starts_with(
                  "SVP-143 b 1.0.0: a reaction sends 'a.close', which no loaded module declares"
              ));
    user["reactions"][0]["sends"] = {"a.open"};
    CHECK(verdict({owner, user}).find("whose roles lack 'system:reaction'") != std::string::npos);
    owner["commands"][0]["roles"] = {"system:reaction"};
    CHECK(verdict({owner, user}).empty());
    user["reactions"][0]["on"] = {"a.closed"};
    CHECK(verdict({owner, user}).starts_with("SVP-142 b 1.0.0: a reaction names event 'a.closed'"));
}

TEST_CASE("Old events are brought to the newest version step by step", "[modules][registry]") {
    const auto registry = with_checkin();
    EventIn event;
    event.type = "checkin.reported";
    event.stream_kind = "roll";
    event.data = R"({"who":"ada","ok":false})";
    const auto from_1 = registry->upcast(event).value();
    CHECK(from_1.version == 3);
    CHECK(
        json::parse(from_1.data) ==
        json({{"who", "ada"}, {"status", "needs-help"}, {"late", false}})
    );

    event.version = 2;
    event.data = R"({"who":"ada","status":"safe"})";
    const auto from_2 = registry->upcast(event).value();
    CHECK(from_2.version == 3);
    CHECK(json::parse(from_2.data) == json({{"who", "ada"}, {"status", "safe"}, {"late", false}}));

    event.version = 3;
    event.data = R"({"who":"ada","status":"safe","late":true})";
    CHECK(registry->upcast(event)->data == *event.data);

    event.version = 4;  // written by a newer build of the module
    CHECK(registry->upcast(event)->version == 4);
    event.type = "checkin.unknown";
    event.version = 1;
    CHECK(registry->upcast(event)->data == *event.data);
    event.type = "checkin.reported";
    event.data = std::nullopt;
    CHECK(registry->upcast(event)->version == 1);
    CHECK(registry->upcast(event)->data.empty());
    event.data = R"({"who":"ada"})";
    CHECK(registry->upcast(event).error().code == samvev::ErrorCode::module_fault);
}
