#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/table.hpp"
#include "views/entry_coder.hpp"
#include "views/event_window.hpp"
#include "views/parallel.hpp"
#include "views/view_store.hpp"

namespace samvev::views {

// Why a view cannot go past an event. Ids only, no content.
struct FoldFailure {
    store::Position position;
    std::string event_id;
    Error error;
};

// What a window does to one generation of a view: apply `changes` and it stands at `next`. With a
// failure, `next` is the position of the event that failed, and what comes before is in the
// changes.
struct FoldedWindow {
    store::TableBatch changes;
    store::Position next;
    std::optional<FoldFailure> failure;
};

// Folds a window into the documents of one generation: groups the events by document in their
// order, folds each document once, on all workers, and works out rows and index entries. The result
// does not depend on how many workers there are or how the log was cut into windows.
[[nodiscard]] FoldedWindow fold_window(
    const EventWindow& window, const EntryCoder& coder, const StoredGeneration& generation,
    const Workers& workers
);

}  // namespace samvev::views
