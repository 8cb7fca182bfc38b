#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace rocksdb {
class DB;
class Env;
}  // namespace rocksdb

namespace samvev::store {

enum class KeyFilesMode {
    write,
    read_only,  // works beside a process that writes
};

// Rows that are written together. No value: the row is deleted.
using KeyChanges = std::vector<std::pair<std::string, std::optional<std::string>>>;

// The RocksDB database of the key store: rows, and the promise that what is deleted is gone from
// its files.
// Concurrency: [any thread].
class KeyDatabase {
public:
    // `env` is null for the system's files; else outlives it. Fails with unavailable (locked by
    // another process), corrupt, and for reading only not_found.
    [[nodiscard]] static Result<std::unique_ptr<KeyDatabase>> open(
        const std::string& directory, rocksdb::Env* env, KeyFilesMode mode
    );
    KeyDatabase(const KeyDatabase&) = delete;
    KeyDatabase& operator=(const KeyDatabase&) = delete;
    ~KeyDatabase();

    [[nodiscard]] bool writes() const noexcept { return mode_ == KeyFilesMode::write; }

    [[nodiscard]] Result<std::optional<std::string>> get(const std::string& key) const;
    // Survives the end of the process, but not of the machine.
    [[nodiscard]] Result<std::monostate> write(const KeyChanges& changes);
    // Survives both.
    [[nodiscard]] Result<std::monostate> write_synced(const KeyChanges& changes);

    // Rows from `from` on that begin with `tag`, in order, until the visitor returns false.
    using Visitor = std::function<bool(std::string_view key, std::string_view value)>;
    [[nodiscard]] Result<std::monostate> visit(
        char tag, const std::string& from, const Visitor& visit
    ) const;

    // What these keys held before is in no file when it returns; files that held it are
    // overwritten.
    [[nodiscard]] Result<std::monostate> purge(const std::vector<std::string>& keys);
    // The same for all rows: rewrites the database.
    [[nodiscard]] Result<std::monostate> purge_all();

private:
    explicit KeyDatabase(KeyFilesMode mode);
    [[nodiscard]] Result<std::monostate> write_with(const KeyChanges& changes, bool synced);
    [[nodiscard]] Result<std::monostate> compact(const std::string* first, const std::string* last);

    const KeyFilesMode mode_;
    std::unique_ptr<rocksdb::Env> env_;  // before the database, which uses it to the end
    std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace samvev::store
