#include "support/failing_files.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <filesystem>
#include <string>
#include <utility>

namespace samvev::test {

namespace {

bool is_write_ahead_log(const std::string& name) {
    return name.size() > 4 && name.compare(name.size() - 4, 4, ".log") == 0;
}

class FailingFile final : public rocksdb::FSWritableFileOwnerWrapper {
public:
    FailingFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, FileFaults& faults)
        : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), faults_(faults) {
        remember_synced(0);
    }

    rocksdb::IOStatus Append(
        const rocksdb::Slice& data, const rocksdb::IOOptions& options,
        rocksdb::IODebugContext* debug
    ) override {
        return faults_.append_fails ? rocksdb::IOStatus::NoSpace("test")
                                    : FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    rocksdb::IOStatus Append(
        const rocksdb::Slice& data, const rocksdb::IOOptions& options,
        const rocksdb::DataVerificationInfo& verification, rocksdb::IODebugContext* debug
    ) override {
        return faults_.append_fails
                   ? rocksdb::IOStatus::NoSpace("test")
                   : FSWritableFileOwnerWrapper::Append(data, options, verification, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug)
        override {
        faults_.syncs.fetch_add(1);
        if (faults_.sync_fails) {
            return rocksdb::IOStatus::IOError("test");
        }
        remember_synced(GetFileSize(options, debug));
        return FSWritableFileOwnerWrapper::Sync(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug)
        override {
        faults_.syncs.fetch_add(1);
        if (faults_.sync_fails) {
            return rocksdb::IOStatus::IOError("test");
        }
        remember_synced(GetFileSize(options, debug));
        return FSWritableFileOwnerWrapper::Fsync(options, debug);
    }

private:
    void remember_synced(std::uint64_t bytes) {
        const std::lock_guard lock(faults_.mutex);
        faults_.synced_bytes[name_] = bytes;
    }

    const std::string name_;
    FileFaults& faults_;
};

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
public:
    explicit FailingFileSystem(FileFaults& faults)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}

    const char* Name() const override { return "FailingFileSystem"; }

    rocksdb::IOStatus NewWritableFile(
        const std::string& name, const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug
    ) override {
        rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
        if (status.ok() && is_write_ahead_log(name)) {
            *file = std::make_unique<FailingFile>(std::move(*file), name, faults_);
        }
        return status;
    }

private:
    FileFaults& faults_;
};

}  // namespace

void FileFaults::lose_unsynced() {
    const std::lock_guard lock(mutex);
    for (const auto& [name, bytes] : synced_bytes) {
        if (std::filesystem::exists(name)) {
            std::filesystem::resize_file(name, bytes);
        }
    }
    synced_bytes.clear();
}

std::unique_ptr<rocksdb::Env> make_failing_env(FileFaults& faults) {
    return rocksdb::NewCompositeEnv(std::make_shared<FailingFileSystem>(faults));
}

}  // namespace samvev::test
