#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "store/rocks_database.hpp"
#include "store/table.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t table_cache_bytes = 64 * 1024 * 1024;
constexpr std::size_t table_buffer_bytes = 16 * 1024 * 1024;

std::string_view view_of(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}
rocksdb::Slice slice_of(std::string_view text) {
    return {text.data(), text.size()};
}

class RocksTable final : public Table {
public:
    explicit RocksTable(std::unique_ptr<rocksdb::DB> db) : db_(std::move(db)) {}

    Result<std::monostate> write(const TableBatch& batch) override {
        rocksdb::WriteBatch rows;
        for (const TableBatch::Change& change : batch.changes()) {
            const rocksdb::Status added = add(rows, change);
            SAMVEV_ASSERT(added.ok());
        }
        const rocksdb::Status status = db_->Write({}, &rows);
        if (!status.ok()) {
            return to_error(status, "writing a table");
        }
        return std::monostate();
    }

    Result<std::monostate> sync() override {
        const rocksdb::Status status = db_->SyncWAL();
        if (!status.ok()) {
            return to_error(status, "syncing a table");
        }
        return std::monostate();
    }

    Result<std::monostate> purge() override { return purge_all_old_versions(*db_); }

    Result<std::optional<std::string>> get(std::string_view key) const override {
        std::string value;
        const rocksdb::Status status = db_->Get({}, slice_of(key), &value);
        if (status.IsNotFound()) {
            return std::nullopt;
        }
        if (!status.ok()) {
            return to_error(status, "reading a table");
        }
        return value;
    }

    Result<std::monostate> scan(std::string_view from, std::string_view end, const Visitor& visit)
        const override {
        const rocksdb::Slice upper = slice_of(end);
        rocksdb::ReadOptions options;
        options.iterate_upper_bound = &upper;
        const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
        for (at->Seek(slice_of(from)); at->Valid(); at->Next()) {
            if (!visit(view_of(at->key()), view_of(at->value()))) {
                break;
            }
        }
        return outcome(*at);
    }

    Result<std::monostate> scan_back(
        std::string_view from, std::string_view end, const Visitor& visit
    ) const override {
        const rocksdb::Slice lower = slice_of(from);
        const rocksdb::Slice upper = slice_of(end);
        rocksdb::ReadOptions options;
        options.iterate_lower_bound = &lower;
        options.iterate_upper_bound = &upper;
        const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
        for (at->SeekToLast(); at->Valid(); at->Prev()) {
            if (!visit(view_of(at->key()), view_of(at->value()))) {
                break;
            }
        }
        return outcome(*at);
    }

private:
    static rocksdb::Status add(rocksdb::WriteBatch& rows, const TableBatch::Change& change) {
        switch (change.kind) {
            case TableBatch::Change::Kind::put:
                return rows.Put(change.key, change.value);
            case TableBatch::Change::Kind::remove:
                return rows.Delete(change.key);
            case TableBatch::Change::Kind::remove_range:
                // RocksDB calls a backwards range an error; here it is an empty one.
                return change.key < change.value ? rows.DeleteRange(change.key, change.value)
                                                 : rocksdb::Status::OK();
        }
        return rocksdb::Status::OK();
    }

    static Result<std::monostate> outcome(const rocksdb::Iterator& at) {
        if (!at.status().ok()) {
            return to_error(at.status(), "scanning a table");
        }
        return std::monostate();
    }

    const std::unique_ptr<rocksdb::DB> db_;
};

rocksdb::Options table_options() {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(table_cache_bytes);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.format_version = 5;
    table.block_size = 8 * 1024;
    rocksdb::Options options;
    options.create_if_missing = true;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.compression_per_level = compression_of_levels(options.num_levels);
    options.write_buffer_size = table_buffer_bytes;
    options.max_total_wal_size = 2 * table_buffer_bytes;
    options.max_background_jobs = 2;
    options.max_bgerror_resume_count = 0;
    options.max_open_files = static_cast<int>(limits::table_files_max);
    options.skip_stats_update_on_db_open = true;
    options.stats_dump_period_sec = 0;
    options.info_log_level = rocksdb::WARN_LEVEL;
    options.keep_log_file_num = 4;
    return options;
}

}  // namespace

Result<std::unique_ptr<Table>> open_rocks_table(const std::string& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        return fail(ErrorCode::unavailable, "cannot create " + directory + ": " + error.message());
    }
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(table_options(), directory, &opened);
    if (!status.ok()) {
        return to_error(status, "opening the table in " + directory);
    }
    return std::unique_ptr<Table>(std::make_unique<RocksTable>(std::unique_ptr<rocksdb::DB>(opened))
    );
}

}  // namespace samvev::store
