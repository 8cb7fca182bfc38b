#include "access/issuer_profile.hpp"

#include <algorithm>
#include <array>

namespace samvev::access {
namespace {

using Rules = ProfileRules;
using enum Algorithm;

const std::array<ProfileRules, 5>& table() {
    // In the order of the enumeration. Sources: Digdir's documentation of the three "porten" and
    // Norsk helsenett's of HelseID; what they leave open is not required.
    static const std::array<ProfileRules, 5> rows{{
        {.profile = Profile::idporten,
         .name = "idporten",
         .person = Actor::Kind::person,
         .type = Rules::Type::not_required,
         .audience = Rules::Audience::contains,
         .may_be_unspecified = true,
         .machine = Rules::Machine::never,
         .organisation = Rules::Organisation::iso6523,
         .tenant = Rules::Tenant::consumer,
         .has_scope = true,
         .pid_claim = "pid",
         .assurance_claim = "acr",
         .algorithms = {rs256}},
        {.profile = Profile::ansattporten,
         .name = "ansattporten",
         .person = Actor::Kind::staff,
         .type = Rules::Type::not_required,
         .audience = Rules::Audience::contains,
         .may_be_unspecified = true,
         .machine = Rules::Machine::never,
         .organisation = Rules::Organisation::iso6523,
         .tenant = Rules::Tenant::representing,
         .has_scope = true,
         .pid_claim = "pid",
         .assurance_claim = "acr",
         .algorithms = {rs256}},
        {.profile = Profile::maskinporten,
         .name = "maskinporten",
         .person = Actor::Kind::service,
         .type = Rules::Type::not_required,
         .audience = Rules::Audience::only_when_restricted,
         .may_be_unspecified = false,
         .machine = Rules::Machine::always,
         .organisation = Rules::Organisation::iso6523,
         .tenant = Rules::Tenant::consumer,
         .has_scope = true,
         .pid_claim = "pid",
         .assurance_claim = "",
         .algorithms = {rs256, rs384, rs512}},
        {.profile = Profile::helseid,
         .name = "helseid",
         .person = Actor::Kind::staff,
         .type = Rules::Type::at_jwt_or_jwt,
         .audience = Rules::Audience::only,
         .may_be_unspecified = false,
         .machine = Rules::Machine::without_person,
         .organisation = Rules::Organisation::orgnr,
         .tenant = Rules::Tenant::consumer,
         .has_scope = true,
         .pid_claim = "helseid://claims/identity/pid",
         .assurance_claim = "helseid://claims/identity/security_level",
         .algorithms = {rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512}},
        {.profile = Profile::rfc9068,
         .name = "rfc9068",
         .person = Actor::Kind::staff,
         .type = Rules::Type::at_jwt,
         .audience = Rules::Audience::contains,
         .may_be_unspecified = false,
         .machine = Rules::Machine::subject_is_client,
         .organisation = Rules::Organisation::iso6523,
         .tenant = Rules::Tenant::consumer,
         .has_scope = false,
         .pid_claim = "pid",
         .assurance_claim = "acr",
         .algorithms = {rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512}},
    }};
    return rows;
}

}  // namespace

std::span<const ProfileRules> profile_table() {
    return table();
}

const ProfileRules& rules_of(Profile profile) {
    return table()[static_cast<std::size_t>(profile)];
}

std::optional<Profile> find_profile(std::string_view name) {
    const auto found = std::ranges::find(table(), name, &ProfileRules::name);
    return found == table().end() ? std::nullopt : std::optional(found->profile);
}

}  // namespace samvev::access
