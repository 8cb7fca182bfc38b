#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/event_log.hpp"
#include "store/table.hpp"
#include "views/document_seal.hpp"
#include "views/entry_coder.hpp"
#include "views/key_format.hpp"
#include "views/view_catalog.hpp"
#include "views/view_state.hpp"

namespace samvev::views {

// Which generation of a view is meant.
enum class Slot : std::uint8_t { active = 0, building = 1 };

// Why a generation stands still, and for how many steps more before it is tried again.
struct Pause {
    std::string reason;  // ids only, no content
    store::Position position;
    unsigned failures = 0;
    unsigned steps_to_wait = 0;
};

// One view of one tenant: which generation answers, which is being built, how far they are.
//
// The state on disk and the documents change in one batch; after a crash it is read back and
// folding goes on from there. A generation that was made by another definition of the view, or from
// another history of the log, keeps answering while a new one is built from position 0.
//
// Concurrency: one thread at a time, except the functions below `Read`: [any thread].
class TenantView {
public:
    // `table` and `seal` (or null) outlive it.
    TenantView(
        const CatalogView& view, store::TenantId tenant, std::string_view index_key,
        store::Table& table, store::PayloadSeal* seal
    );

    // Reads the state back and removes rows that belong to no generation. Also after a failed
    // write: what stands in the table decides. Fails with unavailable.
    [[nodiscard]] Result<std::monostate> load(const store::LogHead& head);
    [[nodiscard]] bool loaded() const noexcept { return loaded_; }

    // Whether that generation is to be folded, and from where.
    [[nodiscard]] bool folds(Slot slot) const noexcept;
    [[nodiscard]] store::Position next(Slot slot) const noexcept;
    [[nodiscard]] GenerationNumber number(Slot slot) const noexcept;
    [[nodiscard]] const ViewState& state() const noexcept { return state_; }
    // Nothing is left to do before something is committed behind `head`.
    [[nodiscard]] bool is_settled(store::Position head) const noexcept;

    // Writes `changes` and the new position in one batch. A building generation that has reached
    // `head` takes over in the same batch. A new position alone is written now and then only: what
    // lies between does not matter to the view. When the write fails, load() before anything else.
    [[nodiscard]] Result<std::monostate> advance(
        Slot slot, store::TableBatch changes, store::Position next, store::Position head
    );
    // Starts a new generation at position 0, in place of one that is being built.
    [[nodiscard]] Result<std::monostate> start_building(const store::LogHead& head);
    [[nodiscard]] Result<std::monostate> abandon_building();
    // Takes away the rows of generations that answer no longer and that nobody reads any more.
    [[nodiscard]] Result<std::monostate> remove_retired();

    [[nodiscard]] const std::optional<Pause>& pause(Slot slot) const noexcept {
        return pauses_[at(slot)];
    }
    void set_pause(Slot slot, std::optional<Pause> pause);

    // --- Read ---
    [[nodiscard]] const CatalogView& view() const noexcept { return coder_.view(); }
    [[nodiscard]] const EntryCoder& coder() const noexcept { return coder_; }
    [[nodiscard]] const DocumentSeal& seal() const noexcept { return seal_; }
    [[nodiscard]] store::TenantId tenant() const noexcept { return tenant_; }
    [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }
    // How far the answering generation is in the log as it is now; 0 when that is unknown.
    [[nodiscard]] store::Position position() const;
    // Why folding stands still, or empty.
    [[nodiscard]] std::string paused() const;

    // Keeps the answering generation in the table for as long as it lives.
    class Pin {
    public:
        explicit Pin(const TenantView& view);
        Pin(const Pin&) = delete;
        Pin& operator=(const Pin&) = delete;
        ~Pin();
        // Absent: the view has never been loaded.
        [[nodiscard]] std::optional<GenerationNumber> number() const noexcept { return number_; }

    private:
        const TenantView& view_;
        std::optional<GenerationNumber> number_;
    };

private:
    struct Published {
        std::optional<GenerationNumber> active;
        store::Position position;
        std::array<std::string, 2> paused;
    };

    [[nodiscard]] static std::size_t at(Slot slot) noexcept {
        return static_cast<std::size_t>(slot);
    }
    [[nodiscard]] Generation first_generation(GenerationNumber number, const store::LogHead& head)
        const;
    [[nodiscard]] bool is_same_history(const Generation& generation, const store::LogHead& head)
        const noexcept;
    [[nodiscard]] bool is_current(const Generation& generation, const store::LogHead& head)
        const noexcept;
    [[nodiscard]] Result<std::monostate> remove_strays(const std::optional<ViewState>& state) const;
    void remove_rows(store::TableBatch& batch, GenerationNumber generation) const;
    [[nodiscard]] Result<std::monostate> write(store::TableBatch batch, ViewState state);
    void publish();

    const EntryCoder coder_;
    const DocumentSeal seal_;
    const store::TenantId tenant_;
    const std::string prefix_;
    store::Table& table_;

    bool loaded_ = false;
    bool active_folds_ = false;   // The active generation is of the present definition and history.
    bool active_counts_ = false;  // Its position is one of the present history.
    ViewState state_;
    store::Position written_;  // The active generation's position in the table.
    std::vector<GenerationNumber> retired_;
    std::array<std::optional<Pause>, 2> pauses_;

    mutable std::mutex mutex_;  // Guards published_ and pins_.
    Published published_;
    mutable std::map<GenerationNumber, std::size_t> pins_;
};

}  // namespace samvev::views
