#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "store/commit.hpp"
#include "store/event_log.hpp"

namespace samvev::store {

struct PendingCommit {
    Commit commit;
    EventLog::Completion done;
    Result<Committed> outcome = fail(ErrorCode::internal, "the commit was not decided");
};

// What an engine does with a batch. All calls [committer]: one at a time, in order.
class CommitWriter {
public:
    CommitWriter() = default;
    CommitWriter(const CommitWriter&) = delete;
    CommitWriter& operator=(const CommitWriter&) = delete;
    virtual ~CommitWriter() = default;

    // Decides the commits in order, makes them durable in one write, makes them visible, tells the
    // listener and sets every outcome. Returns what the sync took (zero when nothing was synced).
    virtual std::chrono::nanoseconds write(std::span<PendingCommit> batch) = 0;
    // After the completions of the batch have run.
    virtual void wake() = 0;
};

// Puts commits in line and hands them to the engine in batches.
//
// Hybrid: with nothing queued, a commit is written at once on its caller's thread, because waking
// another thread, and being woken by it, costs as much as a fast sync. Otherwise it waits for the
// writer thread, which takes all that has gathered: the slower the disk, the larger the batches.
// When a sync takes longer than `inline_sync_max` every commit is handed over, so that callers do
// not wait for the disk. Measured on two cores with syncs of 250 to 450 µs: with 1, 8 and 64
// clients 1.2, 5.3 and 6.2 thousand commands/s handed over, 1.8, 5.3 and 8.6 thousand inline.
//
// Concurrency: [any thread]. "The committer" is whoever writes at the moment; never two.
// Limitations: limits::commit_queue_max, commit_batch_max, commit_batch_bytes_max.
class Committer {
public:
    enum class Mode {
        hybrid,   // inline or by the writer thread
        caller,   // no thread: whoever finds the committer free writes all that is queued
        stepped,  // no thread: everything waits for step()
    };
    static constexpr std::chrono::microseconds inline_sync_max{1000};

    // `writer` outlives the committer.
    Committer(CommitWriter& writer, Mode mode);
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;
    ~Committer();

    // As EventLog::submit; overloaded when the queue is full, unavailable after stop().
    void submit(Commit commit, EventLog::Completion done);

    // Writes one batch of what is queued on this thread; false when nothing is queued or another
    // thread is writing.
    bool step();

    // Writes what is queued, then refuses everything. Returns when no batch is being written.
    void stop();

    [[nodiscard]] std::size_t queued() const;

private:
    void run();
    // The lock is held on entry and on return, and released while the batch is written.
    void write_batch(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] std::vector<PendingCommit> take_batch();
    void finish(std::vector<PendingCommit>& batch);
    void note_sync(std::chrono::nanoseconds sync);

    CommitWriter& writer_;
    const Mode mode_;
    mutable std::mutex mutex_;  // Guards what follows.
    std::condition_variable changed_;
    std::deque<PendingCommit> queue_;
    bool writing_ = false;
    bool stopped_ = false;
    std::chrono::nanoseconds sync_{0};  // Moving average.
    std::thread thread_;                // Last: it uses all of the above.
};

}  // namespace samvev::store
