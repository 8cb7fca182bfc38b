#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace samvev::access {

// Where browsers log in at an issuer, as its metadata says (OpenID Connect Discovery 1.0 §3).
struct LoginEndpoints {
    std::string authorization;
    std::string token;
    std::string pushed;         // where the wish to log in is pushed first (RFC 9126), or empty
    bool wants_pushed = false;  // and not taken otherwise
    std::string end_session;    // or empty: logging out here does not end the login there
    bool names_itself = false;  // its answers have "iss" (RFC 9207)
    bool takes_basic = true;    // client_secret_basic, else client_secret_post
    std::vector<std::string> client_algorithms;  // of private_key_jwt; empty: it does not say
    std::vector<std::string> proof_algorithms;   // of DPoP (RFC 9449 §5.1); likewise
    friend bool operator==(const LoginEndpoints&, const LoginEndpoints&) = default;
};
// From the metadata (JSON text) of exactly `issuer`. Addresses must be https, or http on this
// machine; where methods of PKCE are named, S256 must be among them. Fails with unavailable.
[[nodiscard]] Result<LoginEndpoints> read_login_endpoints(
    std::string_view metadata, std::string_view issuer
);

}  // namespace samvev::access
