#include "access/id_token.hpp"

#include <algorithm>

#include "access/compact_jws.hpp"
#include "access/registered_claims.hpp"
#include "access/token_json.hpp"
#include "base/limits.hpp"

namespace samvev::access {
namespace {

namespace dom = simdjson::dom;

std::string text_in(const dom::object& claims, std::string_view name) {
    std::string_view text;
    return claims[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

Result<void> check_audience(const dom::object& claims, const std::string& client) {
    const auto audiences = read_audiences(claims);
    if (client.empty() || !audiences || std::ranges::find(*audiences, client) == audiences->end()) {
        return refuse_token("audience", "the id_token is not meant for this server");
    }
    const bool has_party = claims["azp"].error() == simdjson::SUCCESS;
    if ((has_party || audiences->size() > 1) && text_in(claims, "azp") != client) {
        return refuse_token("audience", "the id_token was given to another client");
    }
    return {};
}

}  // namespace

Result<IdToken> read_id_token(std::string_view json, const ExpectedIdToken& expected) {
    dom::parser parser;
    dom::object claims;
    if (!parse_token_json(parser, json, claims)) {
        return refuse_token("malformed", "the id_token's claims are not one JSON object");
    }
    if (!expected.type.empty() && expected.type != "JWT") {
        return refuse_token("type", "the token's typ is not that of an id_token");
    }
    if (text_in(claims, "iss") != expected.issuer.issuer) {
        return refuse_token("issuer", "the id_token is of another issuer");
    }
    SAMVEV_CHECK_OK(check_audience(claims, expected.issuer.client_id));
    SAMVEV_CHECK_OK(check_lifetime(claims, {.now = expected.now, .leeway = limits::token_skew}));
    if (expected.nonce.empty() || text_in(claims, "nonce") != expected.nonce) {
        return refuse_token("claims", "the id_token is of another login: its nonce is not ours");
    }
    IdToken out;
    out.subject = text_in(claims, "sub");
    if (out.subject.empty()) {
        return refuse_token("claims", "the id_token has no sub");
    }
    out.session_id = text_in(claims, "sid");
    out.assurance =
        read_assurance(text_in(claims, rules_of(expected.issuer.profile).assurance_claim));
    return out;
}

}  // namespace samvev::access
