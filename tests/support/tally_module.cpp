#include "support/tally_module.hpp"

#include <catch2/catch.hpp>
#include <samvev/plugin.hpp>

#include "modules/in_process.hpp"

namespace samvev::test {
namespace {

struct Tally {
    bool open = false;
    std::string name;
    int limit = 0;
    int sum = 0;
};

void to_json(json& out, const Tally& tally) {
    out = {{"open", tally.open}, {"name", tally.name}, {"limit", tally.limit}, {"sum", tally.sum}};
}

void from_json(const json& in, Tally& tally) {
    tally = {in.at("open"), in.at("name"), in.at("limit"), in.at("sum")};
}

struct TallyModule : Module<TallyModule, Folds<"tally", Tally>> {
    static void decide(const Tally& tally, const Command& command, Decision& decision) {
        if (command.is("tally.open")) {
            if (decision.require(!command.stream_exists(), "tally.exists")) {
                decision.claim("tally.name", command.data().get("name"));
                decision.emit("tally.opened", 1, command.data().raw());
            }
        } else if (command.is("tally.add")) {
            add(tally, command.data().get<int>("by"), command.data().find("itemId").value_or(""),
                decision);
        } else if (command.is("tally.add-as-other")) {
            const auto other = command.context<Tally>("other");
            if (decision.require(other.has_value(), "tally.no-other", "/otherId")) {
                add(tally, other->sum, "", decision);
            }
        } else if (command.is("tally.close") || command.is("tally.expire")) {
            close(tally, command, decision);
        } else if (command.is("tally.close-other")) {
            decision.emit("tally.close-asked", 1, {{"otherId", command.data().get("otherId")}});
        } else {
            decision.unsupported();
        }
    }

    static void evolve(Tally& tally, const Event& event) {
        if (event.is("tally.opened")) {
            tally = {true, event.data().get("name"), event.data().get<int>("limit"), 0};
        } else if (event.is("tally.added")) {
            tally.sum += event.data().get<int>("by");
        } else if (event.is("tally.closed")) {
            tally.open = false;
        }
    }

    static void project(
        std::string_view view, std::string_view, json& document, const Event& event
    ) {
        if (view == "tally.items") {
            document = {{"tally", event.stream_id()}, {"by", event.data().get<int>("by")}};
            return;
        }
        if (event.is("tally.opened")) {
            document = {{"name", event.data().get("name")}, {"sum", 0}, {"open", true}};
        } else if (event.is("tally.added")) {
            document["sum"] = document["sum"].get<int>() + event.data().get<int>("by");
        } else if (event.is("tally.closed")) {
            document["open"] = false;
        }
    }

    static void react(const Event& event, Reaction& reaction) {
        reaction.send("close", "tally.close", "tally", event.data().get("otherId"));
    }

private:
    static void add(const Tally& tally, int by, std::string_view item, Decision& decision) {
        decision.require(tally.open, "tally.closed");
        decision.require(
            tally.sum + by <= tally.limit, "tally.too-much", "/by", {{"limit", tally.limit}}
        );
        if (!decision.rejected() && by != 0) {
            decision.emit("tally.added", 1, {{"by", by}}, item);
        }
    }

    static void close(const Tally& tally, const Command& command, Decision& decision) {
        if (!decision.require(tally.open, "tally.closed")) {
            return;
        }
        if (command.data().has("inSeconds")) {
            const auto due =
                command.now() + std::chrono::seconds(command.data().get<int>("inSeconds"));
            decision.set_timer("close", due, "tally.expire");
            decision.emit("tally.close-planned", 1, json::object());
            return;
        }
        if (!command.due_at()) {
            decision.clear_timer("close");
        }
        decision.release("tally.name", tally.name);
        decision.emit("tally.closed", 1, {{"dueAt", std::string(command.due_at().value_or(""))}});
    }
};

constexpr std::string_view manifest = R"({
  "manifest": 1, "id": "tally", "version": "1.0.0", "abi": "1.0", "stateVersion": 1,
  "title": {"nb": "Telling", "nn": "Teljing", "en": "Tally"}, "isolation": "in-process-ok",
  "owns": ["tally"],
  "folds": [{"stream": "tally", "events": ["tally.*"]}],
  "events": [
    {"type": "tally.opened", "version": 1, "texts": {"nb": "Telling", "nn": "Teljing", "en": "Tally"}, "labels": {"topic": "test", "confidentiality": "internal"},
     "schema": {"type": "object", "required": ["name", "limit"], "additionalProperties": false,
                "properties": {"name": {"type": "string"}, "limit": {"type": "integer"}}}},
    {"type": "tally.added", "version": 1, "texts": {"nb": "Telling", "nn": "Teljing", "en": "Tally"}, "labels": {"topic": "test", "confidentiality": "internal"},
     "schema": {"type": "object", "required": ["by"], "properties": {"by": {"type": "integer"}}}},
    {"type": "tally.close-planned", "version": 1, "texts": {"nb": "Telling", "nn": "Teljing", "en": "Tally"}, "labels": {"topic": "test", "confidentiality": "internal"},
     "schema": {"type": "object"}},
    {"type": "tally.close-asked", "version": 1, "texts": {"nb": "Telling", "nn": "Teljing", "en": "Tally"}, "labels": {"topic": "test", "confidentiality": "internal"},
     "schema": {"type": "object"}},
    {"type": "tally.closed", "version": 1, "texts": {"nb": "Telling", "nn": "Teljing", "en": "Tally"}, "labels": {"topic": "test", "confidentiality": "internal"},
     "schema": {"type": "object"}}
  ],
  "commands": [
    {"name": "tally.open", "stream": "tally", "creates": true, "summary": "Opens a tally.", "roles": ["counter"],
     "schema": {"type": "object", "required": ["name", "limit"], "additionalProperties": false,
                "properties": {"name": {"type": "string", "minLength": 1}, "limit": {"type": "integer", "minimum": 1}}},
     "emits": ["tally.opened@1"], "rejects": ["tally.exists", "tally.name-taken"], "claims": ["tally.name"]},
    {"name": "tally.add", "stream": "tally", "summary": "Adds to a tally.", "roles": ["counter"], "entity": "/itemId",
     "schema": {"type": "object", "required": ["by"], "additionalProperties": false,
                "properties": {"by": {"type": "integer"}, "itemId": {"type": "string", "format": "uuid"}}},
     "emits": ["tally.added@1"], "rejects": ["tally.closed", "tally.too-much"]},
    {"name": "tally.add-as-other", "stream": "tally", "summary": "Adds what another holds.", "roles": ["counter"],
     "schema": {"type": "object", "required": ["otherId"], "additionalProperties": false,
                "properties": {"otherId": {"type": "string", "format": "uuid"}}},
     "reads": [{"as": "other", "stream": "tally", "id": "/otherId"}],
     "emits": ["tally.added@1"], "rejects": ["tally.closed", "tally.too-much", "tally.no-other"]},
    {"name": "tally.close", "stream": "tally", "summary": "Closes a tally.",
     "roles": ["counter", "system:timer", "system:reaction"],
     "schema": {"type": "object", "additionalProperties": false, "properties": {"inSeconds": {"type": "integer"}}},
     "emits": ["tally.closed@1", "tally.close-planned@1"], "rejects": ["tally.closed"], "claims": ["tally.name"],
     "timers": ["close"]},
    {"name": "tally.expire", "stream": "tally", "summary": "Closes a tally whose time is up.",
     "roles": ["system:timer"], "schema": {"type": "object", "additionalProperties": false},
     "emits": ["tally.closed@1"], "rejects": ["tally.closed"], "claims": ["tally.name"]},
    {"name": "tally.close-other", "stream": "tally", "summary": "Asks for another to be closed.", "roles": ["counter"],
     "schema": {"type": "object", "required": ["otherId"], "additionalProperties": false,
                "properties": {"otherId": {"type": "string", "format": "uuid"}}},
     "emits": ["tally.close-asked@1"]}
  ],
  "rejections": {
    "tally.exists": {"nb": "Finnes.", "nn": "Finst.", "en": "Exists."},
    "tally.closed": {"nb": "Lukket.", "nn": "Lukka.", "en": "Closed.", "paragraph": "telleloven § 1"},
    "tally.too-much": {"nb": "For mye.", "nn": "For mykje.", "en": "Too much."},
    "tally.no-other": {"nb": "Finnes ikke.", "nn": "Finst ikkje.", "en": "There is no such tally."},
    "tally.name-taken": {"nb": "Opptatt.", "nn": "Oppteke.", "en": "The name is taken."}
  },
  "claims": {"tally.name": {"rejection": "tally.name-taken"}},
  "views": [
    {"id": "tally.sum", "version": 1, "summary": "Sums.", "key": "stream", "streams": ["tally"],
     "on": ["tally.opened", "tally.added", "tally.closed"], "indexes": [{"name": "byName", "fields": ["/name"]}],
     "schema": {"type": "object"}},
    {"id": "tally.items", "version": 1, "summary": "Items.", "key": "event", "streams": ["tally"], "on": ["tally.added"],
     "indexes": [{"name": "byTally", "fields": ["/tally", "/by"]}], "readRoles": ["counter"],
     "schema": {"type": "object"}}
  ],
  "reactions": [{"on": ["tally.close-asked"], "sends": ["tally.close"]}]
})";

}  // namespace

std::unique_ptr<modules::Module> make_tally_module() {
    static const samvev_entry entry = TallyModule::entry({manifest.data(), manifest.size()});
    auto module = modules::make_builtin_module(entry);
    if (!module) {
        FAIL(module.error().message);
    }
    return std::move(*module);
}

}  // namespace samvev::test
