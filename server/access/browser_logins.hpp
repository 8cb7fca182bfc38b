#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/directory.hpp"
#include "access/invitations.hpp"
#include "access/issuer_keys.hpp"
#include "access/jwt_verifier.hpp"
#include "access/kept_rows.hpp"
#include "access/revocations.hpp"
#include "access/token_verifier.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/result.hpp"

namespace samvev::access {

// Logins of browsers at the issuers: OpenID Connect Core 1.0 §3.1 (authorization code) with PKCE
// S256 (RFC 7636), state and nonce. The tokens never reach the browser: it has a cookie, and who it
// is here is asked of the directory at each use. Sessions outlive a restart. Who has no eID comes
// with the code of an invitation instead.
//
// Concurrency: [any thread]; nothing blocks. Limitations: a restart ends logins under way.
class BrowserLogins {
public:
    BrowserLogins() = default;
    BrowserLogins(const BrowserLogins&) = delete;
    BrowserLogins& operator=(const BrowserLogins&) = delete;
    virtual ~BrowserLogins() = default;

    struct Wish {
        std::string issuer{};        // or empty: the only one where browsers log in
        std::string redirect_uri{};  // of this server, exactly as the issuer knows it
        std::string return_to{};     // a path of this server; empty: "/"
        std::string level{};         // "substantial", "high" or empty
        std::string unit{};          // access::Capacity, for the whole session
        std::string purpose{};
        std::string browser{};  // the cookie of an earlier begin(), or empty
    };
    struct Begun {
        std::string location;  // where the browser is to go
        std::string browser;   // the cookie to give it, for limits::login_pending_max
    };
    using Begin = std::function<void(Result<Begun>)>;
    // Runs `done` once, on this thread, or on the executor's when the issuer must be asked first.
    // Fails with invalid_argument, not_found (no such issuer), unavailable (its metadata is not
    // there yet, or it does not take the wish), overloaded.
    virtual void begin(Wish wish, Begin done) = 0;

    // What the browser brings back.
    struct Return {
        std::string state;
        std::string code;
        std::string issuer;   // "iss" (RFC 9207), or empty
        std::string error;    // instead of a code
        std::string browser;  // the cookie of begin()
        std::string before;   // the cookie of a session that this login replaces, or empty
    };
    struct Finished {
        std::string cookie;  // of the new session
        std::string return_to;
    };
    using Completion = std::function<void(Result<Finished>)>;
    // Runs `done` once, on this thread or the executor's. Fails with unauthenticated, data.reason
    // "login" (not begun by this browser, used before, too late, refused by the issuer, or its
    // answer is not for this login) or as TokenVerifier::verify; unavailable, when the issuer
    // cannot be reached; overloaded.
    virtual void finish(Return with, Completion done) = 0;

    struct LetIn {
        std::string cookie;  // of the new session
        base::Timestamp ends_at{};
    };
    using LetInCompletion = std::function<void(Result<LetIn>)>;
    // The code of an invitation. `before` as in Return. Runs `done` once, on another thread. Fails
    // as Invitations::redeem, and with unsupported where nobody is invited.
    virtual void redeem(std::string code, std::string before, LetInCompletion done) = 0;

    // Whose session that is, now; `capacity` in place of what was asked for at the login. It ends
    // when the session does at the latest. Fails with unauthenticated, data.reason "expired" (no
    // such session any more), and as TokenVerifier::verify.
    [[nodiscard]] virtual Result<VerifiedActor> use(
        std::string_view cookie, const Capacity& capacity
    ) = 0;
    [[nodiscard]] virtual bool is_alive(std::string_view cookie) = 0;
    // What a page of ours proves with that it is no other's: from the cookie, for the page alone.
    [[nodiscard]] virtual std::string csrf_of(std::string_view cookie) const = 0;

    struct Ended {
        TokenIdentity login;
        std::string location;  // where the login at the issuer ends; or empty
    };
    using EndCompletion = std::function<void(Result<std::optional<Ended>>)>;
    // Runs `done` once, on any thread, when it is durable. Absent when there was no such session.
    // Fails with unavailable, overloaded.
    virtual void end(std::string cookie, std::string return_uri, EndCompletion done) = 0;
    // An issuer has ended a login.
    virtual void end(const EndedLogin& ended) = 0;
};

// A form sent to an issuer: to its token endpoint, or the wish of a login pushed ahead.
struct TokenRequest {
    std::string address;
    std::string form{};
    std::string authorization{};  // of the header, or empty
    std::string proof{};          // DPoP, or empty
};
struct TokenAnswer {
    std::string body;     // whatever the status
    std::string nonce{};  // DPoP-Nonce: to be in the next proof; or empty
};

// All but the values outlive the logins; the executor has stopped before they are destroyed.
struct BrowserLoginsParts {
    std::vector<IssuerSettings> issuers;  // those with login.metadata are used
    JwtVerifier& tokens;                  // of the same issuers
    const Directory& directory;
    const Revocations& revocations;
    KeptRows* rows = nullptr;            // where sessions are kept; null: in memory only
    Invitations* invitations = nullptr;  // null: nobody is invited
    std::string csrf_secret;             // 32 random bytes, the same after a restart
    base::Executor& executor;            // where sessions are kept, and the next two may block
    FetchKeys fetch;                     // metadata
    // Fails with unavailable.
    std::function<Result<TokenAnswer>(const TokenRequest&)> ask_for_tokens;
    std::function<std::string(std::size_t)> random;  // bytes that nobody can foretell
    const base::Clock& clock;
};
// Reads the clients' secrets, what metadata lies in files, and the sessions that were kept; the
// rest is fetched on the executor. Fails with invalid_argument, naming the file, and like KeptRows.
[[nodiscard]] Result<std::unique_ptr<BrowserLogins>> make_browser_logins(BrowserLoginsParts parts);

}  // namespace samvev::access
