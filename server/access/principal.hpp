#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/issuer_profile.hpp"
#include "access/organisation_id.hpp"
#include "access/personal_number.hpp"
#include "base/clock.hpp"

namespace samvev::access {

// Whom an issuer's verified token speaks for, in the issuer's terms. Who that is here, a Directory
// says. Texts are empty and optionals absent when the token does not say.
struct Principal {
    Profile profile = Profile::rfc9068;
    std::string issuer;
    std::string subject;  // "sub": pairwise or not, unique at the issuer
    std::optional<PersonalNumber> pid;
    // Organisations decide what a token may do; `client` never does.
    std::optional<OrganisationId> consumer;      // on whose agreement with the issuer
    std::optional<OrganisationId> supplier;      // who acts for the consumer by delegation
    std::optional<OrganisationId> representing;  // whom an employee has chosen to act for
    Assurance assurance = Assurance::none;
    std::vector<std::string> scopes;
    std::string session_id;    // "sid"
    std::string token_id;      // "jti"
    std::string client;        // "client_id"
    std::string confirmation;  // "cnf".jkt: thumbprint of the key that the token is bound to
    base::Timestamp issued_at{};
    base::Timestamp expires_at{};
    friend bool operator==(const Principal&, const Principal&) = default;
};

// Whether a program calls, not somebody.
[[nodiscard]] bool is_machine(const Principal& principal);

}  // namespace samvev::access
