#pragma once

#include <atomic>
#include <memory>

namespace rocksdb {
class Env;
}

namespace samvev::test {

// What the file system of a test does wrong from now on. [any thread]
struct FileFaults {
    std::atomic<bool> sync_fails{false};    // fsync of a write-ahead log file
    std::atomic<bool> append_fails{false};  // as when the disk is full
    std::atomic<int> syncs{0};              // how many log files were synced
};

// The system's files, with faults. `faults` outlives it.
[[nodiscard]] std::unique_ptr<rocksdb::Env> make_failing_env(FileFaults& faults);

}  // namespace samvev::test
