#pragma once

#include <optional>

#include "app/settings.hpp"
#include "base/result.hpp"
#include "wire/tls_identity.hpp"
#include "wire/trusted_proxies.hpp"

namespace samvev::app {

// Who could reach a server with these settings, and whether tokens would travel readable.
enum class Mode {
    production,   // tokens of the configured issuers
    development,  // local development tokens, settable clock; loopback only
};

// Refuses what is unsafe: development on an address of the network, and such an address with
// neither TLS nor a declared proxy. Fails with invalid_argument or unsupported; the message says
// what to do.
[[nodiscard]] Result<void> check_exposure(const Settings& settings, Mode mode);

// server.trusted_proxies. Fails with invalid_argument.
[[nodiscard]] Result<wire::TrustedProxies> proxies_of(const Settings& settings);
// [tls]; absent without a certificate.
[[nodiscard]] std::optional<wire::TlsFiles> tls_files_of(const Settings& settings);

}  // namespace samvev::app
