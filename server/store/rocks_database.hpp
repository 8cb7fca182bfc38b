#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "store/event_log.hpp"

namespace samvev::store {

// Every error of RocksDB becomes one of ours here; `doing` says what was tried.
[[nodiscard]] tl::unexpected<Error> to_error(const rocksdb::Status& status, std::string_view doing);

// LZ4, but not for what has just been written: that is merged soon, and would be compressed twice.
[[nodiscard]] std::vector<rocksdb::CompressionType> compression_of_levels(int levels);

// The RocksDB database of an event log: its options, column families and format version.
// Private to the store's .cpp files.
struct RocksDatabase {
    RocksDatabase();
    RocksDatabase(const RocksDatabase&) = delete;
    RocksDatabase& operator=(const RocksDatabase&) = delete;
    ~RocksDatabase();

    // Set for ever by the first error of a background flush or compaction.
    std::shared_ptr<std::atomic<bool>> background_failed =
        std::make_shared<std::atomic<bool>>(false);
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;  // freed before `db`
    rocksdb::ColumnFamilyHandle* heads = nullptr;       // the default one
    rocksdb::ColumnFamilyHandle* records = nullptr;
    rocksdb::ColumnFamilyHandle* derived = nullptr;    // never in the write-ahead log
    rocksdb::ColumnFamilyHandle* snapshots = nullptr;  // never in the write-ahead log
    std::uint64_t epoch = 0;                           // of logs that begin
};

// Makes the present values of the keys from `first` to `last` the only ones on disk: what they
// replaced is gone from tables and write-ahead log when this returns. Rewrites the files concerned.
[[nodiscard]] Result<std::monostate> purge_old_versions(
    RocksDatabase& database, rocksdb::ColumnFamilyHandle* family, const std::string& first,
    const std::string& last
);

// The same for all rows of a database of one family.
[[nodiscard]] Result<std::monostate> purge_all_old_versions(rocksdb::DB& database);

// Fails as open_rocks_event_log.
[[nodiscard]] Result<std::unique_ptr<RocksDatabase>> open_rocks_database(const RocksOptions& options
);

}  // namespace samvev::store
