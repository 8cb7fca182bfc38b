#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/calendar_text.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "modules/manifest.hpp"

namespace samvev::modules {

// An event as modules see it. Views live as long as the call.
struct EventIn {
    std::uint64_t revision = 0;
    base::Timestamp recorded_at{};
    std::string_view id;
    std::string_view stream_kind;
    std::string_view stream_id;
    std::string_view type;
    std::uint32_t version = 1;
    std::string_view entity;
    std::string_view occurred_on;
    std::string_view actor;
    std::string_view role;
    std::string_view unit;
    std::optional<std::string_view> data;  // JSON object; absent = removed or withheld
};

struct CommandIn {
    std::uint32_t version = 1;
    base::Timestamp now{};
    std::array<std::uint64_t, 2> seed{};
    std::optional<std::uint64_t> revision;  // absent: the stream does not exist
    std::string_view command_id;
    std::string_view stream_kind;
    std::string_view stream_id;
    std::string_view name;
    std::string_view actor;
    std::string_view roles;  // JSON array
    std::string_view unit;
    std::string_view occurred_on;
    std::optional<std::string_view> due_at;
    std::string_view data;     // JSON object
    std::string_view context;  // JSON object
    std::string_view config = "{}";
};

struct EventOut {
    std::string type;
    std::uint32_t version = 1;
    std::string entity;
    std::string data;
};
struct TimerOut {
    std::string name;
    base::Timestamp due{};
    std::string command;
    std::string data;
};
struct ClaimOut {
    enum class Kind { take, release } kind = Kind::take;
    std::string name;
    std::string key;  // in the clear: the host hashes it
};
struct Rejection {
    std::string code;
    std::string field;   // JSON pointer or empty
    std::string params;  // JSON object or empty
};
// Either rejections, or what to write (which may be nothing: `changed: false`).
struct DecisionOut {
    std::vector<EventOut> events;
    std::vector<TimerOut> timers;
    std::vector<std::string> timer_clears;
    std::vector<ClaimOut> claims;
    std::vector<Rejection> rejections;
};
struct CommandOut {
    std::string label;
    std::string command;
    std::string stream_kind;
    std::string stream_id;
    std::string data;
};

// A module's folded state of one stream: a cache. Dropping it and folding again gives the same.
// One thread at a time; must not outlive the module.
class StateHandle {
public:
    StateHandle() = default;
    virtual ~StateHandle() = default;
    StateHandle(const StateHandle&) = delete;
    StateHandle& operator=(const StateHandle&) = delete;
};

// A unit of domain logic behind the C ABI. Everything a module declares is enforced here, for
// every implementation: an undeclared event, rejection, claim or timer is a module_fault, and
// emitted data that does not fit its schema too.
// Errors: module_fault (bug in the module: this call only), unsupported, invalid_argument.
// Concurrency: [any thread]; a StateHandle is used by one thread at a time.
class Module {
public:
    Module() = default;
    Module(const Module&) = delete;
    Module& operator=(const Module&) = delete;
    virtual ~Module() = default;

    [[nodiscard]] virtual const Manifest& manifest() const noexcept = 0;

    [[nodiscard]] virtual Result<std::unique_ptr<StateHandle>> open_state(
        std::string_view stream_kind, std::optional<std::string_view> snapshot
    ) const = 0;
    // Events that the module does not fold must have been left out already (Manifest::folds).
    [[nodiscard]] virtual Result<std::monostate> apply(
        StateHandle& state, std::span<const EventIn> events
    ) const = 0;
    [[nodiscard]] virtual Result<std::string> save_state(const StateHandle& state) const = 0;
    [[nodiscard]] virtual Result<DecisionOut> decide(
        const StateHandle& state, const CommandIn& command
    ) const = 0;
    // The new document; absent = the document is dropped.
    [[nodiscard]] virtual Result<std::optional<std::string>> fold(
        std::string_view view, std::string_view key, std::optional<std::string_view> document,
        std::span<const EventIn> events
    ) const = 0;
    // Data of the next version.
    [[nodiscard]] virtual Result<std::string> upcast(const EventIn& event) const = 0;
    [[nodiscard]] virtual Result<std::vector<CommandOut>> react(const EventIn& event) const = 0;
};

}  // namespace samvev::modules
