#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "access/jwk_set.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/result.hpp"

namespace samvev::access {

// Where an issuer publishes its keys.
struct KeySource {
    enum class Kind { file, url };
    Kind kind = Kind::file;
    std::string place;  // a path, or https://…
    friend bool operator==(const KeySource&, const KeySource&) = default;
};

// Reads a key set, as it lies there. May take until limits::key_fetch_deadline and is called on the
// executor only. Fails with unavailable.
using FetchKeys = std::function<Result<std::string>(const KeySource&)>;

struct IssuerKeysParts {
    FetchKeys fetch;
    base::Executor& executor;  // where fetching may block
    const base::Clock& clock;
};

// One issuer's keys, kept fresh without anybody waiting: a key that is not known has the set
// fetched again, at most once a minute however many tokens name one; a set that is an hour old is
// fetched again beside its use; when the issuer is down the last set serves for a day. Concurrency:
// [any thread]. Limitations: the executor has stopped before this is destroyed.
class IssuerKeys {
public:
    IssuerKeys(KeySource source, IssuerKeysParts parts);
    IssuerKeys(const IssuerKeys&) = delete;
    IssuerKeys& operator=(const IssuerKeys&) = delete;

    // Fetches now, on this thread: at the start. Fails as the fetcher or JwkSet::parse does.
    [[nodiscard]] Result<void> load();
    // Has the set fetched in the background, unless that is under way.
    void prefetch();

    struct Found {
        std::shared_ptr<const JwkSet> set;  // keeps the key alive
        const Jwk* key;
        std::uint64_t generation;
    };
    // Never blocks. Fails with unauthenticated, reason "signature" (the issuer has no such key), or
    // unavailable with retryAfterMs (no keys yet, or they are being fetched).
    [[nodiscard]] Result<Found> find(std::string_view key_id, Algorithm algorithm);
    // Changes when the set does, and when it has become too old to be used: what was verified under
    // another generation is to be verified again.
    [[nodiscard]] std::uint64_t generation();

private:
    [[nodiscard]] Result<void> fetch_now();
    void start_fetching(base::Timestamp now);
    [[nodiscard]] bool may_fetch(base::Timestamp now) const noexcept;
    // Lets go of a set that is too old, and has an old one fetched again.
    void look_after(base::Timestamp now);

    const KeySource source_;
    const IssuerKeysParts parts_;
    std::mutex mutex_;  // Guards all below.
    std::shared_ptr<const JwkSet> set_;
    std::string text_;  // what set_ was parsed from
    std::uint64_t generation_ = 0;
    base::Timestamp fetched_{};
    std::optional<base::Timestamp> attempted_;
    bool is_fetching_ = false;
};

}  // namespace samvev::access
