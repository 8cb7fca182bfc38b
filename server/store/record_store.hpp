#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/event_log.hpp"
#include "store/key_format.hpp"
#include "store/record.hpp"
#include "store/rocks_database.hpp"

namespace samvev::store {

// Reads commit records from disk, in order and without random reads. Every record's checksum and
// place are checked: what does not verify is named and not served.
// Concurrency: [any thread].
class RecordStore {
public:
    // `database` outlives the store.
    explicit RecordStore(RocksDatabase& database) : database_(database) {}

    // The views live for the call.
    using Visitor =
        std::function<Visit(keys::Cursor at, std::string_view bytes, const Record& record)>;

    // Visits the record that holds `from` and those after it, up to the record that begins at `end`
    // or later. Fails with corrupt when there is a gap before `end`.
    [[nodiscard]] Result<std::monostate> visit(
        LogId log, Position from, Position end, const Visitor& visit
    ) const;
    // The same from a record's own place, without events too, to the end of what is stored.
    [[nodiscard]] Result<std::monostate> visit_from(
        LogId log, keys::Cursor from, const Visitor& visit
    ) const;

    // Puts a record without one payload in the place of the record: synced.
    [[nodiscard]] Result<std::monostate> replace(
        LogId log, keys::Cursor at, const std::string& bytes
    );

private:
    RocksDatabase& database_;
};

}  // namespace samvev::store
