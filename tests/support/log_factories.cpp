#include "support/log_under_test.hpp"
#include "support/sealed_log_under_test.hpp"

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

const std::vector<LogFactory>& engine_factories() {
    static const std::vector<LogFactory> factories = {
        {"memory", [] { return std::make_unique<MemoryUnderTest>(); }},
        {"rocks", [] { return std::make_unique<RocksUnderTest>(); }},
        {"rocks from disk", [] { return std::make_unique<RocksFromDisk>(); }}
    };
    return factories;
}

const std::vector<LogFactory>& log_factories() {
    static const std::vector<LogFactory> factories = [] {
        std::vector<LogFactory> all = engine_factories();
        using Engine = SealedLogUnderTest::Engine;
        all.push_back({"sealed memory", [] {
                           return std::make_unique<SealedLogUnderTest>(Engine::memory);
                       }});
        all.push_back({"sealed rocks", [] {
                           return std::make_unique<SealedLogUnderTest>(Engine::rocks);
                       }});
        return all;
    }();
    return factories;
}

}  // namespace samvev::test
