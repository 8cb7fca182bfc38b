#include "store/rocks_database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <filesystem>
#include <utility>

#include "base/limits.hpp"
#include "store/bytes.hpp"
#include "store/key_format.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;
constexpr std::size_t records_buffer_bytes = 16 * mebibyte;
constexpr std::size_t derived_buffer_bytes = 16 * mebibyte;
constexpr std::size_t small_buffer_bytes = 8 * mebibyte;
// After kill -9 this much log is read again, and the records behind the derived rows that were in
// memory: at most two buffers of them.
constexpr std::size_t wal_bytes_max = 32 * mebibyte;
static_assert(wal_bytes_max + 2 * derived_buffer_bytes <= limits::recovery_bytes_max);
constexpr int read_only_open_tries = 5;
constexpr const char* column_families[] = {"default", "records", "derived", "snapshots"};

// The first background error is remembered: from then on the log is read-only until restarted.
class FailureListener final : public rocksdb::EventListener {
public:
    explicit FailureListener(std::shared_ptr<std::atomic<bool>> failed)
        : failed_(std::move(failed)) {}
    void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status*) override {
        failed_->store(true);
    }

private:
    std::shared_ptr<std::atomic<bool>> failed_;
};

// RocksDB's own log of a reader would push aside the one of the server it reads beside.
class SilentLogger final : public rocksdb::Logger {
public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

rocksdb::BlockBasedTableOptions table_options(const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.block_size = 16 * 1024;
    table.format_version = 5;
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.optimize_filters_for_memory = true;
    return table;
}

rocksdb::ColumnFamilyOptions family_options(std::size_t buffer_bytes) {
    rocksdb::ColumnFamilyOptions family;
    family.write_buffer_size = buffer_bytes;
    family.max_write_buffer_number = 3;
    family.compression_per_level = compression_of_levels(family.num_levels);
    family.level_compaction_dynamic_level_bytes = true;
    family.level0_slowdown_writes_trigger = 40;
    family.level0_stop_writes_trigger = 60;
    return family;
}

std::vector<rocksdb::ColumnFamilyDescriptor> describe(const RocksOptions& options) {
    const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.cache_bytes);
    rocksdb::BlockBasedTableOptions scanned = table_options(cache);
    rocksdb::BlockBasedTableOptions looked_up = table_options(cache);
    looked_up.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

    rocksdb::ColumnFamilyOptions heads = family_options(small_buffer_bytes);
    heads.table_factory.reset(rocksdb::NewBlockBasedTableFactory(scanned));
    rocksdb::ColumnFamilyOptions records = family_options(records_buffer_bytes);
    records.table_factory.reset(rocksdb::NewBlockBasedTableFactory(scanned));
    rocksdb::ColumnFamilyOptions derived = family_options(derived_buffer_bytes);
    derived.table_factory.reset(rocksdb::NewBlockBasedTableFactory(looked_up));
    // Most look-ups are of ids that do not exist yet: spare them the search of the buffer.
    derived.memtable_prefix_bloom_size_ratio = 0.1;
    derived.memtable_whole_key_filtering = true;
    rocksdb::ColumnFamilyOptions snapshots = family_options(small_buffer_bytes);
    snapshots.table_factory.reset(rocksdb::NewBlockBasedTableFactory(looked_up));

    return {
        {column_families[0], heads},
        {column_families[1], records},
        {column_families[2], derived},
        {column_families[3], snapshots}
    };
}

rocksdb::DBOptions database_options(
    const RocksOptions& options, const std::shared_ptr<std::atomic<bool>>& failed
) {
    rocksdb::DBOptions database;
    database.create_if_missing = true;
    database.create_missing_column_families = true;
    database.paranoid_checks = true;
    database.max_total_wal_size = wal_bytes_max;
    // A torn record at the end was never acknowledged; anything else wrong in the log is corruption
    // and must stop the opening, not be cut off.
    database.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    database.max_bgerror_resume_count = 0;
    database.max_background_jobs = 2;
    database.max_open_files = static_cast<int>(limits::log_files_max);
    database.skip_stats_update_on_db_open = true;
    database.stats_dump_period_sec = 0;
    database.stats_persist_period_sec = 0;
    database.info_log_level = rocksdb::WARN_LEVEL;
    database.keep_log_file_num = 4;
    database.listeners.push_back(std::make_shared<FailureListener>(failed));
    if (options.mode == RocksOptions::Mode::read_only) {
        database.info_log = std::make_shared<SilentLogger>();
    }
    if (options.env != nullptr) {
        database.env = options.env;
    }
    return database;
}

rocksdb::Status open(const RocksOptions& options, RocksDatabase& database) {
    const rocksdb::DBOptions settings = database_options(options, database.background_failed);
    const auto families = describe(options);
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status;
    if (options.mode == RocksOptions::Mode::write) {
        status =
            rocksdb::DB::Open(settings, options.directory, families, &database.handles, &opened);
    } else {
        // Beside a running server a file may be compacted away between reading the list of files
        // and opening it: look again.
        for (int left = read_only_open_tries; left > 0; --left) {
            status = rocksdb::DB::OpenForReadOnly(
                settings, options.directory, families, &database.handles, &opened
            );
            if (status.ok()) {
                break;
            }
        }
    }
    database.db.reset(opened);
    return status;
}

Result<std::monostate> write_format(RocksDatabase& database, std::uint64_t epoch) {
    std::string row;
    ByteWriter writer(row);
    writer.u32(keys::store_format);
    writer.u64(epoch);
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const rocksdb::Status status =
        database.db->Put(synced, database.heads, std::string(keys::format_key), row);
    if (!status.ok()) {
        return to_error(status, "writing the format of a new event log");
    }
    database.epoch = epoch;
    return std::monostate();
}

Result<std::monostate> check_format(RocksDatabase& database, const RocksOptions& options) {
    std::string row;
    const rocksdb::Status status =
        database.db->Get({}, database.heads, std::string(keys::format_key), &row);
    if (status.IsNotFound()) {
        if (options.mode == RocksOptions::Mode::read_only) {
            return fail(ErrorCode::not_found, "there is no event log in " + options.directory);
        }
        return write_format(database, options.epoch);
    }
    if (!status.ok()) {
        return to_error(status, "reading the format of the event log");
    }
    ByteReader reader(row);
    const std::uint32_t format = reader.u32();
    database.epoch = reader.u64();
    if (!reader.ok()) {
        return fail(ErrorCode::corrupt, "the format row of the event log is malformed");
    }
    if (format > keys::store_format) {
        return fail(
            ErrorCode::invalid_argument,
            "the event log in " + options.directory + " has format " + std::to_string(format) +
                "; this program knows up to " + std::to_string(keys::store_format)
        );
    }
    return std::monostate();
}

}  // namespace

tl::unexpected<Error> to_error(const rocksdb::Status& status, std::string_view doing) {
    const ErrorCode code = status.IsCorruption() ? ErrorCode::corrupt : ErrorCode::unavailable;
    return fail(code, std::string(doing) + ": " + status.ToString());
}

RocksDatabase::RocksDatabase() = default;

RocksDatabase::~RocksDatabase() {
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
        db->DestroyColumnFamilyHandle(handle);
    }
}

std::vector<rocksdb::CompressionType> compression_of_levels(int levels) {
    std::vector<rocksdb::CompressionType> out(
        static_cast<std::size_t>(levels), rocksdb::kLZ4Compression
    );
    out.front() = rocksdb::kNoCompression;
    return out;
}

Result<std::monostate> purge_old_versions(
    RocksDatabase& database, rocksdb::ColumnFamilyHandle* family, const std::string& first,
    const std::string& last
) {
    // All families: a log file goes only when no family needs it any more.
    rocksdb::Status status = database.db->Flush({}, database.handles);
    if (status.ok()) {
        rocksdb::CompactRangeOptions options;
        options.exclusive_manual_compaction = false;
        options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
        const rocksdb::Slice begin(first);
        const rocksdb::Slice end(last);
        status = database.db->CompactRange(options, family, &begin, &end);
    }
    if (!status.ok()) {
        return to_error(status, "removing what a row held before");
    }
    return std::monostate();
}

Result<std::monostate> purge_all_old_versions(rocksdb::DB& database) {
    rocksdb::Status status = database.Flush({});
    if (status.ok()) {
        rocksdb::CompactRangeOptions options;
        options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
        status = database.CompactRange(options, nullptr, nullptr);
    }
    // Allowing deletions again deletes what is obsolete, here and now.
    if (status.ok()) {
        status = database.DisableFileDeletions();
    }
    if (status.ok()) {
        status = database.EnableFileDeletions(/*force=*/false);
    }
    if (!status.ok()) {
        return to_error(status, "removing what rows held before");
    }
    return std::monostate();
}

Result<std::unique_ptr<RocksDatabase>> open_rocks_database(const RocksOptions& options) {
    if (options.mode == RocksOptions::Mode::write) {
        std::error_code error;
        std::filesystem::create_directories(options.directory, error);
        if (error) {
            return fail(
                ErrorCode::unavailable,
                "cannot create " + options.directory + ": " + error.message()
            );
        }
    }
    // RocksDB would make the directory even for a reader.
    std::error_code ignored;
    if (options.mode == RocksOptions::Mode::read_only &&
        !std::filesystem::exists(options.directory + "/CURRENT", ignored)) {
        return fail(ErrorCode::not_found, "there is no event log in " + options.directory);
    }
    auto database = std::make_unique<RocksDatabase>();
    const rocksdb::Status status = open(options, *database);
    if (!status.ok()) {
        return to_error(status, "opening the event log in " + options.directory);
    }
    database->heads = database->handles[0];
    database->records = database->handles[1];
    database->derived = database->handles[2];
    database->snapshots = database->handles[3];
    SAMVEV_CHECK_OK(check_format(*database, options));
    return database;
}

}  // namespace samvev::store
