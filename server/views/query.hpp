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
    friend bool operator==(const Document&, const Document&) = default;
};

// One page of an index: entries whose leading fields equal `equals`, ordered by the next field.
//
// Order: false, true, numbers by value, strings by code point, null. A field that the document does
// not have is null, so "no due date" comes last. `from` and `to` take in values of their own type
// only ("due before May" is not "no due date"); `from` = "null" alone lists the nulls. A document
// whose field holds an array stands once for each element. A personal index is asked by equality.
struct ListQuery {
    std::string view{};
    std::string index{};  // empty: all documents by key; `from` and `to` are keys then
    std::vector<std::string> equals{};  // JSON scalars as text, e.g. "\"2f…\"" or "3" or "true"
    std::optional<std::string> from{};  // inclusive bound of the field after `equals`, JSON scalar
    std::optional<std::string> to{};    // exclusive bound
    enum class Order { ascending, descending } order = Order::ascending;
    std::size_t limit = 50;  // 1 … limits::list_page_max
    std::string cursor{};    // from the page before, or empty
};
// May hold fewer than `limit` (limits::page_bytes_max, documents that changed meanwhile): only an
// empty `next_cursor` says that it was the last one.
struct ListPage {
    std::vector<Document> documents;
    std::string next_cursor;
};

// What may be asked of the views. Documents stand at a position: everything before it is in them.
// A tenant without events has every view, empty, at position 0.
// Concurrency: [any thread]; may block on disk.
class ViewReader {
public:
    ViewReader() = default;
    ViewReader(const ViewReader&) = delete;
    ViewReader& operator=(const ViewReader&) = delete;
    virtual ~ViewReader() = default;

    // All three fail with unavailable (disk) and corrupt (a stored row; rebuild the view).
    // Fails with not_found (no such view).
    [[nodiscard]] virtual Result<std::optional<Document>> get(
        store::TenantId tenant, std::string_view view, std::string_view key
    ) const = 0;
    // Fails with not_found (no such view or index), invalid_argument (cursor, limit, too many
    // fields).
    [[nodiscard]] virtual Result<ListPage> list(store::TenantId tenant, const ListQuery& query)
        const = 0;
    // How many documents all pages together have; `limit`, `order` and `cursor` do not matter.
    [[nodiscard]] virtual Result<std::uint64_t> count(
        store::TenantId tenant, const ListQuery& query
    ) const = 0;
    // The position the view has folded up to (exclusive).
    [[nodiscard]] virtual store::Position position(store::TenantId tenant, std::string_view view)
        const = 0;
    // Calls `done` once position() is at least `position` (true), or after limits::at_least_wait
    // (false): to read one's own write, the position after it, Committed::position.next(). At once
    // when that is so already, when there is no such view (false), or when too many wait (false).
    // `done` runs on the thread that steps: it may read, must be quick, and must not step or
    // rebuild. One that still waits when the projector goes is dropped without a call.
    virtual void when_at_least(
        store::TenantId tenant, std::string_view view, store::Position position,
        std::function<void(bool)> done
    ) = 0;
};

}  // namespace samvev::views
