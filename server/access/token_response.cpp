#include "access/token_response.hpp"

#include <spdlog/spdlog.h>

#include "access/compact_jws.hpp"
#include "access/token_json.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::access {
namespace {

// What an issuer says that is too long to be an answer is none.
bool parse_answer(
    simdjson::dom::parser& parser, const std::string& body, simdjson::dom::object& answer
) {
    return body.size() <= limits::token_response_bytes_max &&
           parse_token_json(parser, body, answer);
}

std::string error_in(const simdjson::dom::object& answer) {
    std::string_view error;
    return answer["error"].get(error) == simdjson::SUCCESS ? std::string(error.substr(0, 64))
                                                           : std::string("none");
}

}  // namespace

Result<Tokens> read_token_response(const std::string& body) {
    simdjson::dom::parser parser;
    simdjson::dom::object answer;
    if (!parse_answer(parser, body, answer)) {
        return refuse_login("The issuer's answer is not understood. Log in again.");
    }
    std::string_view access;
    std::string_view id;
    if (answer["access_token"].get(access) != simdjson::SUCCESS ||
        answer["id_token"].get(id) != simdjson::SUCCESS) {
        base::logger("access").info("event=code_refused error={}", error_in(answer));
        return refuse_login("The issuer gave no tokens for this login. Log in again.");
    }
    return Tokens{.access = std::string(access), .id = std::string(id)};
}

Result<std::string> read_push_response(const std::string& body) {
    simdjson::dom::parser parser;
    simdjson::dom::object answer;
    const bool is_understood = parse_answer(parser, body, answer);
    std::string_view request_uri;
    if (!is_understood || answer["request_uri"].get(request_uri) != simdjson::SUCCESS) {
        base::logger("access").warn(
            "event=login_wish_refused error={}",
            is_understood ? error_in(answer) : std::string("not understood")
        );
        return fail(
            ErrorCode::unavailable,
            "The issuer does not take the wish to log in: try again, or tell the operator."
        );
    }
    return std::string(request_uri);
}

bool wants_nonce(const std::string& body) {
    simdjson::dom::parser parser;
    simdjson::dom::object answer;
    return parse_answer(parser, body, answer) && error_in(answer) == "use_dpop_nonce";
}

tl::unexpected<Error> refuse_login(std::string message) {
    return refuse_token("login", std::move(message));
}

}  // namespace samvev::access
