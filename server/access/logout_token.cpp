#include "access/logout_token.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "access/compact_jws.hpp"
#include "access/registered_claims.hpp"
#include "access/token_json.hpp"
#include "base/limits.hpp"

namespace samvev::access {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view logout_event = "http://schemas.openid.net/event/backchannel-logout";

bool is_logout_type(std::string_view type) {
    std::string name(type);
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    // Issuers older than the standard's last edition write JWT or nothing.
    return name.empty() || name == "jwt" || name == "logout+jwt" ||
           name == "application/logout+jwt";
}

Result<std::string> read_text(const dom::object& claims, std::string_view name) {
    const auto member = claims[name];
    std::string_view text;
    if (member.error() == simdjson::SUCCESS && member.get(text) != simdjson::SUCCESS) {
        return refuse_token("claims", "the logout token's " + std::string(name) + " is not a text");
    }
    return std::string(text);
}

Result<void> check_event(const dom::object& claims) {
    dom::object events;
    dom::object event;
    if (claims["events"].get(events) != simdjson::SUCCESS ||
        events[logout_event].get(event) != simdjson::SUCCESS) {
        return refuse_token("type", "the token's events do not say that it is a logout token");
    }
    if (claims["nonce"].error() == simdjson::SUCCESS) {
        return refuse_token("type", "a token with a nonce is no logout token");
    }
    return {};
}

Result<void> check_time(const dom::object& claims, base::Timestamp now) {
    SAMVEV_TRY(const auto expires, read_time(claims, "exp"));
    SAMVEV_TRY(const auto issued, read_time(claims, "iat"));
    if (!issued) {
        return refuse_token("claims", "the logout token has no iat");
    }
    if (*issued > now + limits::token_skew) {
        return refuse_token(
            "not_yet_valid", "the logout token is of the future: compare the clocks"
        );
    }
    if (now >= *issued + limits::logout_token_age_max + limits::token_skew ||
        (expires && now >= *expires + limits::token_skew)) {
        return refuse_token("expired", "the logout token is too old");
    }
    return {};
}

}  // namespace

Result<EndedLogin> read_logout_claims(std::string_view json, const ExpectedToken& expected) {
    dom::parser parser;
    dom::object claims;
    if (!parse_token_json(parser, json, claims)) {
        return refuse_token(
            "malformed", "the logout token's claims are not a JSON object without duplicate keys"
        );
    }
    EndedLogin ended;
    ended.at = expected.now;
    SAMVEV_TRY(ended.issuer, read_text(claims, "iss"));
    if (ended.issuer != expected.issuer.issuer) {
        return refuse_token("issuer", "the logout token is from an issuer not trusted here");
    }
    if (!is_logout_type(expected.type)) {
        return refuse_token("type", "the token's typ is not that of a logout token");
    }
    SAMVEV_CHECK_OK(check_event(claims));
    const std::string& client = expected.issuer.client_id;
    const auto audiences = read_audiences(claims);
    if (client.empty() || !audiences || std::ranges::find(*audiences, client) == audiences->end()) {
        return refuse_token("audience", "the logout token is not meant for this server");
    }
    SAMVEV_CHECK_OK(check_time(claims, expected.now));
    SAMVEV_TRY(const std::string token_id, read_text(claims, "jti"));
    SAMVEV_TRY(ended.subject, read_text(claims, "sub"));
    SAMVEV_TRY(ended.session_id, read_text(claims, "sid"));
    if (token_id.empty() || (ended.subject.empty() && ended.session_id.empty())) {
        return refuse_token("claims", "the logout token has no jti, or neither sid nor sub");
    }
    return ended;
}

}  // namespace samvev::access
