#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access/browser_logins.hpp"
#include "access/token_verifier.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "dispatch/dispatcher.hpp"
#include "subscriptions/hub.hpp"
#include "wire/quotas.hpp"
#include "wire/seats.hpp"
#include "wire/tls_identity.hpp"
#include "wire/trusted_proxies.hpp"

namespace samvev::wire {

// How long the server waits for what. Injectable so that tests need no real half minutes.
struct Patience {
    std::chrono::milliseconds header{limits::header_deadline};  // a request's header, then its body
    std::chrono::milliseconds handshake{limits::tls_handshake_deadline};
    std::chrono::milliseconds authenticate{limits::authenticate_deadline};
    std::chrono::milliseconds write{limits::write_deadline};  // without progress
    std::chrono::milliseconds ping_every{limits::ping_every};
    std::chrono::milliseconds idle{limits::idle_deadline};  // without a byte received
    std::chrono::milliseconds drain{limits::drain_deadline};
    std::chrono::milliseconds parting_gap{limits::parting_gap};  // between sessions while draining
    std::chrono::milliseconds close{std::chrono::seconds(5)};    // for the peer's answer to a close
    std::chrono::milliseconds answer{std::chrono::seconds(60)};  // for a call over POST
    std::chrono::milliseconds expiring{limits::token_notice};    // before a token expires
    std::chrono::milliseconds token_pause{limits::token_pause_after};  // then no more calls, pages
    std::chrono::milliseconds token_close{limits::token_close_after};
    std::chrono::milliseconds session_age{limits::session_age_max};
};

struct ServerSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8470;  // 0 picks a free one
    std::size_t io_threads = 2;
    std::string version;     // "0.1.0"
    std::string admin_host;  // empty: /metrics on the same listener only when it is loopback
    std::uint16_t admin_port = 0;
    std::string public_url;  // "https://samvev.example": in OpenRPC; empty: url()
    Patience patience;
    std::optional<TlsFiles> tls;  // of the main listener; absent: in the clear
    TrustedProxies proxies;
    SeatLimits seats;
    QuotaLimits quotas;
};

// What /readyz and /metrics ask about the rest of the process. [any thread], quick.
struct Probes {
    std::function<bool(std::string& why_not)> ready;
    std::function<std::string()> metrics;  // further Prometheus text, complete lines
};

// All of them outlive the server. A call that the dispatcher completes after the server is gone is
// dropped.
struct ServerParts {
    dispatch::Dispatcher& dispatcher;
    subscriptions::Hub& hub;
    const access::TokenVerifier& tokens;
    const base::Clock& clock;
    Probes probes;
    access::BrowserLogins* logins = nullptr;  // null: browsers do not log in here
    // Where a logout waits for the disk; null: on the io thread, for tests beside it.
    base::Executor* executor = nullptr;
};

// The doors: GET /ws/v1 (JSON-RPC 2.0 over WebSocket), POST /rpc/v1, POST /logout/v1 (for issuers),
// /login/v1 (for browsers),
// /livez, /readyz, /metrics, /openrpc.json. Owns its io threads. The method table and the OpenRPC
// document are read from the dispatcher once, at the start.
class Server {
public:
    Server() = default;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    virtual ~Server() = default;  // stops at once when drain() was not called

    // "http://127.0.0.1:8470" with the real port; https with a certificate.
    [[nodiscard]] virtual std::string url() const = 0;
    // The admin listener's, or empty.
    [[nodiscard]] virtual std::string admin_url() const = 0;
    // Reads the files of the certificate again, see TlsIdentity::renew(). [any thread]
    [[nodiscard]] virtual Result<void> renew_certificate() = 0;
    // Closes the sessions of these logins; soon. [any thread]
    virtual void end_sessions(const access::EndedLogin& ended) = 0;
    // Refuses new connections, tells open ones (session.draining), lets calls in flight finish,
    // closes one after the other with 1001, all within limits::drain_deadline. The admin listener
    // goes last: until then its /readyz says why. Blocks until done.
    virtual void drain() = 0;
};

// Binds and starts accepting. Fails with unavailable ("127.0.0.1:8470 is in use …") and as
// TlsIdentity::open().
[[nodiscard]] Result<std::unique_ptr<Server>> start_server(
    const ServerSettings& settings, ServerParts parts
);

}  // namespace samvev::wire
