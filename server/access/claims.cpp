#include "access/claims.hpp"

#include <algorithm>
#include <optional>

#include "access/compact_jws.hpp"
#include "access/registered_claims.hpp"
#include "access/token_json.hpp"
#include "base/json_text.hpp"
#include "base/uuid.hpp"

namespace samvev::access {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t roles_max = 64;
constexpr std::size_t text_bytes_max = 128;

std::optional<Actor::Kind> kind_from(std::string_view text) noexcept {
    if (text == "staff") {
        return Actor::Kind::staff;
    }
    if (text == "person") {
        return Actor::Kind::person;
    }
    if (text == "service") {
        return Actor::Kind::service;
    }
    return std::nullopt;
}

Result<std::string> read_subject(const dom::object& claims, Actor::Kind kind) {
    std::string_view subject;
    if (claims["sub"].get(subject) != simdjson::SUCCESS) {
        return refuse_token("claims", "the token has no sub that is a string");
    }
    if (kind == Actor::Kind::service) {
        if (!is_service_name(subject)) {
            return refuse_token("claims", "the token's sub is not a service name");
        }
        return std::string(subject);
    }
    const auto id = base::Uuid::parse(subject);
    if (!id || id->is_nil()) {
        return refuse_token("claims", "the token's sub is not a UUID");
    }
    return id->text();
}

Result<std::vector<std::string>> read_roles(const dom::object& samvev) {
    dom::array items;
    if (samvev["roles"].get(items) != simdjson::SUCCESS || items.size() > roles_max) {
        return refuse_token("claims", "the token's samvev.roles is not a list of at most 64 roles");
    }
    std::vector<std::string> roles;
    for (const auto item : items) {
        std::string_view role;
        if (item.get(role) != simdjson::SUCCESS || !is_role_name(role)) {
            return refuse_token(
                "claims", "the token's samvev.roles holds something that is no role"
            );
        }
        roles.emplace_back(role);
    }
    return roles;
}

// A short text that may be missing.
Result<std::string> read_text(const dom::object& object, std::string_view name) {
    const auto member = object[name];
    if (member.error() != simdjson::SUCCESS) {
        return std::string();
    }
    std::string_view text;
    if (member.get(text) != simdjson::SUCCESS || text.size() > text_bytes_max) {
        return refuse_token("claims", "the token's " + std::string(name) + " is not a short text");
    }
    return std::string(text);
}

Result<Actor> read_actor(const dom::object& claims) {
    dom::object samvev;
    std::uint64_t tenant = 0;
    std::string_view kind_text;
    if (claims["samvev"].get(samvev) != simdjson::SUCCESS) {
        return refuse_token("claims", "the token has no samvev claims");
    }
    if (samvev["tenant"].get(tenant) != simdjson::SUCCESS || tenant == 0 || tenant > UINT32_MAX) {
        return refuse_token("claims", "the token's samvev.tenant is not a tenant number");
    }
    if (samvev["kind"].get(kind_text) != simdjson::SUCCESS || !kind_from(kind_text)) {
        return refuse_token("claims", "the token's samvev.kind is not staff, person or service");
    }
    Actor actor;
    actor.tenant = static_cast<std::uint32_t>(tenant);
    actor.kind = *kind_from(kind_text);
    SAMVEV_TRY(actor.id, read_subject(claims, actor.kind));
    SAMVEV_TRY(actor.roles, read_roles(samvev));
    SAMVEV_TRY(actor.unit, read_text(samvev, "unit"));
    SAMVEV_TRY(actor.purpose, read_text(samvev, "purpose"));
    SAMVEV_TRY(actor.on_behalf_of, read_text(samvev, "onBehalfOf"));
    SAMVEV_TRY(const std::string level, read_text(samvev, "level"));
    const auto assurance = find_assurance(level.empty() ? "high" : level);
    if (!assurance) {
        return refuse_token("claims", "the token's samvev.level is not a level of assurance");
    }
    actor.assurance = *assurance;
    if (!actor.unit.empty()) {
        const auto unit = base::Uuid::parse(actor.unit);
        if (!unit) {
            return refuse_token("claims", "the token's samvev.unit is not a UUID");
        }
        actor.unit = unit->text();
    }
    return actor;
}

Result<TokenIdentity> read_identity(const dom::object& claims, std::string_view issuer) {
    TokenIdentity identity;
    identity.issuer = issuer;
    SAMVEV_TRY(identity.subject, read_text(claims, "sub"));
    SAMVEV_TRY(identity.session_id, read_text(claims, "sid"));
    SAMVEV_TRY(identity.token_id, read_text(claims, "jti"));
    SAMVEV_TRY(const auto issued_at, read_time(claims, "iat"));
    identity.issued_at = issued_at.value_or(std::chrono::sys_seconds());
    return identity;
}

std::int64_t epoch_seconds(base::Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

Result<VerifiedActor> read_claims(std::string_view json, const ExpectedClaims& expected) {
    dom::parser parser;
    dom::object claims;
    if (!parse_token_json(parser, json, claims)) {
        return refuse_token(
            "malformed", "the token's claims are not a JSON object without duplicate keys"
        );
    }
    std::string_view issuer;
    if (claims["iss"].get(issuer) != simdjson::SUCCESS || issuer != expected.issuer) {
        return refuse_token("issuer", "the token is from an issuer this server does not trust");
    }
    const auto audiences = read_audiences(claims);
    if (!audiences || std::ranges::find(*audiences, expected.audience) == audiences->end()) {
        return refuse_token("audience", "the token is not meant for this server");
    }
    SAMVEV_TRY(
        const base::Timestamp expires,
        check_lifetime(claims, {.now = expected.now, .leeway = clock_leeway})
    );
    VerifiedActor actor;
    SAMVEV_TRY(static_cast<Actor&>(actor), read_actor(claims));
    actor.expires_at = expires;
    SAMVEV_TRY(actor.token, read_identity(claims, issuer));
    return actor;
}

std::string write_claims(const NewClaims& claims) {
    const Actor& actor = claims.actor;
    std::string roles = "[";
    for (const std::string& role : actor.roles) {
        if (roles.size() > 1) {
            roles.push_back(',');
        }
        base::append_json_string(roles, role);
    }
    roles.push_back(']');
    base::JsonObject samvev;
    samvev.number("tenant", actor.tenant).text("kind", to_text(actor.kind)).raw("roles", roles);
    if (!actor.unit.empty()) {
        samvev.text("unit", actor.unit);
    }
    if (!actor.purpose.empty()) {
        samvev.text("purpose", actor.purpose);
    }
    if (!actor.on_behalf_of.empty()) {
        samvev.text("onBehalfOf", actor.on_behalf_of);
    }
    samvev.text("level", to_text(actor.assurance));
    const std::int64_t now = epoch_seconds(claims.now);
    return base::JsonObject()
        .text("iss", claims.issuer)
        .text("aud", claims.audience)
        .text("sub", actor.id)
        .number("iat", now)
        .number("nbf", now)
        .number("exp", now + claims.lifetime.count())
        .text("jti", claims.token_id)
        .raw("samvev", samvev.take())
        .take();
}

}  // namespace samvev::access
