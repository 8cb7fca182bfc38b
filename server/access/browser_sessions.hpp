#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "access/issuer.hpp"
#include "access/principal.hpp"
#include "access/token_identity.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"

namespace samvev::access {

// A browser that has logged in. The tokens stay here; the browser has a cookie that means nothing
// elsewhere.
struct BrowserSession {
    Principal principal;
    const IssuerSettings* issuer = nullptr;
    std::string id_token;       // for logging out at the issuer
    std::string end_session;    // where, or empty
    std::string unit;           // asked for at the login, or empty
    std::string purpose;        // likewise
    base::Timestamp ends_at{};  // whatever is done meanwhile
};

// By the SHA-256 of their cookies. A session ends limits::browser_session_idle_max after its last
// use, limits::browser_session_age_max after its login, or when it is ended.
// Concurrency: [any thread]. Limitations: in memory, so that a restart ends all; at most
// limits::browser_sessions_max, then the one longest unused gives way.
class BrowserSessions {
public:
    void add(const std::string& cookie, BrowserSession session, base::Timestamp now);
    // Counts as a use. Null when there is none, or it has ended.
    [[nodiscard]] std::shared_ptr<const BrowserSession> use(
        std::string_view cookie, base::Timestamp now
    );
    // The same, and no use.
    [[nodiscard]] bool is_alive(std::string_view cookie, base::Timestamp now) const;
    // What was ended; null when there was none.
    std::shared_ptr<const BrowserSession> end(std::string_view cookie);
    // Those of a login that its issuer has ended.
    void end(const EndedLogin& ended);
    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        std::shared_ptr<const BrowserSession> session;
        base::Timestamp used{};
    };
    [[nodiscard]] static bool is_over(const Entry& entry, base::Timestamp now) noexcept;
    void make_room(base::Timestamp now);  // mutex_ held

    mutable std::mutex mutex_;  // Guards the map.
    std::map<base::Digest, Entry> entries_;
};

}  // namespace samvev::access
