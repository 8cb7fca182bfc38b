#include "support/log_under_test.hpp"

#include <stdexcept>

namespace samvev::test {

namespace {

class MemoryUnderTest final : public LogUnderTest {
public:
    store::EventLog& log() override { return *log_; }
    void reopen() override {}

private:
    std::unique_ptr<store::EventLog> log_ = store::make_memory_event_log();
};

class RocksFromDisk final : public LogUnderTest {
public:
    store::EventLog& log() override {
        rocks_.reopen();
        return rocks_.log();
    }
    void reopen() override { rocks_.reopen(); }

private:
    RocksUnderTest rocks_;
};

}  // namespace

RocksUnderTest::RocksUnderTest() {
    options.directory = directory_.path() + "/log";
    options.cache_bytes = 8 * 1024 * 1024;
    reopen();
}

Result<std::unique_ptr<store::EventLog>> RocksUnderTest::open() const {
    return store::open_rocks_event_log(options);
}

void RocksUnderTest::reopen() {
    log_.reset();
    Result<std::unique_ptr<store::EventLog>> opened = open();
    if (!opened) {
        throw std::runtime_error(opened.error().message);
    }
    log_ = std::move(*opened);
}

const std::vector<LogFactory>& log_factories() {
    static const std::vector<LogFactory> factories = {
        {"memory", [] { return std::make_unique<MemoryUnderTest>(); }},
        {"rocks", [] { return std::make_unique<RocksUnderTest>(); }},
        {"rocks from disk", [] { return std::make_unique<RocksFromDisk>(); }}
    };
    return factories;
}

}  // namespace samvev::test
