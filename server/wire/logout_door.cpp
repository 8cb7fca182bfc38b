#include "wire/logout_door.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "base/json_text.hpp"
#include "base/log.hpp"
#include "wire/http_routes.hpp"
#include "wire/json_rpc.hpp"

namespace samvev::wire {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

HttpReply refusal(const Error& error) {
    HttpReply reply = json_reply(base::JsonObject()
                                     .text("error", "invalid_request")
                                     .text("error_description", error.message)
                                     .take());
    reply.status = 400;
    return reply;
}

// The one member logout_token. None of a token's characters needs an escape, and none is undone.
Result<std::string_view> read_form(std::string_view form) {
    constexpr std::string_view name = "logout_token=";
    std::string_view token;
    while (!form.empty()) {
        const std::size_t end = std::min(form.find('&'), form.size());
        const std::string_view member = form.substr(0, end);
        form.remove_prefix(std::min(end + 1, form.size()));
        if (!member.starts_with(name)) {
            continue;
        }
        if (!token.empty()) {
            return fail(ErrorCode::invalid_argument, "send one logout_token");
        }
        token = member.substr(name.size());
    }
    if (token.empty()) {
        return fail(ErrorCode::invalid_argument, "send a form with one logout_token");
    }
    return token;
}

std::optional<HttpReply> refuse(const HttpHeader& header) {
    if (header.method() != http::verb::post) {
        return method_not_allowed_reply("POST");
    }
    constexpr std::string_view form = "application/x-www-form-urlencoded";
    const std::string_view type = header[http::field::content_type];
    if (!beast::iequals(type.substr(0, std::min(type.find(';'), type.size())), form)) {
        return problem_reply(
            {415, "not-a-form", "Unsupported media type",
             "send Content-Type: application/x-www-form-urlencoded"}
        );
    }
    return std::nullopt;
}

HttpReply reply_to(
    ServerState& state, const Result<access::EndedLogin>& ended, const std::string& remote
) {
    if (!ended) {
        const std::string reason = reason_of(ended.error());
        base::logger("wire").info("event=logout_refused reason={} remote={}", reason, remote);
        return ended.error().code == ErrorCode::unavailable ? error_reply(ended.error(), TraceId())
                                                            : refusal(ended.error());
    }
    base::logger("wire").info(
        "event=logged_out issuer={} by={} remote={}", ended->issuer,
        ended->session_id.empty() ? "subject" : "session", remote
    );
    if (state.parts.logins != nullptr) {
        state.parts.logins->end(*ended);
    }
    state.end_sessions(*ended);
    return json_reply("{}");
}

// The verifier waits for the disk.
AnswerLater end_login(ServerState& state, const std::string& form, const std::string& remote) {
    const Result<std::string_view> token = read_form(form);
    if (!token) {
        return answer_now(refusal(token.error()));
    }
    return {[&state, remote,
             token = std::string(*token)](const std::function<void(AnswerLater::MakeReply)>& done) {
        const auto work = [&state, &tokens = state.parts.tokens, remote, token, done] {
            done([&state, remote, ended = tokens.end_login(token)] {
                return reply_to(state, ended, remote);
            });
        };
        if (state.parts.executor == nullptr) {
            work();
        } else if (!state.parts.executor->try_post(work)) {
            done([] {
                return error_reply(
                    {ErrorCode::unavailable, "too much waits here: send it again"}, TraceId()
                );
            });
        }
    }};
}

}  // namespace

HttpDecision decide_logout(ServerState& state, const ArrivedRequest& request) {
    if (auto refusal = refuse(request.header)) {
        return std::move(*refusal);
    }
    return ReadText{[&state, remote = std::string(request.remote)](const std::string& body) {
        return end_login(state, body, remote);
    }};
}

}  // namespace samvev::wire
