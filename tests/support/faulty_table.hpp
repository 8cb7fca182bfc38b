#pragma once

#include <cstddef>
#include <limits>

#include "store/table.hpp"

namespace samvev::test {

// A table whose writes start to fail: what a disk does, or the moment of a kill. Rows that were
// written stay in the table beneath.
class FaultyTable final : public store::Table {
public:
    explicit FaultyTable(store::Table& table) : table_(table) {}

    enum class Failure {
        lost,           // nothing was written
        unacknowledged  // it was written, and the answer says it was not
    };
    // The next `count` writes succeed, those after them fail.
    void fail_after(std::size_t count, Failure failure) {
        left_ = count;
        failure_ = failure;
    }
    void heal() { left_ = std::numeric_limits<std::size_t>::max(); }

    Result<std::monostate> write(const store::TableBatch& batch) override {
        if (left_ > 0) {
            --left_;
            return table_.write(batch);
        }
        if (failure_ == Failure::unacknowledged) {
            SAMVEV_CHECK_OK(table_.write(batch));
        }
        return fail(ErrorCode::unavailable, "The disk is gone.");
    }
    Result<std::monostate> sync() override { return table_.sync(); }
    Result<std::monostate> purge() override { return table_.purge(); }
    Result<std::optional<std::string>> get(std::string_view key) const override {
        return table_.get(key);
    }
    Result<std::monostate> scan(std::string_view from, std::string_view end, const Visitor& visit)
        const override {
        return table_.scan(from, end, visit);
    }
    Result<std::monostate> scan_back(
        std::string_view from, std::string_view end, const Visitor& visit
    ) const override {
        return table_.scan_back(from, end, visit);
    }

private:
    store::Table& table_;
    std::size_t left_ = std::numeric_limits<std::size_t>::max();
    Failure failure_ = Failure::lost;
};

}  // namespace samvev::test
