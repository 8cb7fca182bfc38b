#pragma once

#include <samvev/plugin.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "modules/manifest.hpp"
#include "modules/module.hpp"

namespace samvev::modules {

// One call into a module: what it may say, and what it said. The functions of host_table() write
// here; what the manifest does not declare is refused, and a refused output makes the whole call a
// module_fault even if the module goes on as if nothing had happened.
struct Call {
    enum class Operation { open, apply, save, decide, fold, upcast, react };

    Operation operation = Operation::open;
    const Manifest* manifest = nullptr;
    const CommandType* command = nullptr;  // decide
    const EventType* upcast_to = nullptr;  // upcast
    std::string_view reacting_to{};        // react: type of the event

    DecisionOut decision{};                 // decide; upcast: its one event
    std::optional<std::string> document{};  // fold, save
    bool dropped = false;                   // fold
    std::vector<CommandOut> sent{};         // react
    std::string refused{};                  // the first output that was refused, and why
    std::string reported{};                 // what the module said through fault()

    [[nodiscard]] samvev_call* raw() noexcept { return reinterpret_cast<samvev_call*>(this); }
    [[nodiscard]] static Call& of(samvev_call* raw) noexcept {
        return *reinterpret_cast<Call*>(raw);
    }
    samvev_status refuse(std::string why);

    // OK when the call went well (SAMVEV_OK, or SAMVEV_REJECTED with a reason); else the error that
    // the status, the refused output and the module's own words make. `what`: "checkin: decide
    // checkin.open".
    [[nodiscard]] Result<std::monostate> finish(samvev_status status, std::string_view what) const;
};

// While one lives on this thread, the log records of modules are dropped: events are being folded.
class ReplayScope {
public:
    ReplayScope() noexcept;
    ReplayScope(const ReplayScope&) = delete;
    ReplayScope& operator=(const ReplayScope&) = delete;
    ~ReplayScope();

private:
    bool before_;
};

// What a module gets from create(): the C functions, and whose they are.
struct HostTable {
    samvev_host table{};  // first: the C side points here
    std::string module_id;
};
[[nodiscard]] HostTable make_host_table(std::string module_id);

}  // namespace samvev::modules
