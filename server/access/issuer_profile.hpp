#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "access/actor.hpp"
#include "access/algorithm.hpp"
#include "access/assurance.hpp"

namespace samvev::access {

// The five kinds of issuers whose access tokens are understood. What is peculiar to each stands in
// one row of a table; the code that reads tokens knows the rows' fields only.
enum class Profile { idporten, ansattporten, maskinporten, helseid, rfc9068 };

struct ProfileRules {
    enum class Type {
        not_required,   // absent, JWT or at+jwt
        at_jwt_or_jwt,  // must be there
        at_jwt          // RFC 9068 §4
    };
    enum class Audience {
        contains,             // the configured one is among them
        only,                 // … and the only one
        only_when_restricted  // absent when none is configured, otherwise as `contains`
    };
    // When a token speaks for a program rather than for somebody.
    enum class Machine {
        never,
        always,
        without_person,    // neither pid nor sub
        subject_is_client  // RFC 9068 §2.2: sub is client_id
    };
    enum class Organisation {
        iso6523,  // {"authority":"iso6523-actorid-upis","ID":"0192:…"}
        orgnr     // helseid://claims/client/claims/orgnr_…
    };
    // Which organisation decides the tenant of a person's token.
    enum class Tenant { consumer, representing };

    Profile profile;
    std::string_view name;
    Actor::Kind person;  // whom its tokens speak for, unless for a program
    Type type;
    Audience audience;
    bool may_be_unspecified;  // "aud":"unspecified" can be configured: Digdir's default
    Machine machine;
    Organisation organisation;
    Tenant tenant;
    bool has_scope;  // always in its access tokens, never in its id_tokens
    std::string_view pid_claim;
    std::string_view assurance_claim;
    std::vector<Algorithm> algorithms;  // by default
};

[[nodiscard]] std::span<const ProfileRules> profile_table();
[[nodiscard]] const ProfileRules& rules_of(Profile profile);
[[nodiscard]] std::optional<Profile> find_profile(std::string_view name);

}  // namespace samvev::access
