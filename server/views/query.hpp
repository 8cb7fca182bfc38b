#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/ids.hpp"

namespace samvev::views {

struct Document {
    std::string key;
    std::string json;
};

// One page of an index: entries whose leading fields equal `equals`, ordered by the next field.
struct ListQuery {
    std::string view;
    std::string index;                     // empty: all documents by key
    std::vector<std::string> equals;       // JSON scalars as text, e.g. "\"2f…\"" or "3" or "true"
    std::optional<std::string> from;       // inclusive bound of the field after `equals`, JSON scalar
    std::optional<std::string> to;         // exclusive bound
    enum class Order { ascending, descending } order = Order::ascending;
    std::size_t limit = 50;                // at most limits::list_page_max
    std::string cursor;                    // from the page before, or empty
};
struct ListPage {
    std::vector<Document> documents;
    std::string next_cursor;               // empty: that was all
};

// What may be asked of the views. Documents stand at a position: everything before it is in them.
// Concurrency: [any thread]; may block on disk.
class ViewReader {
public:
    ViewReader() = default;
    ViewReader(const ViewReader&) = delete;
    ViewReader& operator=(const ViewReader&) = delete;
    virtual ~ViewReader() = default;

    // Fails with not_found (no such view).
    [[nodiscard]] virtual Result<std::optional<Document>> get(
        store::TenantId tenant, std::string_view view, std::string_view key
    ) const = 0;
    // Fails with not_found (no such view or index), invalid_argument (cursor, too many fields).
    [[nodiscard]] virtual Result<ListPage> list(store::TenantId tenant, const ListQuery& query) const = 0;
    [[nodiscard]] virtual Result<std::uint64_t> count(store::TenantId tenant, const ListQuery& query) const = 0;
    // The position the view has folded up to (exclusive).
    [[nodiscard]] virtual store::Position position(store::TenantId tenant, std::string_view view) const = 0;
    // Calls `done` once the view has folded `position` (true) or after limits::at_least_wait
    // (false). At once when it has already. `done` runs on the projector's thread.
    virtual void when_at_least(
        store::TenantId tenant, std::string_view view, store::Position position, std::function<void(bool)> done
    ) = 0;
};

}  // namespace samvev::views
