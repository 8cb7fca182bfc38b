#include "access/issuer.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "access/actor.hpp"
#include "access/organisation_id.hpp"

namespace samvev::access {
namespace {

constexpr std::array<std::string_view, 3> policy_names = {"off", "allow", "require"};
constexpr std::string_view unspecified = "unspecified";

bool is_plain_number(const std::string& text) {
    const auto id = parse_organisation_id(text);
    return id && id->number == text;
}

std::string not_a_number(const std::string& key, const std::string& value) {
    return key + ": '" + value + "' is not an organisation number; write its nine digits";
}

void check_audience(const IssuerSettings& issuer, std::vector<std::string>& problems) {
    const ProfileRules& rules = rules_of(issuer.profile);
    const std::string name(rules.name);
    const bool may_be_empty = rules.audience == ProfileRules::Audience::only_when_restricted;
    if (issuer.audience.empty() && !may_be_empty) {
        problems.push_back(
            "audience is missing; write what the issuer puts into aud of tokens for this server"
        );
    }
    if (issuer.audience == unspecified && !rules.may_be_unspecified) {
        problems.push_back(
            "audience: '" + std::string(unspecified) + "' is never in tokens of profile " + name +
            "; write the audience that the issuer has for this server"
        );
    }
    // Such tokens are the same for every service of the issuer: the scope alone tells ours.
    if ((issuer.audience.empty() ? may_be_empty : issuer.audience == unspecified) &&
        issuer.required_scope_prefix.empty()) {
        problems.push_back(
            "required_scope_prefix is missing; without an audience of its own this server would "
            "take tokens meant for others. Write the prefix of your scopes"
        );
    }
}

void check_services(const IssuerSettings& issuer, std::vector<std::string>& problems) {
    std::set<std::pair<std::string, std::string>> seen;
    for (const ServiceAccount& service : issuer.services) {
        if (!is_plain_number(service.organisation)) {
            problems.push_back(not_a_number("service.organisation", service.organisation));
        }
        if (!service.supplier.empty() && !is_plain_number(service.supplier)) {
            problems.push_back(not_a_number("service.supplier", service.supplier));
        }
        if (!is_service_name(service.name)) {
            problems.push_back(
                "service.name: '" + service.name +
                "' is not a service name; use small letters, digits and hyphens"
            );
        }
        if (service.tenant == 0) {
            problems.push_back("service.tenant is missing; write the number of the tenant");
        }
        for (const std::string& role : service.roles) {
            if (!is_role_name(role)) {
                problems.push_back(
                    "service.roles: '" + role + "' is not a role that can be given away"
                );
            }
        }
        if (!seen.emplace(service.organisation, service.supplier).second) {
            problems.push_back(
                "service: " + service.organisation +
                " stands here twice with the same supplier; keep one of them"
            );
        }
    }
}

}  // namespace

std::optional<ProofPolicy> find_proof_policy(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(policy_names, name);
    return found == policy_names.end()
               ? std::nullopt
               : std::optional(static_cast<ProofPolicy>(found - policy_names.begin()));
}

std::string_view to_text(ProofPolicy policy) noexcept {
    return policy_names[static_cast<std::size_t>(policy)];
}

std::vector<std::string> problems_of(const IssuerSettings& issuer) {
    const ProfileRules& rules = rules_of(issuer.profile);
    std::vector<std::string> problems;
    if (issuer.issuer.empty()) {
        problems.emplace_back("issuer is missing; write the issuer's iss, exactly as in its tokens"
        );
    }
    if (issuer.keys.place.empty()) {
        problems.emplace_back(
            "jwks_uri is missing; write the address of the issuer's key set, or jwks_file"
        );
    }
    check_audience(issuer, problems);
    if (issuer.assurance_min != Assurance::none && rules.assurance_claim.empty()) {
        problems.push_back(
            "min_loa: tokens of profile " + std::string(rules.name) +
            " have no level of assurance; leave it out"
        );
    }
    if (!issuer.login.metadata.place.empty() && issuer.client_id.empty()) {
        problems.emplace_back(
            "client_id is missing; browsers log in as a client that the issuer knows"
        );
    }
    if (!issuer.login.secret_file.empty() && !issuer.login.key_file.empty()) {
        problems.emplace_back(
            "client_key_file: the client is known by a key or by a secret; leave one of them out"
        );
    }
    if (!issuer.login.metadata.place.empty() && rules.machine == ProfileRules::Machine::always) {
        problems.push_back(
            "login_metadata: nobody logs in at an issuer of profile " + std::string(rules.name) +
            "; leave it out"
        );
    }
    for (const auto& [number, tenant] : issuer.tenants) {
        if (!is_plain_number(number)) {
            problems.push_back(not_a_number("tenants", number));
        }
        if (tenant == 0) {
            problems.push_back("tenants: " + number + " needs a tenant number from 1 on");
        }
    }
    if (issuer.tenants.empty() && rules.machine != ProfileRules::Machine::always) {
        problems.emplace_back(
            "tenants is empty, so that nobody's token would be taken; write for each organisation "
            "number its tenant, like {\"991825827\" = 9999}"
        );
    }
    if (issuer.services.empty() && rules.machine == ProfileRules::Machine::always) {
        problems.emplace_back(
            "service is missing, so that no token would be taken; write one [[issuer.service]] for "
            "each organisation that calls"
        );
    }
    if (!issuer.services.empty() && rules.machine == ProfileRules::Machine::never) {
        problems.push_back(
            "service: tokens of profile " + std::string(rules.name) +
            " speak for people only; leave [[issuer.service]] out"
        );
    }
    check_services(issuer, problems);
    return problems;
}

}  // namespace samvev::access
