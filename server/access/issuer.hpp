#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/algorithm.hpp"
#include "access/issuer_keys.hpp"
#include "access/issuer_profile.hpp"

namespace samvev::access {

// Whether tokens must be bound to a key that the caller proves to hold (DPoP, RFC 9449).
enum class ProofPolicy {
    off,     // bound tokens are refused, because nothing here would check the binding
    allow,   // bound tokens need their proof, others none
    require  // every token is bound
};
[[nodiscard]] std::optional<ProofPolicy> find_proof_policy(std::string_view name) noexcept;
[[nodiscard]] std::string_view to_text(ProofPolicy policy) noexcept;

// A program that the issuer's tokens may speak for, told by the organisations in them and never by
// client_id, which anybody at the issuer may choose.
struct ServiceAccount {
    std::string organisation;  // number of the consumer
    std::string supplier;      // number of who acts for it by delegation, or empty: itself
    std::string name;          // [a-z0-9-]: the actor is service/<name>
    std::uint32_t tenant = 0;
    std::vector<std::string> roles;
    friend bool operator==(const ServiceAccount&, const ServiceAccount&) = default;
};

// How browsers log in at an issuer, as the client `IssuerSettings::client_id`.
struct LoginClient {
    KeySource metadata;       // its OpenID metadata; no place: nobody logs in there
    std::string secret_file;  // the client's secret, or
    std::string key_file;     // its private key (private_key_jwt); neither: PKCE alone
    std::string scope;        // what is asked for besides openid
    std::string resource;     // RFC 8707: whom the access token is for; or empty
    friend bool operator==(const LoginClient&, const LoginClient&) = default;
};

// One party whose tokens are believed, and how far.
struct IssuerSettings {
    Profile profile = Profile::rfc9068;
    std::string issuer;  // "iss", exactly
    KeySource keys;
    std::string audience;   // "aud"; "unspecified" and empty as the profile allows
    std::string client_id;  // "aud" of its logout tokens; empty: none is taken
    LoginClient login;
    std::vector<Algorithm> algorithms;  // empty: the profile's
    std::string required_scope_prefix;  // some scope is this, or begins with this and a delimiter
    Assurance assurance_min = Assurance::none;  // of people
    ProofPolicy proof = ProofPolicy::off;
    std::map<std::string, std::uint32_t> tenants;  // organisation number -> tenant
    std::vector<ServiceAccount> services;
    friend bool operator==(const IssuerSettings&, const IssuerSettings&) = default;
};

// What an operator must change before these settings are safe to use, each a sentence that begins
// with the key; empty when they are.
[[nodiscard]] std::vector<std::string> problems_of(const IssuerSettings& issuer);

}  // namespace samvev::access
