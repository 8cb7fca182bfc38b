#include "store/keys/shredding_files.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace samvev::store {

namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;

bool holds_rows(std::string_view name) {
    return name.ends_with(".sst") || name.ends_with(".log");
}

class ShreddingFileSystem final : public rocksdb::FileSystemWrapper {
public:
    using FileSystemWrapper::FileSystemWrapper;

    const char* Name() const override { return "ShreddingFileSystem"; }

    rocksdb::IOStatus DeleteFile(
        const std::string& name, const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug
    ) override {
        if (holds_rows(name)) {
            // A file that cannot be overwritten is deleted all the same.
            overwrite(name, options, debug).PermitUncheckedError();
        }
        return FileSystemWrapper::DeleteFile(name, options, debug);
    }

private:
    rocksdb::IOStatus overwrite(
        const std::string& name, const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug
    ) {
        std::uint64_t size = 0;
        rocksdb::IOStatus status = GetFileSize(name, options, &size, debug);
        std::unique_ptr<rocksdb::FSRandomRWFile> file;
        if (status.ok()) {
            status = NewRandomRWFile(name, rocksdb::FileOptions(), &file, debug);
        }
        const std::string zeros(chunk_bytes, '\0');
        for (std::uint64_t at = 0; status.ok() && at < size; at += zeros.size()) {
            const std::size_t part = std::min<std::uint64_t>(zeros.size(), size - at);
            status = file->Write(at, rocksdb::Slice(zeros.data(), part), options, debug);
        }
        return status.ok() ? file->Fsync(options, debug) : status;
    }
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_shredding_env(rocksdb::Env& base) {
    return rocksdb::NewCompositeEnv(std::make_shared<ShreddingFileSystem>(base.GetFileSystem()));
}

}  // namespace samvev::store
