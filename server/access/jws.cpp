#include "access/jws.hpp"

#include <array>
#include <optional>

#include "access/base64url.hpp"
#include "access/token_json.hpp"
#include "base/digest.hpp"
#include "base/json_text.hpp"

namespace samvev::access {
namespace {

constexpr std::string_view header_json = R"({"alg":"ES256","typ":"at+jwt"})";

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

Result<void> check_header(std::string_view encoded) {
    const std::optional<std::string> text = from_base64url(encoded);
    simdjson::dom::parser parser;
    simdjson::dom::object header;
    if (!text || !parse_token_json(parser, *text, header)) {
        return refuse_token("malformed", "the token's header is not base64url of a JSON object");
    }
    std::string_view algorithm;
    if (header["alg"].get(algorithm) != simdjson::SUCCESS || algorithm != "ES256") {
        return refuse_token(
            "algorithm", "the token is not signed with ES256, the only algorithm here"
        );
    }
    std::string_view type;
    if (header["typ"].get(type) != simdjson::SUCCESS || (type != "JWT" && type != "at+jwt")) {
        return refuse_token("malformed", "the token's typ is neither JWT nor at+jwt");
    }
    // RFC 7515 §4.1.11: what is marked critical must be understood, and nothing here is. Keys that
    // the token brings along (jwk, jku, x5u, x5c) are never looked at: the key is the server's.
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

Result<std::string> open_es256_jws(const Es256Key& key, std::string_view token) {
    if (token.size() > token_bytes_max) {
        return refuse_token("malformed", "the token is longer than 8 KiB");
    }
    const auto parts = split(token);
    if (!parts) {
        return refuse_token("malformed", "not a signed JWT: it must have three parts");
    }
    SAMVEV_CHECK_OK(check_header((*parts)[0]));
    const std::optional<std::string> signature = from_base64url((*parts)[2]);
    std::optional<std::string> claims = from_base64url((*parts)[1]);
    if (!signature || !claims) {
        return refuse_token("malformed", "a part of the token is not base64url");
    }
    const std::string_view signed_bytes =
        token.substr(0, (*parts)[0].size() + 1 + (*parts)[1].size());
    if (!key.verify(signed_bytes, *signature)) {
        return refuse_token(
            "signature", "the token's signature is not valid for this server's key"
        );
    }
    return std::move(*claims);
}

Result<std::string> make_es256_jws(const Es256Key& key, std::string_view claims) {
    std::string token = base::to_base64url(header_json);
    token.push_back('.');
    token.append(base::to_base64url(claims));
    SAMVEV_TRY(const std::string signature, key.sign(token));
    token.push_back('.');
    token.append(base::to_base64url(signature));
    return token;
}

}  // namespace samvev::access
