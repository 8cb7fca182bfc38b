#include "support/stored_rows.hpp"

#include <rocksdb/db.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "store/key_format.hpp"

namespace samvev::test {

namespace {

void require_ok(const rocksdb::Status& status) {
    if (!status.ok()) {
        throw std::runtime_error(status.ToString());
    }
}

struct RawDatabase {
    explicit RawDatabase(const std::string& directory) {
        std::vector<rocksdb::ColumnFamilyDescriptor> families;
        for (const char* name : {"default", "records", "derived", "snapshots"}) {
            families.emplace_back(name, rocksdb::ColumnFamilyOptions());
        }
        rocksdb::DB* opened = nullptr;
        require_ok(rocksdb::DB::Open(rocksdb::DBOptions(), directory, families, &handles, &opened));
        db.reset(opened);
    }
    RawDatabase(const RawDatabase&) = delete;
    RawDatabase& operator=(const RawDatabase&) = delete;
    ~RawDatabase() {
        for (rocksdb::ColumnFamilyHandle* handle : handles) {
            db->DestroyColumnFamilyHandle(handle);
        }
    }

    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(const std::string& name) const {
        for (rocksdb::ColumnFamilyHandle* handle : handles) {
            if (handle->GetName() == name) {
                return handle;
            }
        }
        throw std::runtime_error("there is no column family " + name);
    }

    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
};

}  // namespace

std::optional<std::string> stored_row(
    const std::string& directory, const std::string& family, const std::string& key
) {
    const RawDatabase raw(directory);
    std::string value;
    const rocksdb::Status status = raw.db->Get({}, raw.family(family), key, &value);
    if (status.IsNotFound()) {
        return std::nullopt;
    }
    require_ok(status);
    return value;
}

void put_stored_row(
    const std::string& directory, const std::string& family, const std::string& key,
    const std::string& value
) {
    const RawDatabase raw(directory);
    require_ok(raw.db->Put({}, raw.family(family), key, value));
}

void delete_stored_row(
    const std::string& directory, const std::string& family, const std::string& key
) {
    const RawDatabase raw(directory);
    require_ok(raw.db->Delete({}, raw.family(family), key));
}

std::string derived_rows(const std::string& directory) {
    const RawDatabase raw(directory);
    std::string out;
    const std::unique_ptr<rocksdb::Iterator> at(raw.db->NewIterator({}, raw.family("derived")));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
        out += at->key().ToString(true) + "=" + at->value().ToString(true) + "\n";
    }
    require_ok(at->status());
    return out;
}

void forget_derived_rows(const std::string& directory) {
    delete_stored_row(directory, "derived", std::string(store::keys::derived_format_key));
}

}  // namespace samvev::test
