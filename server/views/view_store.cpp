#include "views/view_store.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "views/document_row.hpp"

namespace samvev::views {
namespace {

// What pages may weigh together, so that an answer fits into a frame whatever the documents are.
constexpr std::size_t page_bytes_max = limits::page_bytes_max;

struct KeyRange {
    std::string from;
    std::string end;
};

KeyRange keys_of(const StoredGeneration& generation, const ListRange& range) {
    const std::string prefix = range.prefix(generation.view_prefix, generation.number);
    return {prefix + range.from, range.end.empty() ? prefix_end(prefix) : prefix + range.end};
}

tl::unexpected<Error> corrupt_row(std::string_view key) {
    return fail(
        ErrorCode::corrupt,
        "The row of view document " + std::string(key) + " cannot be read; rebuild the view."
    );
}

std::string row_key(const StoredGeneration& generation, std::string_view document_key) {
    return documents_prefix(generation.view_prefix, generation.number).append(document_key);
}

Result<std::optional<Document>> open_document(
    const StoredGeneration& generation, std::string_view document_key, const DocumentRow& row
) {
    SAMVEV_TRY(
        std::optional<std::string> json,
        generation.seal.open(row_key(generation, document_key), row)
    );
    if (!json) {
        return std::optional<Document>();
    }
    return std::optional(Document{std::string(document_key), std::move(*json)});
}

// A key that was found in a scan: its suffix, and the row when the scan had it at hand.
struct Found {
    std::string suffix;
    std::string row;
};

Result<std::vector<Found>> scan_suffixes(
    const StoredGeneration& generation, const ListRange& range, const PageQuery& query
) {
    const bool ascending = query.order == ListQuery::Order::ascending;
    const std::size_t prefix_size = range.prefix(generation.view_prefix, generation.number).size();
    KeyRange keys = keys_of(generation, range);
    if (!query.after.empty()) {
        // The cursor only ever narrows the range: a forged one shows nothing that the query would
        // not.
        std::string after =
            range.prefix(generation.view_prefix, generation.number).append(query.after);
        if (ascending) {
            keys.from = std::max(keys.from, after.append(1, '\0'));
        } else {
            keys.end = std::min(keys.end, after);
        }
    }
    std::vector<Found> found;
    if (keys.from >= keys.end) {
        return found;
    }
    std::size_t bytes = 0;
    const auto visit = [&](std::string_view key, std::string_view row) {
        found.push_back({std::string(key.substr(prefix_size)), std::string(row)});
        bytes += row.size();
        return found.size() <= query.limit && bytes <= 2 * page_bytes_max;
    };
    SAMVEV_CHECK_OK(
        ascending ? generation.table.scan(keys.from, keys.end, visit)
                  : generation.table.scan_back(keys.from, keys.end, visit)
    );
    return found;
}

// The document that an entry points to; absent when it has changed or gone since the entry was
// read.
Result<std::optional<Document>> follow_entry(
    const StoredGeneration& generation, const ListRange& range, std::string_view suffix
) {
    const auto parts = split_entry(suffix, range.field_count);
    if (!parts) {
        return fail(
            ErrorCode::corrupt, "An index entry of a view cannot be read; rebuild the view."
        );
    }
    SAMVEV_TRY(const auto bytes, find_row(generation, parts->document_key));
    if (!bytes) {
        return std::optional<Document>();
    }
    const auto row = decode_document_row(*bytes);
    if (!row) {
        return corrupt_row(parts->document_key);
    }
    if (!std::ranges::binary_search(row->entries, parts->entry)) {
        return std::optional<Document>();
    }
    return open_document(generation, parts->document_key, *row);
}

Result<std::optional<Document>> read_found(
    const StoredGeneration& generation, const ListRange& range, const Found& found
) {
    if (range.part == ListRange::Part::entries) {
        return follow_entry(generation, range, found.suffix);
    }
    const auto row = decode_document_row(found.row);
    if (!row) {
        return corrupt_row(found.suffix);
    }
    return open_document(generation, found.suffix, *row);
}

}  // namespace

Result<std::optional<std::string>> find_row(
    const StoredGeneration& generation, std::string_view document_key
) {
    return generation.table.get(row_key(generation, document_key));
}

Result<std::optional<Document>> find_document(
    const StoredGeneration& generation, std::string_view document_key
) {
    SAMVEV_TRY(const auto bytes, find_row(generation, document_key));
    if (!bytes) {
        return std::optional<Document>();
    }
    const auto row = decode_document_row(*bytes);
    if (!row) {
        return corrupt_row(document_key);
    }
    return open_document(generation, document_key, *row);
}

Result<StoredPage> read_page(
    const StoredGeneration& generation, const ListRange& range, const PageQuery& query
) {
    SAMVEV_TRY(const auto found, scan_suffixes(generation, range, query));
    StoredPage page;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (i == query.limit) {
            page.last = found[i - 1].suffix;
            break;
        }
        SAMVEV_TRY(auto document, read_found(generation, range, found[i]));
        if (!document) {
            continue;
        }
        bytes += document->json.size() + document->key.size();
        if (bytes > page_bytes_max && !page.documents.empty()) {
            page.last = found[i - 1].suffix;
            break;
        }
        page.documents.push_back(std::move(*document));
    }
    return page;
}

Result<std::uint64_t> count_rows(const StoredGeneration& generation, const ListRange& range) {
    const KeyRange keys = keys_of(generation, range);
    std::uint64_t count = 0;
    if (keys.from < keys.end) {
        SAMVEV_CHECK_OK(generation.table.scan(
            keys.from, keys.end,
            [&count](std::string_view, std::string_view) {
                ++count;
                return true;
            }
        ));
    }
    return count;
}

}  // namespace samvev::views
