#include "access/compact_jws.hpp"

#include <array>
#include <optional>

#include "access/base64url.hpp"
#include "access/token_json.hpp"
#include "base/json_text.hpp"

namespace samvev::access {
namespace {

// Header, claims, signature; absent unless there are exactly three parts.
std::optional<std::array<std::string_view, 3>> split(std::string_view token) {
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    return std::array{
        token.substr(0, first), token.substr(first + 1, second - first - 1),
        token.substr(second + 1)
    };
}

// A text member; false when there is one that is no text.
bool read_member(const simdjson::dom::object& header, std::string_view name, std::string& out) {
    const auto member = header[name];
    if (member.error() != simdjson::SUCCESS) {
        return true;
    }
    std::string_view text;
    if (member.get(text) != simdjson::SUCCESS) {
        return false;
    }
    out = text;
    return true;
}

Result<void> read_header(CompactJws& jws) {
    simdjson::dom::parser parser;
    simdjson::dom::object header;
    if (!parse_token_json(parser, jws.header, header)) {
        return refuse_token("malformed", "the token's header is not base64url of a JSON object");
    }
    if (!read_member(header, "typ", jws.type) || !read_member(header, "kid", jws.key_id)) {
        return refuse_token("malformed", "the token's typ or kid is not a text");
    }
    std::string_view algorithm;
    if (header["alg"].get(algorithm) == simdjson::SUCCESS) {
        jws.algorithm = algorithm;
    }
    // RFC 7515 §4.1.11: what is marked critical must be understood, and nothing here is.
    if (header["crit"].error() == simdjson::SUCCESS || header["zip"].error() == simdjson::SUCCESS) {
        return refuse_token("malformed", "the token's header has extensions not understood here");
    }
    return {};
}

}  // namespace

tl::unexpected<Error> refuse_token(std::string_view reason, std::string message) {
    return fail(
        ErrorCode::unauthenticated, std::move(message),
        base::JsonObject().text("reason", reason).take()
    );
}

Result<CompactJws> parse_compact_jws(std::string_view token) {
    if (token.size() > token_bytes_max) {
        return refuse_token("malformed", "the token is longer than 8 KiB");
    }
    const auto parts = split(token);
    if (!parts) {
        return refuse_token(
            "malformed",
            "not a signed JWT: it must have three parts. References to tokens and encrypted tokens "
            "are not taken: have the issuer give out signed JWTs"
        );
    }
    auto header = from_base64url((*parts)[0]);
    auto claims = from_base64url((*parts)[1]);
    auto signature = from_base64url((*parts)[2]);
    if (!header || !claims || !signature) {
        return refuse_token("malformed", "a part of the token is not base64url");
    }
    CompactJws jws;
    jws.token = token;
    jws.signed_bytes = token.substr(0, (*parts)[0].size() + 1 + (*parts)[1].size());
    jws.header = std::move(*header);
    jws.claims = std::move(*claims);
    jws.signature = std::move(*signature);
    SAMVEV_CHECK_OK(read_header(jws));
    return jws;
}

}  // namespace samvev::access
