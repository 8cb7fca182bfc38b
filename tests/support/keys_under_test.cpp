#include "support/keys_under_test.hpp"

#include <rocksdb/db.h>

#include <stdexcept>

#include "support/file_text.hpp"

namespace samvev::test {

std::unique_ptr<store::MasterKey> master_of(std::uint8_t byte) {
    store::Secret secret;
    for (std::uint8_t& each : secret.writable()) {
        each = byte;
    }
    return store::make_master_key(secret);
}

store::KeyOwner owner_of(std::uint64_t stream) {
    return {domain_log(), case_stream(stream)};
}

store::Erasure erasure_of(std::uint64_t stream) {
    return {
        owner_of(stream),
        {},
        "GDPR.17",
        base::Timestamp(std::chrono::microseconds(1'700'000'000'000'000))
    };
}

store::KeyStoreOptions key_options(
    const std::string& directory, std::vector<store::MasterKey*> masters,
    store::RandomSource& random
) {
    store::KeyStoreOptions options;
    options.directory = directory + "/keys";
    options.register_path = directory + "/erasures";
    options.masters = std::move(masters);
    options.random = &random;
    options.pool = 4;
    return options;
}

KeysUnderTest::KeysUnderTest() {
    options = key_options(directory_.path(), {master.get()}, random);
    reopen();
}

void KeysUnderTest::reopen() {
    keys_.reset();
    Result<std::unique_ptr<store::KeyStore>> opened = open();
    if (!opened) {
        throw std::runtime_error(opened.error().message);
    }
    keys_ = std::move(*opened);
}

Result<std::unique_ptr<store::KeyStore>> KeysUnderTest::open() const {
    return store::open_key_store(options);
}

void KeysUnderTest::copy_keys_to(const std::string& path) const {
    std::filesystem::copy(options.directory, path, std::filesystem::copy_options::recursive);
}

void KeysUnderTest::restore_keys_from(const std::string& path) {
    keys_.reset();
    std::filesystem::remove_all(options.directory);
    std::filesystem::copy(path, options.directory, std::filesystem::copy_options::recursive);
}

std::string wrapped_key(const std::string& directory, const store::KeyId& id) {
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::OpenForReadOnly({}, directory, &opened);
    const std::unique_ptr<rocksdb::DB> database(opened);
    std::string row;
    if (!status.ok() || !database->Get({}, store::key_rows::key(id), &row).ok()) {
        throw std::runtime_error("there is no row of key " + id.value());
    }
    return store::key_rows::read_key(row).value().wrapped;
}

std::string files_with(const std::string& directory, std::string_view bytes) {
    std::string out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        if (entry.is_regular_file() &&
            read_file(entry.path().string()).find(bytes) != std::string::npos) {
            out += entry.path().filename().string() + "\n";
        }
    }
    return out;
}

}  // namespace samvev::test
