#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/ids.hpp"
#include "store/keys/secret.hpp"
#include "views/entry_coder.hpp"
#include "views/key_format.hpp"
#include "views/query.hpp"

namespace samvev::views {

// The part of the table that a ListQuery asks for, as suffixes: the same in every generation.
struct ListRange {
    enum class Part { documents, entries } part = Part::documents;
    std::size_t field_count = 0;  // of the index; 0 for documents
    std::string from;             // inclusive
    std::string end;              // exclusive; empty: the end of the part

    [[nodiscard]] std::string prefix(std::string_view view_prefix, GenerationNumber generation)
        const;
};

// Fails with not_found (no such index), invalid_argument.
[[nodiscard]] Result<ListRange> range_of(const EntryCoder& coder, const ListQuery& query);

// Makes and reads cursors: good for the query they were made for only. They hold the suffix that
// was last, so that rows that come and go between two pages are neither repeated nor skipped, and a
// rebuild in between does not matter. Encrypted: the row that was last may be one that the client
// is not to hear of. [any thread]
class CursorCodec {
public:
    explicit CursorCodec(std::string_view index_key);

    [[nodiscard]] std::string encode(
        store::TenantId tenant, const CatalogView& view, const ListQuery& query,
        std::string_view last
    ) const;
    // The suffix that was last. Fails with invalid_argument (of another query, or not a cursor).
    [[nodiscard]] Result<std::string> decode(
        store::TenantId tenant, const CatalogView& view, const ListQuery& query
    ) const;

private:
    [[nodiscard]] std::string query_mark(
        store::TenantId tenant, const CatalogView& view, const ListQuery& query
    ) const;

    base::Digest key_;
    store::Secret cipher_key_;
};

}  // namespace samvev::views
