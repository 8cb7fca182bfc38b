#include "access/login_endpoints.hpp"

#include <algorithm>
#include <array>

#include "access/token_json.hpp"

namespace samvev::access {
namespace {

namespace dom = simdjson::dom;

tl::unexpected<Error> unusable(const std::string& why) {
    return fail(ErrorCode::unavailable, "the issuer's metadata cannot be used: " + why);
}

bool is_safe_address(std::string_view address) {
    constexpr std::array<std::string_view, 4> begins = {
        "https://", "http://127.0.0.1", "http://localhost", "http://[::1]"
    };
    const auto printable = [](char c) { return c > ' ' && c <= '~' && c != '#'; };
    return std::ranges::all_of(address, printable) &&
           std::ranges::any_of(begins, [&](std::string_view begin) {
               const std::size_t size = begin.size();
               return address.starts_with(begin) && address.size() > size &&
                      (begin.back() == '/' || address[size] == ':' || address[size] == '/');
           });
}

std::string text_in(const dom::object& metadata, std::string_view name) {
    std::string_view text;
    return metadata[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

// Whether a list is there and lacks `value`.
bool excludes(const dom::object& metadata, std::string_view name, std::string_view value) {
    dom::array items;
    if (metadata[name].get(items) != simdjson::SUCCESS) {
        return false;
    }
    return std::none_of(items.begin(), items.end(), [value](auto item) {
        std::string_view text;
        return item.get(text) == simdjson::SUCCESS && text == value;
    });
}

std::vector<std::string> texts_in(const dom::object& metadata, std::string_view name) {
    std::vector<std::string> out;
    dom::array items;
    if (metadata[name].get(items) == simdjson::SUCCESS) {
        for (const auto item : items) {
            std::string_view text;
            if (item.get(text) == simdjson::SUCCESS) {
                out.emplace_back(text);
            }
        }
    }
    return out;
}

bool says_yes(const dom::object& metadata, std::string_view name) {
    bool yes = false;
    return metadata[name].get(yes) == simdjson::SUCCESS && yes;
}

}  // namespace

Result<LoginEndpoints> read_login_endpoints(std::string_view metadata, std::string_view issuer) {
    dom::parser parser;
    dom::object object;
    if (!parse_token_json(parser, metadata, object)) {
        return unusable("it is no JSON object");
    }
    if (text_in(object, "issuer") != issuer) {
        return unusable("it is of another issuer");
    }
    LoginEndpoints out;
    out.authorization = text_in(object, "authorization_endpoint");
    out.token = text_in(object, "token_endpoint");
    out.end_session = text_in(object, "end_session_endpoint");
    if (!is_safe_address(out.authorization) || !is_safe_address(out.token)) {
        return unusable("authorization_endpoint or token_endpoint is missing or not https");
    }
    if (!out.end_session.empty() && !is_safe_address(out.end_session)) {
        return unusable("end_session_endpoint is not https");
    }
    out.pushed = text_in(object, "pushed_authorization_request_endpoint");
    out.wants_pushed = says_yes(object, "require_pushed_authorization_requests");
    if (out.pushed.empty() ? out.wants_pushed : !is_safe_address(out.pushed)) {
        return unusable("pushed_authorization_request_endpoint is missing or not https");
    }
    if (excludes(object, "code_challenge_methods_supported", "S256")) {
        return unusable("it does not take PKCE with S256");
    }
    out.names_itself = says_yes(object, "authorization_response_iss_parameter_supported");
    out.takes_basic =
        !excludes(object, "token_endpoint_auth_methods_supported", "client_secret_basic");
    out.client_algorithms = texts_in(object, "token_endpoint_auth_signing_alg_values_supported");
    out.proof_algorithms = texts_in(object, "dpop_signing_alg_values_supported");
    return out;
}

}  // namespace samvev::access
