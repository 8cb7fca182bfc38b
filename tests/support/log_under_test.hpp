#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/event_log.hpp"
#include "support/temporary_directory.hpp"

namespace samvev::test {

// An engine of the event log, as the contract suite drives it.
class LogUnderTest {
public:
    LogUnderTest() = default;
    LogUnderTest(const LogUnderTest&) = delete;
    LogUnderTest& operator=(const LogUnderTest&) = delete;
    virtual ~LogUnderTest() = default;

    // Ask each time: one of the engines closes and opens in between.
    [[nodiscard]] virtual store::EventLog& log() = 0;
    // Closes and opens again; an engine without files keeps what it has.
    virtual void reopen() = 0;
};

struct LogFactory {
    std::string name;
    std::function<std::unique_ptr<LogUnderTest>()> make;
};

// All engines there are; "rocks from disk" answers nothing from memory, because every call of log()
// opens it anew.
[[nodiscard]] const std::vector<LogFactory>& engine_factories();
// The engines, and some of them behind a seal.
[[nodiscard]] const std::vector<LogFactory>& log_factories();

// The RocksDB engine in a directory of its own, which goes with it.
class RocksUnderTest final : public LogUnderTest {
public:
    RocksUnderTest();
    [[nodiscard]] store::EventLog& log() override { return *log_; }
    void reopen() override;
    void close() { log_.reset(); }
    [[nodiscard]] std::string directory() const { return directory_.path(); }
    [[nodiscard]] Result<std::unique_ptr<store::EventLog>> open() const;

    store::RocksOptions options;  // for the next open

private:
    TemporaryDirectory directory_;
    std::unique_ptr<store::EventLog> log_;
};

}  // namespace samvev::test
