#include "store/keys/key_database.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <filesystem>

#include "base/limits.hpp"
#include "store/keys/shredding_files.hpp"
#include "store/rocks_database.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t buffer_bytes = 4 * 1024 * 1024;
constexpr std::size_t keys_purged_singly_max = 64;  // Of more, the whole database is rewritten.

rocksdb::Slice slice_of(std::string_view text) {
    return {text.data(), text.size()};
}
std::string_view view_of(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

rocksdb::Options options_with(rocksdb::Env* env) {
    rocksdb::Options options;
    options.env = env;
    options.create_if_missing = true;
    options.paranoid_checks = true;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.max_bgerror_resume_count = 0;
    options.write_buffer_size = buffer_bytes;
    options.compression = rocksdb::kNoCompression;  // Keys are random.
    options.max_open_files = static_cast<int>(limits::key_files_max);
    options.recycle_log_file_num = 0;  // A log file is shredded, not written over later.
    options.info_log_level = rocksdb::WARN_LEVEL;
    options.keep_log_file_num = 2;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    return options;
}

Result<std::monostate> make_directory(const std::string& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (!error) {
        std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
    }
    if (error) {
        return fail(ErrorCode::unavailable, "cannot create " + directory + ": " + error.message());
    }
    return std::monostate();
}

}  // namespace

KeyDatabase::KeyDatabase(KeyFilesMode mode) : mode_(mode) {}
KeyDatabase::~KeyDatabase() = default;

Result<std::unique_ptr<KeyDatabase>> KeyDatabase::open(
    const std::string& directory, rocksdb::Env* env, KeyFilesMode mode
) {
    std::unique_ptr<KeyDatabase> out(new KeyDatabase(mode));
    rocksdb::Env* const files = env == nullptr ? rocksdb::Env::Default() : env;
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status;
    if (mode == KeyFilesMode::write) {
        SAMVEV_CHECK_OK(make_directory(directory));
        out->env_ = make_shredding_env(*files);
        status = rocksdb::DB::Open(options_with(out->env_.get()), directory, &opened);
    } else if (std::filesystem::exists(directory)) {
        status = rocksdb::DB::OpenForReadOnly(options_with(files), directory, &opened);
    } else {
        return fail(ErrorCode::not_found, "there is no key store in " + directory);
    }
    if (!status.ok()) {
        return to_error(status, "opening the key store in " + directory);
    }
    out->db_.reset(opened);
    return out;
}

Result<std::optional<std::string>> KeyDatabase::get(const std::string& key) const {
    std::string value;
    const rocksdb::Status status = db_->Get({}, key, &value);
    if (status.IsNotFound()) {
        return std::nullopt;
    }
    if (!status.ok()) {
        return to_error(status, "reading the key store");
    }
    return value;
}

Result<std::monostate> KeyDatabase::write(const KeyChanges& changes) {
    return write_with(changes, false);
}

Result<std::monostate> KeyDatabase::write_synced(const KeyChanges& changes) {
    return write_with(changes, true);
}

Result<std::monostate> KeyDatabase::write_with(const KeyChanges& changes, bool synced) {
    if (!writes()) {
        return fail(ErrorCode::read_only, "the key store is open for reading");
    }
    rocksdb::WriteBatch batch;
    rocksdb::Status status;
    for (const auto& [key, value] : changes) {
        status = value ? batch.Put(key, *value) : batch.Delete(key);
        if (!status.ok()) {
            break;
        }
    }
    rocksdb::WriteOptions options;
    options.sync = synced;
    if (status.ok()) {
        status = db_->Write(options, &batch);
    }
    if (!status.ok()) {
        return to_error(status, "writing the key store");
    }
    return std::monostate();
}

Result<std::monostate> KeyDatabase::visit(char tag, const std::string& from, const Visitor& visit)
    const {
    const std::string end(1, static_cast<char>(tag + 1));
    const rocksdb::Slice upper(end);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
    for (at->Seek(slice_of(from.empty() ? std::string_view(&tag, 1) : from)); at->Valid();
         at->Next()) {
        if (!visit(view_of(at->key()), view_of(at->value()))) {
            break;
        }
    }
    if (!at->status().ok()) {
        return to_error(at->status(), "reading the key store");
    }
    return std::monostate();
}

Result<std::monostate> KeyDatabase::purge(const std::vector<std::string>& keys) {
    if (keys.size() > keys_purged_singly_max) {
        return purge_all();
    }
    for (const std::string& key : keys) {
        SAMVEV_CHECK_OK(compact(&key, &key));
    }
    return std::monostate();
}

Result<std::monostate> KeyDatabase::purge_all() {
    return compact(nullptr, nullptr);
}

Result<std::monostate> KeyDatabase::compact(const std::string* first, const std::string* last) {
    rocksdb::Status status = db_->Flush({});
    if (status.ok()) {
        rocksdb::CompactRangeOptions options;
        options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
        const rocksdb::Slice begin = first == nullptr ? rocksdb::Slice() : rocksdb::Slice(*first);
        const rocksdb::Slice end = last == nullptr ? rocksdb::Slice() : rocksdb::Slice(*last);
        status = db_->CompactRange(
            options, first == nullptr ? nullptr : &begin, last == nullptr ? nullptr : &end
        );
    }
    // Allowing deletions again deletes what is obsolete, here and now.
    if (status.ok()) {
        status = db_->DisableFileDeletions();
    }
    if (status.ok()) {
        status = db_->EnableFileDeletions(/*force=*/false);
    }
    if (!status.ok()) {
        return to_error(status, "removing destroyed keys from the files of the key store");
    }
    return std::monostate();
}

}  // namespace samvev::store
