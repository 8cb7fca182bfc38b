#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/address_quotas.hpp"
#include "wire/http_reply.hpp"
#include "wire/metrics.hpp"
#include "wire/seats.hpp"
#include "wire/server.hpp"

namespace samvev::wire {

// What every connection of one server shares. Outlives the loops; [any thread], constant but for
// the counters once the server accepts.
struct ServerState {
    ServerState(const ServerSettings& with, const ServerParts& from);

    const ServerSettings settings;
    const ServerParts parts;
    std::unique_ptr<TlsIdentity> tls;  // null: in the clear. Set before the first connection.
    Metrics metrics;
    Seats seats;
    Quotas quotas;
    AddressQuotas logins;         // of browsers on their way to an issuer and back
    AddressQuotas code_attempts;  // of those who type the code of an invitation
    std::string url;              // of the main listener
    std::string admin_url;        // or empty
    bool metrics_on_main = false;
    bool only_proxies = false;     // may connect: without TLS on an address of the network
    std::string open_rpc;          // the whole document
    std::string method_names;      // a JSON array
    std::vector<bool> is_command;  // by MethodIndex
    // Closes the sessions of these logins, on all loops; soon.
    std::function<void(const access::EndedLogin&)> end_sessions;
    std::atomic<bool> draining{false};
    std::atomic<std::uint64_t> next_connection{1};

    // Which of a user's two shares a call is taken from.
    [[nodiscard]] CallClass class_of(std::string_view method) const;

    // Reads the method table and the document; url is set. Fails with too_large when the modules'
    // methods make a document that clients do not take.
    [[nodiscard]] Result<void> learn_methods();

    [[nodiscard]] Transport transport() const noexcept {
        return tls || settings.public_url.starts_with("https://") ? Transport::tls
                                                                  : Transport::plain;
    }
    // Where a connection from `address` is counted.
    [[nodiscard]] RemoteNetwork network_for(const AddressBytes& address) const;

    struct Health {
        bool is_ready = true;
        std::string why_not;
    };
    [[nodiscard]] Health health() const;
    // {"status":"ready"|"not-ready","version":…,"checks":[{"name","ok","detail"?}…]}
    [[nodiscard]] std::string health_json() const;
};

}  // namespace samvev::wire
