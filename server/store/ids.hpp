#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/strong_id.hpp"
#include "base/uuid.hpp"

namespace samvev::store {

// A municipality (its four-digit number), a network or a host. 0 is the server itself.
using TenantId = base::StrongId<struct TenantTag, std::uint32_t>;
// Index of an event in its log: 0-based, gapless.
using Position = base::StrongId<struct PositionTag, std::uint64_t>;
// Index of an event in its stream: 0-based, gapless.
using Revision = base::StrongId<struct RevisionTag, std::uint64_t>;
using EventId = base::StrongId<struct EventTag, base::Uuid>;
using CommandId = base::StrongId<struct CommandTag, base::Uuid>;

// Stored: never renumber.
enum class LogKind : std::uint8_t {
    domain = 0,  // what happened in cases
    access = 1,  // who read what
    system = 2,  // modules, keys, settings, refused timers
};

// One append-only, totally ordered history.
struct LogId {
    TenantId tenant{};
    LogKind kind = LogKind::domain;
    friend auto operator<=>(const LogId&, const LogId&) = default;
};

// The history of one thing inside a log: "case/018f…".
struct StreamId {
    std::string kind;
    base::Uuid id;
    // "kind/uuid".
    [[nodiscard]] std::string text() const { return kind + "/" + id.text(); }
    // Absent unless `text` is kind, one slash, UUID.
    [[nodiscard]] static std::optional<StreamId> parse(std::string_view text);
    friend auto operator<=>(const StreamId&, const StreamId&) = default;
};

}  // namespace samvev::store

template <>
struct std::hash<samvev::store::StreamId> {
    std::size_t operator()(const samvev::store::StreamId& stream) const noexcept {
        return std::hash<std::string>{}(stream.kind) ^
               (std::hash<samvev::base::Uuid>{}(stream.id) * 3);
    }
};
