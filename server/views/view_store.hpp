#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/table.hpp"
#include "views/document_seal.hpp"
#include "views/key_format.hpp"
#include "views/list_range.hpp"
#include "views/query.hpp"

namespace samvev::views {

// The documents and index entries of one generation of a view, as they stand in the table. The
// caller sees to it that the generation is not taken away meanwhile. [any thread]
struct StoredGeneration {
    const store::Table& table;
    std::string_view view_prefix;
    GenerationNumber number;
    const DocumentSeal& seal;
};

// The stored row, not decoded.
[[nodiscard]] Result<std::optional<std::string>> find_row(
    const StoredGeneration& generation, std::string_view document_key
);
// All of these fail with corrupt (a row that cannot be read) and unavailable (its key). What
// belongs to an erased stream is not there.
[[nodiscard]] Result<std::optional<Document>> find_document(
    const StoredGeneration& generation, std::string_view document_key
);

struct StoredPage {
    std::vector<Document> documents;
    std::string last;  // suffix of the last row looked at; empty: that was all
};
struct PageQuery {
    ListQuery::Order order = ListQuery::Order::ascending;
    std::size_t limit = 0;
    std::string_view after;  // suffix of the page before, or empty
};
[[nodiscard]] Result<StoredPage> read_page(
    const StoredGeneration& generation, const ListRange& range, const PageQuery& query
);
[[nodiscard]] Result<std::uint64_t> count_rows(
    const StoredGeneration& generation, const ListRange& range
);

}  // namespace samvev::views
