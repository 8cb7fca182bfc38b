#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace samvev::store {

// Changes applied together or not at all.
class TableBatch {
public:
    struct Change {
        enum class Kind { put, remove, remove_range } kind = Kind::put;
        std::string key;
        std::string value;  // value, or the exclusive end of the range
    };
    void put(std::string key, std::string value) {
        changes_.push_back({Change::Kind::put, std::move(key), std::move(value)});
    }
    void remove(std::string key) { changes_.push_back({Change::Kind::remove, std::move(key), {}}); }
    void remove_range(std::string from, std::string end) {
        changes_.push_back({Change::Kind::remove_range, std::move(from), std::move(end)});
    }
    [[nodiscard]] const std::vector<Change>& changes() const noexcept { return changes_; }
    [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }

private:
    std::vector<Change> changes_;
};

// An ordered map of bytes for what is derived from the log: view documents, their indexes,
// positions. Writes are atomic but not synced: after a crash the table is a consistent, possibly
// older one, and its owner catches up from the log.
// Concurrency: all calls [any thread].
class Table {
public:
    Table() = default;
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    virtual ~Table() = default;

    [[nodiscard]] virtual Result<std::monostate> write(const TableBatch& batch) = 0;
    // What was written before is on the disk when this returns.
    [[nodiscard]] virtual Result<std::monostate> sync() = 0;
    // What was removed or replaced before is in no file when this returns, unless somebody still
    // reads it. Rewrites the table: slow.
    [[nodiscard]] virtual Result<std::monostate> purge() = 0;
    [[nodiscard]] virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
    // Visits keys in [from, end) in order (or from the last below `end` down); the visitor returns
    // false to stop. The views it gets live for the call.
    using Visitor = std::function<bool(std::string_view key, std::string_view value)>;
    [[nodiscard]] virtual Result<std::monostate> scan(
        std::string_view from, std::string_view end, const Visitor& visit
    ) const = 0;
    [[nodiscard]] virtual Result<std::monostate> scan_back(
        std::string_view from, std::string_view end, const Visitor& visit
    ) const = 0;
};

[[nodiscard]] std::unique_ptr<Table> make_memory_table();
[[nodiscard]] Result<std::unique_ptr<Table>> open_rocks_table(const std::string& directory);

}  // namespace samvev::store
