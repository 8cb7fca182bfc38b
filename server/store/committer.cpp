#include "store/committer.hpp"

#include <algorithm>
#include <utility>

#include "base/json_text.hpp"
#include "base/thread_priority.hpp"

namespace samvev::store {

namespace {

std::size_t bytes_of(const Commit& commit) {
    std::size_t bytes = 0;
    for (const StreamWrite& write : commit.writes) {
        for (const NewEvent& event : write.events) {
            bytes += event.payload.size();
        }
    }
    return bytes;
}

tl::unexpected<Error> overloaded() {
    return fail(
        ErrorCode::overloaded, "too many commits are waiting for the disk: retry later",
        base::JsonObject().number("retryAfterMs", limits::retry_after.count()).take()
    );
}

}  // namespace

Committer::Committer(CommitWriter& writer, Mode mode) : writer_(writer), mode_(mode) {
    if (mode_ == Mode::hybrid) {
        thread_ = std::thread([this] { run(); });
    }
}

Committer::~Committer() {
    stop();
}

void Committer::submit(Commit commit, EventLog::Completion done) {
    std::unique_lock lock(mutex_);
    const bool stopped = stopped_;
    if (stopped || queue_.size() >= limits::commit_queue_max) {
        lock.unlock();
        done(stopped ? fail(ErrorCode::unavailable, "the log is closing") : overloaded());
        return;
    }
    const bool free = !writing_ && queue_.empty();
    queue_.push_back({std::move(commit), std::move(done)});
    if (mode_ == Mode::stepped) {
        return;
    }
    const bool quick = mode_ == Mode::caller || sync_ <= inline_sync_max;
    if (!free || !quick) {
        if (!writing_) {
            changed_.notify_all();
        }
        return;  // Whoever is writing looks at the queue when it is done.
    }
    do {
        write_batch(lock);
    } while (mode_ == Mode::caller && !queue_.empty());
}

bool Committer::step() {
    std::unique_lock lock(mutex_);
    if (writing_ || queue_.empty()) {
        return false;
    }
    write_batch(lock);
    return true;
}

void Committer::stop() {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !writing_; });
    if (thread_.joinable()) {
        std::thread thread = std::move(thread_);
        lock.unlock();
        thread.join();
        lock.lock();
    }
    while (!queue_.empty()) {
        write_batch(lock);
    }
}

std::size_t Committer::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void Committer::run() {
    base::prefer_this_thread_on_wake();
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return !writing_ && (stopped_ || !queue_.empty()); });
        if (queue_.empty()) {
            return;
        }
        write_batch(lock);
    }
}

void Committer::write_batch(std::unique_lock<std::mutex>& lock) {
    std::vector<PendingCommit> batch = take_batch();
    writing_ = true;
    lock.unlock();
    const std::chrono::nanoseconds sync = writer_.write(batch);
    finish(batch);
    lock.lock();
    writing_ = false;
    note_sync(sync);
    if (!queue_.empty() || stopped_) {
        changed_.notify_all();
    }
}

std::vector<PendingCommit> Committer::take_batch() {
    std::vector<PendingCommit> batch;
    std::size_t bytes = 0;
    while (!queue_.empty() && batch.size() < limits::commit_batch_max) {
        bytes += bytes_of(queue_.front().commit);
        if (!batch.empty() && bytes > limits::commit_batch_bytes_max) {
            break;
        }
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return batch;
}

void Committer::finish(std::vector<PendingCommit>& batch) {
    for (PendingCommit& pending : batch) {
        pending.done(std::move(pending.outcome));
    }
    writer_.wake();
}

void Committer::note_sync(std::chrono::nanoseconds sync) {
    if (sync.count() > 0) {
        sync_ = sync_.count() == 0 ? sync : (7 * sync_ + sync) / 8;
    }
}

}  // namespace samvev::store
