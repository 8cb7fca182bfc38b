#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access/reading.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/executor.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "dispatch/recent_map.hpp"
#include "store/event_log.hpp"

namespace samvev::dispatch {

// Who was shown what, on the disk before it is shown: the tenant's own log, which no method writes,
// changes or shortens. Each record has a position without gaps, and each commit the digest of the
// one before it. What a record holds: record.hpp.
//
// Reads that come at the same time share a sync, because each is a commit and the committer writes
// those together; no thread waits. A read equal to one that is durable and younger than
// limits::access_repeat_window (same reader, purpose, method, document, rules, and the same last
// event of what was read) is that read and costs nothing; so with refusals. Searches, disclosures,
// emergencies and oversight are each on record.
//
// Concurrency: [any thread]. The parts outlive it; before it goes, the log has been stopped.
// Limitations: limits::access_commits_max, access_waiting_max: beyond, reads are refused.
class AccessLog {
public:
    struct Parts {
        store::EventLog& log;
        const base::Clock& clock;
        base::IdSource& ids;
        base::Executor& executor;  // writes what nobody waits for
    };
    explicit AccessLog(const Parts& parts);
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;
    ~AccessLog();

    // `recorded` runs once, when what is shown is durable: here when there is nothing to write,
    // else where commits are answered; quick, does not throw. Fails with overloaded or unavailable:
    // then nothing may be shown. What is only refused is written behind `recorded`, so that a
    // refusal takes as long as "there is no such thing".
    using Recorded = std::function<void(const Result<std::monostate>&)>;
    void record(access::Reading reading, Recorded recorded);
    // On the executor, and nobody hears of it.
    void record_later(access::Reading reading);

private:
    struct Write;
    enum class Place { own_stream, nobodys_stream };

    void begin(const std::shared_ptr<Write>& write);
    void submit(const std::shared_ptr<Write>& write, Place place);
    void finish(const std::shared_ptr<Write>& write, const Result<std::monostate>& outcome);
    void begin_waiting();
    [[nodiscard]] bool is_repeated(const base::Digest& digest);
    void remember(const Write& write);

    struct DigestHash {
        std::size_t operator()(const base::Digest& digest) const noexcept {
            return std::hash<std::string_view>{}(base::as_view(digest));
        }
    };

    const Parts parts_;
    std::mutex mutex_;  // Guards what follows.
    std::size_t under_way_ = 0;
    bool is_beginning_ = false;  // somebody is taking from waiting_
    std::deque<std::shared_ptr<Write>> waiting_;
    RecentMap<base::Digest, base::Timestamp, DigestHash> recent_;
};

}  // namespace samvev::dispatch
