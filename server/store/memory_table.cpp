#include <map>
#include <mutex>
#include <utility>

#include "store/table.hpp"

namespace samvev::store {

namespace {

class MemoryTable final : public Table {
public:
    Result<std::monostate> write(const TableBatch& batch) override {
        const std::lock_guard lock(mutex_);
        for (const TableBatch::Change& change : batch.changes()) {
            apply(change);
        }
        return std::monostate();
    }

    Result<std::monostate> sync() override { return std::monostate(); }

    Result<std::monostate> purge() override { return std::monostate(); }

    Result<std::optional<std::string>> get(std::string_view key) const override {
        const std::lock_guard lock(mutex_);
        const auto at = rows_.find(key);
        return at == rows_.end() ? std::nullopt : std::optional(at->second);
    }

    Result<std::monostate> scan(std::string_view from, std::string_view end, const Visitor& visit)
        const override {
        for (const auto& [key, value] : rows_between(from, end)) {
            if (!visit(key, value)) {
                break;
            }
        }
        return std::monostate();
    }

    Result<std::monostate> scan_back(
        std::string_view from, std::string_view end, const Visitor& visit
    ) const override {
        const std::vector<Row> rows = rows_between(from, end);
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            if (!visit(row->first, row->second)) {
                break;
            }
        }
        return std::monostate();
    }

private:
    using Row = std::pair<std::string, std::string>;

    void apply(const TableBatch::Change& change) {
        switch (change.kind) {
            case TableBatch::Change::Kind::put:
                rows_.insert_or_assign(change.key, change.value);
                return;
            case TableBatch::Change::Kind::remove:
                rows_.erase(change.key);
                return;
            case TableBatch::Change::Kind::remove_range:
                if (change.key < change.value) {
                    rows_.erase(rows_.lower_bound(change.key), rows_.lower_bound(change.value));
                }
                return;
        }
    }

    // A copy: one consistent moment, and the visitor may call the table.
    [[nodiscard]] std::vector<Row> rows_between(std::string_view from, std::string_view end) const {
        const std::lock_guard lock(mutex_);
        if (from >= end) {
            return {};
        }
        return {rows_.lower_bound(from), rows_.lower_bound(end)};
    }

    mutable std::mutex mutex_;  // Guards rows_.
    std::map<std::string, std::string, std::less<>> rows_;
};

}  // namespace

std::unique_ptr<Table> make_memory_table() {
    return std::make_unique<MemoryTable>();
}

}  // namespace samvev::store
