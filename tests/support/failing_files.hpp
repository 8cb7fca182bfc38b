#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace rocksdb {
class Env;
}

namespace samvev::test {

// What the file system of a test does wrong from now on. [any thread]
struct FileFaults {
    std::atomic<bool> sync_fails{false};    // fsync of a write-ahead log file
    std::atomic<bool> append_fails{false};  // as when the disk is full
    std::atomic<int> syncs{0};              // how many log files were synced

    // As when the power goes: takes from the log files what was appended after their last sync. The
    // database is closed.
    void lose_unsynced();

    std::mutex mutex;  // Guards what follows.
    std::map<std::string, std::uint64_t> synced_bytes;
};

// The system's files, with faults. `faults` outlives it.
[[nodiscard]] std::unique_ptr<rocksdb::Env> make_failing_env(FileFaults& faults);

}  // namespace samvev::test
