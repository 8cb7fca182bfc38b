#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace samvev::modules {

// A compiled JSON Schema (draft-07). `format` is limited to date, date-time, uuid and uri with
// parsers of our own; a manifest that uses `pattern` is refused (std::regex costs 160 µs a call).
class Schema {
public:
    Schema() = default;
    Schema(const Schema&) = delete;
    Schema& operator=(const Schema&) = delete;
    virtual ~Schema() = default;
    // Fails with invalid_argument; data: {"violations":[{"field":"/dueOn","problem":"…"}, …]}. [any
    // thread]
    [[nodiscard]] virtual Result<std::monostate> check(std::string_view json_text) const = 0;
    // The schema itself, as JSON text.
    [[nodiscard]] virtual const std::string& text() const noexcept = 0;
};

enum class Confidentiality { open, internal, restricted, strict };

// Where a label's value comes from: a constant, or a JSON pointer into the event's data.
struct LabelSource {
    std::string constant;
    std::string pointer;  // starts with '/', or empty
    [[nodiscard]] bool empty() const noexcept { return constant.empty() && pointer.empty(); }
};

struct EventType {
    std::string type;
    std::uint32_t version = 1;
    std::shared_ptr<const Schema> schema;
    bool upcast = false;  // a newer version exists; upcast() leads there
    LabelSource topic;
    LabelSource owner_unit;
    LabelSource occurred_on;
    std::vector<LabelSource> subjects;
    std::vector<LabelSource> audience;
    Confidentiality confidentiality = Confidentiality::internal;
    std::map<std::string, std::string> texts;  // language -> what happened, for timelines
    std::uint32_t weight = 2;  // 1 hidden in compact timelines, 2 normal, 3 milestone
    std::string example;       // JSON object or empty
};

// A stream whose state the decision needs besides its own: each revision read becomes a check.
struct ContextRead {
    std::string name;  // member of command.context
    std::string stream_kind;
    std::string id_pointer;  // JSON pointer into the command's data; absent value = not read
};

struct CommandType {
    std::string name;
    std::string stream_kind;
    bool creates = false;  // may be the first of its stream
    // What it takes besides a role: to steer the case (the coordinator, or a leader who must), to
    // take part in it, to have been asked, or an emergency: its start, its end and its review.
    // `declare` is open to who has not signed the declaration of confidentiality yet.
    enum class Access { steer, contribute, answer, emergency, declare } access = Access::steer;
    // any of these; "system:timer", "system:reaction", "system:door" (the server at its doors)
    std::vector<std::string> roles;
    // Who was let in by an invitation, at a low level of login, may send it too.
    bool at_low_login = false;
    // The host draws a one-time code: its `locator` and `codeDigest` join the data, the code itself
    // the first answer and nothing else.
    bool one_time_code = false;
    std::shared_ptr<const Schema> schema;  // of data alone (without target id, commandId, …)
    std::string entity_pointer;        // JSON pointer to the entity for expectedRevision, or empty
    std::vector<std::string> emits;    // "type@version"
    std::vector<std::string> rejects;  // codes
    std::vector<std::string> claims;   // claim names
    std::vector<std::string> timers;   // timer names
    std::vector<ContextRead> reads;
    std::string summary;  // one English sentence for OpenRPC
    std::string example;  // JSON object: a data example, or empty
};

struct RejectionType {
    std::string code;
    std::string paragraph;                     // source of law, or empty
    std::map<std::string, std::string> texts;  // language -> sentence
};

struct IndexType {
    std::string name;
    // JSON pointers into the document. All but the last are matched by equality, the last orders
    // and takes a range. A field that holds an array gives one entry per element.
    std::vector<std::string> fields;
    bool personal = false;  // first field is stored only as HMAC
};

struct ViewType {
    std::string id;  // "case.overview"; also a query method
    std::uint32_t version = 1;
    enum class Key { stream, entity, event, pointer } key = Key::stream;
    std::string key_pointer;                // with Key::pointer: into the event's data
    std::string about;                      // with Key::pointer: the document's stream; else empty
    bool search = false;                    // tells who there is to staff who look for somebody
    std::vector<std::string> stream_kinds;  // streams it is folded from; empty = all
    std::vector<std::string> on;            // event types, "case.*" or "*"
    std::vector<IndexType> indexes;
    std::vector<std::string> read_roles;   // empty = every authenticated member of the tenant
    std::vector<std::string> provides;     // "waiting-item/1", "deadline/1"
    std::shared_ptr<const Schema> schema;  // of the document
    std::string summary;
    std::string example;  // JSON object: query params that work on the demo data
    [[nodiscard]] bool takes(std::string_view stream_kind, std::string_view event_type)
        const noexcept;
};

struct ReactionType {
    std::vector<std::string> on;     // event types, exact
    std::vector<std::string> sends;  // command names
};

struct Fold {
    std::string stream_kind;
    std::vector<std::string> events;  // types, "case.*" or "*"
};

// What a module says of itself; parsed and checked once. See sdk/README.md for the JSON.
struct Manifest {
    std::string id;  // also namespace and folder name: "individual-plan"
    std::string version;
    std::string abi;                  // "1.0": the plugin ABI it needs
    bool in_process_allowed = false;  // "isolation": "in-process-ok"; else a child process only
    std::uint32_t state_version = 1;
    std::map<std::string, std::string> titles;
    std::vector<std::string> owns;     // stream kinds
    std::vector<std::string> extends;  // stream kinds of other modules
    std::vector<Fold> folds;           // what the states are folded from
    std::vector<EventType> events;
    std::vector<CommandType> commands;
    std::map<std::string, RejectionType, std::less<>> rejections;
    std::map<std::string, std::string, std::less<>> claims;  // claim name -> rejection code
    std::vector<ViewType> views;
    std::vector<ReactionType> reactions;

    [[nodiscard]] const CommandType* find_command(std::string_view name) const noexcept;
    [[nodiscard]] const EventType* find_event(std::string_view type, std::uint32_t version)
        const noexcept;
    // The highest version of that type, 0 when unknown.
    [[nodiscard]] std::uint32_t latest_version(std::string_view type) const noexcept;
    [[nodiscard]] const ViewType* find_view(std::string_view id) const noexcept;
    // Whether the state of a stream of that kind is folded from events of that type.
    [[nodiscard]] bool folds_event(std::string_view stream_kind, std::string_view event_type)
        const noexcept;
    [[nodiscard]] bool folds_stream(std::string_view stream_kind) const noexcept;
};

// "case.*" takes every type that starts with "case."; "*" takes all.
[[nodiscard]] bool matches_type(std::string_view pattern, std::string_view type) noexcept;

// Parses a bundled manifest. Fails with invalid_argument, the message in the form
// "SVP-104 individual-plan 1.2.0: <what>: <both sides>. <what to do>".
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view json_text);

}  // namespace samvev::modules
