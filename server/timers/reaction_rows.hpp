#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/ids.hpp"
#include "store/payload_seal.hpp"
#include "store/table.hpp"
#include "timers/reactor.hpp"

namespace samvev::timers {

// What the reactor keeps in the table. Stored: never change.
//
//   position  := "reactor/at/" tenant module             → u64 next position
//   activated := "reactor/activated/" module             → empty
//   parked    := "reactor/parked/" tenant module %x00 position index → event-id why
//   why       := reason | %x01 stream sealed        ; sealed at the row's key, for that stream
//   stream    := u8 size, kind, 16 id
//   tenant    := u32 ; position := u64 ; index := u8 ; integers big-endian
//   event-id  := 36 characters
//
// A module is activated once for the whole server: the tenants there are then start at their head,
// those that come into being later at 0.
class ReactionRows {
public:
    // Both outlive this. With a seal, reasons are sealed with the key of the event's stream.
    ReactionRows(store::Table& table, store::PayloadSeal* seal) : table_(table), seal_(seal) {}

    struct Start {
        store::TenantId tenant;
        store::Position next;
    };
    [[nodiscard]] Result<bool> is_activated(std::string_view module) const;
    // Durable when it returns: activated again, later, would leave out what happened in between.
    [[nodiscard]] Result<std::monostate> activate(
        std::string_view module, std::span<const Start> tenants
    );
    // Absent: the tenant is younger than the module's activation.
    [[nodiscard]] Result<std::optional<store::Position>> position(
        store::TenantId tenant, std::string_view module
    ) const;
    [[nodiscard]] Result<std::monostate> set_position(
        store::TenantId tenant, std::string_view module, store::Position next
    );

    struct ParkedCommand {
        store::TenantId tenant;
        std::string_view module;
        store::Position position;  // of the event
        std::uint8_t index = 0;    // of the command among those that the event caused
        std::string event;         // UUID text
        store::StreamId stream;    // of the event
        std::string reason;
    };
    // The same one again replaces itself.
    [[nodiscard]] Result<std::monostate> park(const ParkedCommand& command);
    // At most limits::parked_page_max, by tenant, module and position.
    [[nodiscard]] Result<std::vector<Reactor::Parked>> parked() const;

private:
    [[nodiscard]] Result<std::string> why(const ParkedCommand& command, std::string_view key) const;
    [[nodiscard]] std::string reason(
        store::TenantId tenant, std::string_view key, std::string_view why
    ) const;

    store::Table& table_;
    store::PayloadSeal* const seal_;
};

}  // namespace samvev::timers
