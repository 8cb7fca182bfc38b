#include "access/issuer_claims.hpp"

#include <algorithm>
#include <cctype>

#include "access/compact_jws.hpp"
#include "access/registered_claims.hpp"
#include "access/token_json.hpp"
#include "base/limits.hpp"

namespace samvev::access {
namespace {

namespace dom = simdjson::dom;

bool has(const dom::object& object, std::string_view name) {
    return object[name].error() == simdjson::SUCCESS;
}

// A text that may be missing, and is then empty.
Result<std::string> read_text(const dom::object& claims, std::string_view name) {
    std::string_view text;
    if (!name.empty() && has(claims, name) && claims[name].get(text) != simdjson::SUCCESS) {
        return refuse_token("claims", "the token's " + std::string(name) + " is not a text");
    }
    return std::string(text);
}

// --- is it an access token for this server? ------------------------------------------------------

Result<void> check_type(ProfileRules::Type rule, std::string_view type) {
    std::string name(type);
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    if (name.starts_with("application/")) {
        name.erase(0, name.find('/') + 1);
    }
    const bool is_at_jwt = name == "at+jwt";
    bool fits = is_at_jwt;
    switch (rule) {
        case ProfileRules::Type::not_required:
            fits = is_at_jwt || name == "jwt" || type.empty();
            break;
        case ProfileRules::Type::at_jwt_or_jwt:
            fits = is_at_jwt || name == "jwt";
            break;
        case ProfileRules::Type::at_jwt:
            break;
    }
    if (!fits) {
        return refuse_token("type", "the token's typ is not that of this issuer's access tokens");
    }
    return {};
}

// OpenID Connect Core §3.1.3.6 and Back-Channel Logout §2.4: what only other tokens have.
Result<void> refuse_other_tokens(const dom::object& claims, const ProfileRules& rules) {
    for (const std::string_view name : {"nonce", "at_hash", "c_hash", "s_hash", "events"}) {
        if (has(claims, name)) {
            return refuse_token(
                "type", "this is an id_token or a logout token: send the access token"
            );
        }
    }
    if (rules.has_scope && !has(claims, "scope")) {
        return refuse_token("type", "the token has no scope, so it is no access token");
    }
    return {};
}

Result<void> check_audience(const dom::object& claims, const IssuerSettings& issuer) {
    const auto audiences = read_audiences(claims);
    const auto contains = [&] {
        return audiences && std::ranges::find(*audiences, issuer.audience) != audiences->end();
    };
    bool fits = false;
    switch (rules_of(issuer.profile).audience) {
        case ProfileRules::Audience::contains:
            fits = contains();
            break;
        case ProfileRules::Audience::only:
            fits = contains() && audiences->size() == 1;
            break;
        case ProfileRules::Audience::only_when_restricted:
            fits = issuer.audience.empty() ? !has(claims, "aud") : contains();
            break;
    }
    if (!fits) {
        return refuse_token("audience", "the token is not meant for this server");
    }
    return {};
}

// RFC 9068 §2.2: what such a token always has.
Result<void> check_required(const dom::object& claims) {
    for (const std::string_view name : {"sub", "client_id", "iat", "jti"}) {
        if (!has(claims, name)) {
            return refuse_token("claims", "the token has no " + std::string(name));
        }
    }
    return {};
}

// --- whom does it speak for? ---------------------------------------------------------------------

Result<std::vector<std::string>> read_scopes(const dom::object& claims) {
    std::vector<std::string> scopes;
    const auto member = claims["scope"];
    if (member.error() != simdjson::SUCCESS) {
        return scopes;
    }
    const auto malformed = [] {
        return refuse_token("claims", "the token's scope is not a text of at most 256 scopes");
    };
    std::string_view text;
    dom::array items;
    if (member.get(items) == simdjson::SUCCESS) {  // HelseID.
        for (const auto item : items) {
            if (item.get(text) != simdjson::SUCCESS || scopes.size() == limits::scopes_max) {
                return malformed();
            }
            scopes.emplace_back(text);
        }
        return scopes;
    }
    if (member.get(text) != simdjson::SUCCESS) {
        return malformed();
    }
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) {
            scopes.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return scopes.size() <= limits::scopes_max ? Result<std::vector<std::string>>(std::move(scopes))
                                               : malformed();
}

Result<std::optional<OrganisationId>> to_organisation(
    std::optional<std::string_view> text, std::string_view name
) {
    auto id = text ? parse_organisation_id(*text) : std::nullopt;
    if (!id) {
        return refuse_token(
            "claims", "the token's " + std::string(name) + " is not an organisation"
        );
    }
    return id;
}

// {"authority":"iso6523-actorid-upis","ID":"0192:…"}; Ansattporten writes "Authority".
Result<std::optional<OrganisationId>> read_iso6523(
    const dom::object& object, std::string_view name, std::string_view authority_name
) {
    std::string_view authority;
    std::string_view text;
    const bool is_iso6523 = object[authority_name].get(authority) == simdjson::SUCCESS &&
                            authority == "iso6523-actorid-upis" &&
                            object["ID"].get(text) == simdjson::SUCCESS;
    return to_organisation(is_iso6523 ? std::optional(text) : std::nullopt, name);
}

Result<std::optional<OrganisationId>> read_organisation(
    const dom::object& claims, ProfileRules::Organisation form, std::string_view name
) {
    if (!has(claims, name)) {
        return std::nullopt;
    }
    if (form == ProfileRules::Organisation::orgnr) {
        std::string_view text;
        const bool is_text = claims[name].get(text) == simdjson::SUCCESS;
        return to_organisation(is_text ? std::optional(text) : std::nullopt, name);
    }
    dom::object object;
    if (claims[name].get(object) != simdjson::SUCCESS) {
        return to_organisation(std::nullopt, name);
    }
    return read_iso6523(object, name, "authority");
}

// The one organisation that an employee has chosen in Ansattporten; absent when there was no
// choice.
Result<std::optional<OrganisationId>> read_representing(const dom::object& claims) {
    std::optional<OrganisationId> chosen;
    if (!has(claims, "authorization_details")) {
        return chosen;
    }
    dom::array details;
    if (claims["authorization_details"].get(details) != simdjson::SUCCESS) {
        return refuse_token("claims", "the token's authorization_details is not a list");
    }
    for (const auto detail : details) {
        std::string_view type;
        dom::array reportees;
        if (detail["type"].get(type) != simdjson::SUCCESS || !type.starts_with("ansattporten:") ||
            detail["reportees"].get(reportees) != simdjson::SUCCESS) {
            continue;
        }
        for (const auto item : reportees) {
            dom::object reportee;
            if (item.get(reportee) != simdjson::SUCCESS) {
                return refuse_token("claims", "the token's reportees are not organisations");
            }
            SAMVEV_TRY(const auto id, read_iso6523(reportee, "reportees", "Authority"));
            if (chosen && *chosen != *id) {
                return refuse_token(
                    "claims", "the token represents several organisations: log in for one of them"
                );
            }
            chosen = id;
        }
    }
    return chosen;
}

Result<void> read_organisations(
    const dom::object& claims, const ProfileRules& rules, Principal& principal
) {
    const bool is_orgnr = rules.organisation == ProfileRules::Organisation::orgnr;
    const auto read = [&](std::string_view name) {
        const std::string full =
            (is_orgnr ? "helseid://claims/client/claims/" : "") + std::string(name);
        return read_organisation(claims, rules.organisation, full);
    };
    SAMVEV_TRY(principal.consumer, read(is_orgnr ? "orgnr_parent" : "consumer"));
    SAMVEV_TRY(principal.supplier, read(is_orgnr ? "orgnr_supplier" : "supplier"));
    if (is_orgnr && principal.consumer) {
        SAMVEV_TRY(const auto unit, read("orgnr_child"));
        principal.consumer->unit = unit ? unit->number : std::string();
    }
    if (rules.tenant == ProfileRules::Tenant::representing) {
        SAMVEV_TRY(principal.representing, read_representing(claims));
    }
    if (rules.machine != ProfileRules::Machine::always) {
        return {};
    }
    if (!principal.consumer) {
        return refuse_token("claims", "the token has no consumer");
    }
    if (principal.supplier && !has(claims, "delegation_source")) {
        return refuse_token("claims", "the token has a supplier without a delegation_source");
    }
    // Consents and system users change what the token stands for.
    if (has(claims, "authorization_details")) {
        return refuse_token("claims", "the token's authorization_details are not understood here");
    }
    return {};
}

Result<std::string> read_confirmation(const dom::object& claims) {
    const auto member = claims["cnf"];
    if (member.error() != simdjson::SUCCESS) {
        return std::string();
    }
    dom::object confirmation;
    std::string_view thumbprint;
    if (member.get(confirmation) != simdjson::SUCCESS || confirmation.size() != 1 ||
        confirmation["jkt"].get(thumbprint) != simdjson::SUCCESS || thumbprint.empty()) {
        return refuse_token("claims", "the token is bound in a way that cannot be checked here");
    }
    return std::string(thumbprint);
}

Result<void> read_person(
    const dom::object& claims, const ProfileRules& rules, Principal& principal
) {
    SAMVEV_TRY(principal.subject, read_text(claims, "sub"));
    SAMVEV_TRY(const std::string pid, read_text(claims, rules.pid_claim));
    if (!pid.empty()) {
        principal.pid = PersonalNumber::parse(pid);
        if (!principal.pid) {
            return refuse_token("claims", "the token's pid is not a national identity number");
        }
    }
    SAMVEV_TRY(const std::string level, read_text(claims, rules.assurance_claim));
    principal.assurance = read_assurance(level);
    return {};
}

// --- is it enough? -------------------------------------------------------------------------------

// "fjordvik:samvev" lets "fjordvik:samvev.read" in and "fjordvik:samvevende" not.
bool begins_with(std::string_view scope, std::string_view prefix) {
    if (!scope.starts_with(prefix)) {
        return false;
    }
    const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    return scope.size() == prefix.size() || !is_word(prefix.back()) ||
           !is_word(scope[prefix.size()]);
}

Result<void> check_sufficient(const IssuerSettings& issuer, const Principal& principal) {
    const std::string& prefix = issuer.required_scope_prefix;
    if (!prefix.empty() && std::ranges::none_of(principal.scopes, [&](const auto& s) {
            return begins_with(s, prefix);
        })) {
        return refuse_token("scope", "the token has no scope for this server");
    }
    if (is_machine(principal)) {
        return {};
    }
    if (!principal.pid && principal.subject.empty()) {
        return refuse_token("claims", "the token names nobody: it has neither pid nor sub");
    }
    if (principal.assurance < issuer.assurance_min) {
        return fail(
            ErrorCode::unauthenticated,
            "log in at a higher level: " + std::string(to_text(issuer.assurance_min)) +
                " is asked for here",
            stronger_login_data(issuer.assurance_min)
        );
    }
    return {};
}

}  // namespace

bool is_machine(const Principal& principal) {
    switch (rules_of(principal.profile).machine) {
        case ProfileRules::Machine::never:
            return false;
        case ProfileRules::Machine::always:
            return true;
        case ProfileRules::Machine::without_person:
            return !principal.pid && principal.subject.empty();
        case ProfileRules::Machine::subject_is_client:
            return !principal.client.empty() && principal.subject == principal.client;
    }
    return false;
}

Result<Principal> read_issuer_claims(std::string_view json, const ExpectedToken& expected) {
    const IssuerSettings& issuer = expected.issuer;
    const ProfileRules& rules = rules_of(issuer.profile);
    dom::parser parser;
    dom::object claims;
    if (!parse_token_json(parser, json, claims)) {
        return refuse_token(
            "malformed", "the token's claims are not a JSON object without duplicate keys"
        );
    }
    Principal principal;
    principal.profile = issuer.profile;
    SAMVEV_TRY(principal.issuer, read_text(claims, "iss"));
    if (principal.issuer != issuer.issuer) {
        return refuse_token("issuer", "the token is from an issuer this server does not trust");
    }
    SAMVEV_CHECK_OK(check_type(rules.type, expected.type));
    SAMVEV_CHECK_OK(refuse_other_tokens(claims, rules));
    SAMVEV_CHECK_OK(check_audience(claims, issuer));
    SAMVEV_TRY(
        principal.expires_at,
        check_lifetime(claims, {.now = expected.now, .leeway = limits::token_skew})
    );
    if (issuer.profile == Profile::rfc9068) {
        SAMVEV_CHECK_OK(check_required(claims));
    }
    SAMVEV_CHECK_OK(read_person(claims, rules, principal));
    SAMVEV_CHECK_OK(read_organisations(claims, rules, principal));
    SAMVEV_TRY(principal.scopes, read_scopes(claims));
    SAMVEV_TRY(principal.session_id, read_text(claims, "sid"));
    SAMVEV_TRY(const auto issued_at, read_time(claims, "iat"));
    principal.issued_at = issued_at.value_or(std::chrono::sys_seconds());
    SAMVEV_TRY(principal.token_id, read_text(claims, "jti"));
    SAMVEV_TRY(principal.client, read_text(claims, "client_id"));
    SAMVEV_TRY(principal.confirmation, read_confirmation(claims));
    SAMVEV_CHECK_OK(check_sufficient(issuer, principal));
    return principal;
}

}  // namespace samvev::access
