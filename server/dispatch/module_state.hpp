#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"

namespace samvev::dispatch {

// One module's folded state of one stream, and what `expectedRevision` is compared with.
// A cache: dropping it and loading it again gives the same. One thread at a time.
class ModuleState {
public:
    // From the newest usable snapshot and the durable events after it. The stream may not exist.
    // Fails with module_fault, corrupt, unavailable. May block on disk.
    [[nodiscard]] static Result<ModuleState> load(
        const store::EventLog& log, const modules::Registry& registry,
        const modules::Module& module, store::LogId log_id, const store::StreamId& stream
    );

    // Folds the durable events that have come since. May block on disk.
    [[nodiscard]] Result<std::monostate> catch_up(
        const store::EventLog& log, const modules::Registry& registry, store::LogId log_id,
        const store::StreamId& stream
    );

    // Folds further events, all of them next in the stream; those the module does not fold count
    // only.
    [[nodiscard]] Result<std::monostate> apply(std::span<const modules::EventIn> events);

    [[nodiscard]] const modules::StateHandle& handle() const noexcept { return *handle_; }
    // The revision the next event of the stream will have; 0 when it does not exist.
    [[nodiscard]] std::uint64_t next_revision() const noexcept { return next_revision_; }
    // The last event of this module in the stream, or about the entity.
    [[nodiscard]] std::optional<std::uint64_t> own_revision() const noexcept {
        return own_revision_;
    }
    [[nodiscard]] std::optional<std::uint64_t> entity_revision(std::string_view entity) const;
    [[nodiscard]] Result<std::string> saved() const { return module_->save_state(*handle_); }

    // Writes a snapshot when enough events have come since the last one. Call only when everything
    // folded is durable: a snapshot ahead of the log would outlive a crash that the events did not.
    void maybe_snapshot(store::EventLog& log, store::LogId log_id, const store::StreamId& stream);

private:
    ModuleState(const modules::Module& module, std::unique_ptr<modules::StateHandle> handle)
        : module_(&module), handle_(std::move(handle)) {}

    const modules::Module* module_;
    std::unique_ptr<modules::StateHandle> handle_;
    std::uint64_t next_revision_ = 0;
    std::uint64_t snapshot_revision_ = 0;  // next_revision_ at the last snapshot
    std::optional<std::uint64_t> own_revision_;
    std::map<std::string, std::uint64_t, std::less<>> entity_revisions_;
};

}  // namespace samvev::dispatch
