#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace samvev::access {

// Which token an actor came with, in its issuer's terms: what a logout and a revocation name.
// Texts are empty when the token does not say.
struct TokenIdentity {
    std::string issuer;
    std::string subject;
    std::string session_id;  // "sid"
    std::string token_id;    // "jti"
    base::Timestamp issued_at{};
    friend bool operator==(const TokenIdentity&, const TokenIdentity&) = default;
};

// What an issuer's logout token ends: one session of its, or all of a subject.
struct EndedLogin {
    std::string issuer;
    std::string subject;     // or empty, when there is
    std::string session_id;  // this
    base::Timestamp at{};    // a subject's later logins are not meant

    [[nodiscard]] bool covers(const TokenIdentity& token) const noexcept;
    friend bool operator==(const EndedLogin&, const EndedLogin&) = default;
};

}  // namespace samvev::access
