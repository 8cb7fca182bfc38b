#include "support/sealed_log_under_test.hpp"

#include "store/keys/stream_seal.hpp"
#include "store/sealed_event_log.hpp"

namespace samvev::test {

SealedLogUnderTest::SealedLogUnderTest(Engine engine) : engine_(engine) {
    open();
}

void SealedLogUnderTest::open() {
    std::unique_ptr<store::EventLog> engine;
    if (engine_ == Engine::memory) {
        engine = store::make_memory_event_log();
    } else {
        store::RocksOptions options;
        options.directory = directory() + "/log";
        options.cache_bytes = 8 * 1024 * 1024;
        engine = store::open_rocks_event_log(options).value();
    }
    stored_ = engine.get();
    seal_ = store::make_payload_seal(keys_.keys(), keys_.random);
    log_ = store::make_sealed_event_log(std::move(engine), *seal_);
}

void SealedLogUnderTest::close() {
    log_.reset();
    seal_.reset();
    keys_.close();
}

void SealedLogUnderTest::reopen() {
    if (engine_ == Engine::rocks) {
        close();
        keys_.reopen();
        open();
    }
}

Result<std::monostate> SealedLogUnderTest::erase(std::uint64_t stream) {
    return store::erase_stream(*stored_, keys_.keys(), erasure_of(stream));
}

}  // namespace samvev::test
