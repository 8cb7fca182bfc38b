#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "access/token_verifier.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

// Checks proofs of possession (RFC 9449 §4.3) and takes each one once.
// Concurrency: [any thread]. Limitations: remembers limits::proofs_remembered_max proofs in memory,
// so a restart forgets those of the last seconds.
class ProofChecker {
public:
    explicit ProofChecker(const base::Clock& clock) : clock_(clock) {}

    // `token` is what the proof must be made for, `thumbprint` the key that it is bound to. Fails
    // with unauthenticated, reason "proof", or with overloaded.
    [[nodiscard]] Result<void> check(
        const ProofOfPossession& proof, std::string_view token, std::string_view thumbprint
    );

private:
    [[nodiscard]] Result<void> take_once(const std::string& id, base::Timestamp until);

    const base::Clock& clock_;
    std::mutex mutex_;  // Guards both.
    std::unordered_set<std::string> seen_;
    std::deque<std::pair<base::Timestamp, std::string>> order_;  // by arrival
};

// Whether two addresses name the same thing: scheme and host in any case, default ports left out,
// query and fragment ignored (RFC 9449 §4.3, step 9).
[[nodiscard]] bool is_same_target(std::string_view left, std::string_view right);

}  // namespace samvev::access
