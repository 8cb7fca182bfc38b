#pragma once

#include <memory>
#include <string>

#include "store/event_log.hpp"
#include "store/payload_seal.hpp"
#include "support/keys_under_test.hpp"
#include "support/log_under_test.hpp"
#include "support/temporary_directory.hpp"

namespace samvev::test {

// An engine behind a seal, with its keys beside it.
class SealedLogUnderTest final : public LogUnderTest {
public:
    enum class Engine { memory, rocks };

    explicit SealedLogUnderTest(Engine engine);
    [[nodiscard]] store::EventLog& log() override { return *log_; }
    // The engine itself: what is stored.
    [[nodiscard]] store::EventLog& stored() { return *stored_; }
    [[nodiscard]] store::PayloadSeal& seal() { return *seal_; }
    [[nodiscard]] KeysUnderTest& keys() { return keys_; }
    [[nodiscard]] Result<std::monostate> erase(std::uint64_t stream);
    // Only the one with files closes and opens again.
    void reopen() override;
    void close();
    // Of log, keys and register.
    [[nodiscard]] std::string directory() const { return keys_.directory(); }

private:
    void open();

    const Engine engine_;
    KeysUnderTest keys_;
    std::unique_ptr<store::PayloadSeal> seal_;
    std::unique_ptr<store::EventLog> log_;
    store::EventLog* stored_ = nullptr;
};

}  // namespace samvev::test
