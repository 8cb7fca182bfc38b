#include "access/principal_actor.hpp"

#include "access/compact_jws.hpp"

namespace samvev::access {
namespace {

constexpr std::string_view own_case = "own-case";
constexpr std::string_view representation = "representation";
constexpr std::string_view coordination = "coordination";

tl::unexpected<Error> refuse_unknown() {
    return refuse_token(
        "unknown", "the token is good, but nobody here is known by it: ask to be registered"
    );
}

// The organisation that the token speaks for.
const std::optional<OrganisationId>& organisation_of(const Principal& principal) {
    const bool chooses = rules_of(principal.profile).tenant == ProfileRules::Tenant::representing;
    return chooses && !is_machine(principal) ? principal.representing : principal.consumer;
}

Result<void> check_representing(const Principal& principal, std::string_view asked) {
    if (asked.empty()) {
        return {};
    }
    const auto wanted = parse_organisation_id(asked);
    const auto& own = organisation_of(principal);
    if (!wanted || !own || own->number != wanted->number) {
        return fail(
            ErrorCode::denied,
            "the token does not speak for that organisation: log in for it, or have it delegate"
        );
    }
    return {};
}

Result<Actor> to_service(
    const Principal& principal, const Capacity& capacity, const Directory& directory
) {
    SAMVEV_TRY(const auto account, directory.find_service(principal));
    if (!account) {
        return refuse_token(
            "unknown", "the token's organisation has no service account on this server"
        );
    }
    Actor actor;
    actor.kind = Actor::Kind::service;
    actor.tenant = account->tenant;
    actor.id = account->name;
    actor.roles = account->roles;
    actor.assurance = Assurance::high;
    actor.purpose = capacity.purpose.empty() ? coordination : capacity.purpose;
    if (principal.supplier) {
        actor.on_behalf_of = "organisation/" + principal.consumer->number;
    }
    return actor;
}

Result<std::uint32_t> tenant_of(const IssuerSettings& issuer, const Principal& principal) {
    const auto& organisation = organisation_of(principal);
    if (!organisation) {
        const bool chooses =
            rules_of(principal.profile).tenant == ProfileRules::Tenant::representing;
        return refuse_token(
            "tenant", chooses ? "the token represents no organisation: log in for one"
                              : "the token names no organisation"
        );
    }
    const auto tenant = issuer.tenants.find(organisation->number);
    if (tenant == issuer.tenants.end()) {
        return refuse_token("tenant", "the token's organisation has no tenant on this server");
    }
    return tenant->second;
}

// What modules take them for. Who is a child here and somebody's parent there says which, by the
// purpose, or a parent's words would stand as the child's.
std::vector<std::string> roles_of(const Citizen& citizen, std::string_view purpose) {
    std::vector<std::string> roles;
    const bool as_parent = citizen.represents && (!citizen.is_child || purpose == representation);
    if (as_parent) {
        roles.emplace_back("guardian");
    } else if (citizen.is_child) {
        roles.emplace_back("child");
    }
    if (citizen.is_trusted) {
        roles.emplace_back("trusted-person");
    }
    return roles;
}

Result<Actor> to_citizen(
    std::uint32_t tenant, const Principal& principal, const Capacity& capacity,
    const Directory& directory
) {
    SAMVEV_TRY(const auto citizen, directory.find_person(tenant, principal));
    if (!citizen) {
        return refuse_unknown();
    }
    return actor_of(*citizen, capacity);
}

Result<Actor> to_staff(
    std::uint32_t tenant, const Principal& principal, const Capacity& capacity,
    const Directory& directory
) {
    SAMVEV_TRY(auto member, directory.find_staff(tenant, principal, capacity.unit));
    if (!member) {
        return refuse_unknown();
    }
    Actor actor;
    actor.kind = Actor::Kind::staff;
    actor.id = member->id.text();
    actor.roles = std::move(member->roles);
    actor.unit = std::move(member->unit);
    actor.purpose = capacity.purpose;
    return actor;
}

Result<Actor> to_somebody(
    const IssuerSettings& issuer, const Principal& principal, const Capacity& capacity,
    const Directory& directory
) {
    SAMVEV_TRY(const std::uint32_t tenant, tenant_of(issuer, principal));
    if (!principal.pid) {
        return refuse_token(
            "claims",
            "the token has no national identity number: log in with scopes that include it"
        );
    }
    const bool is_citizen = rules_of(principal.profile).person == Actor::Kind::person;
    SAMVEV_TRY(
        Actor actor, is_citizen ? to_citizen(tenant, principal, capacity, directory)
                                : to_staff(tenant, principal, capacity, directory)
    );
    actor.tenant = tenant;
    actor.assurance = principal.assurance;
    return actor;
}

}  // namespace

Actor actor_of(const Citizen& citizen, const Capacity& capacity) {
    Actor actor;
    actor.kind = Actor::Kind::person;
    actor.id = citizen.id.text();
    actor.purpose = capacity.purpose.empty() ? own_case : capacity.purpose;
    actor.roles = roles_of(citizen, actor.purpose);
    return actor;
}

TokenIdentity identity_of(const Principal& principal) {
    return {
        .issuer = principal.issuer,
        .subject = principal.subject,
        .session_id = principal.session_id,
        .token_id = principal.token_id,
        .issued_at = principal.issued_at
    };
}

Result<VerifiedActor> find_actor(
    const IssuerSettings& issuer, const Principal& principal, const Capacity& capacity,
    const Directory& directory
) {
    SAMVEV_CHECK_OK(check_representing(principal, capacity.representing));
    VerifiedActor actor;
    SAMVEV_TRY(
        static_cast<Actor&>(actor), is_machine(principal)
                                        ? to_service(principal, capacity, directory)
                                        : to_somebody(issuer, principal, capacity, directory)
    );
    actor.expires_at = principal.expires_at;
    actor.token = identity_of(principal);
    return actor;
}

}  // namespace samvev::access
