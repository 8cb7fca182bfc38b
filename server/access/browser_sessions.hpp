#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "access/issuer.hpp"
#include "access/kept_rows.hpp"
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
// use, limits::browser_session_age_max after its login, or when it is ended. Stored, so that a
// restart ends none:
//
//   row = "s" digest -> ends sealed        ends = time
//   row = "u" digest -> time               the last use, limits::session_use_kept_every late at
//   most sealed = browser_session_text.hpp, under HMAC-SHA-256(cookie, …): without the cookie
//   nobody
//            reads who it was, whatever else they have
//
// Concurrency: [any thread]. Limitations: at most limits::browser_sessions_max, then the one
// longest unused gives way; what an issuer ends is found by who was opened since the start
// (Revocations know of the rest).
class BrowserSessions {
public:
    // Without rows in memory only. Both outlive this.
    explicit BrowserSessions(const std::vector<IssuerSettings>& issuers, KeptRows* rows = nullptr)
        : issuers_(issuers), rows_(rows) {}

    // What there was before this start, and lives on. Fails like KeptRows.
    [[nodiscard]] Result<void> load(base::Timestamp now);

    // Durable when it returns, which waits for the disk. Fails like KeptRows: then there is none.
    [[nodiscard]] Result<void> add(
        const std::string& cookie, BrowserSession session, base::Timestamp now
    );
    // Counts as a use. Null when there is none, or it has ended.
    [[nodiscard]] std::shared_ptr<const BrowserSession> use(
        std::string_view cookie, base::Timestamp now
    );
    // The same, and no use.
    [[nodiscard]] bool is_alive(std::string_view cookie, base::Timestamp now) const;
    // What was ended; null when there was none. In force at once, and durable when it returns,
    // which waits for the disk. Fails like KeptRows.
    [[nodiscard]] Result<std::shared_ptr<const BrowserSession>> end(std::string_view cookie);
    // Those of a login that its issuer has ended.
    void end(const EndedLogin& ended);
    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        std::shared_ptr<const BrowserSession> session;  // null: `sealed`, nobody has come since
        std::string sealed;
        base::Timestamp ends_at{};
        base::Timestamp used{};
        base::Timestamp used_kept{};
    };
    using Entries = std::map<base::Digest, Entry>;
    using Changes = std::vector<KeptRows::Change>;

    [[nodiscard]] static bool is_over(const Entry& entry, base::Timestamp now) noexcept;
    // mutex_ is held by who calls these.
    void drop(Entries::iterator at, Changes& changes);
    void make_room(base::Timestamp now, Changes& changes);
    [[nodiscard]] bool open(Entry& entry, const base::Digest& digest, std::string_view cookie)
        const;

    void keep_soon(const Changes& changes) const;

    const std::vector<IssuerSettings>& issuers_;
    KeptRows* const rows_;
    mutable std::mutex mutex_;  // Guards the rest.
    Entries entries_;
    base::Timestamp swept_{};
};

}  // namespace samvev::access
