#include "support/log_under_test.hpp"

#include <stdexcept>

namespace samvev::test {

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

}  // namespace samvev::test
