#include "wire/login_door.hpp"

#include <openssl/crypto.h>
#include <simdjson.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/form_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "wire/cookies.hpp"
#include "wire/credentials.hpp"
#include "wire/json_rpc.hpp"

namespace samvev::wire {
namespace {

namespace http = boost::beast::http;
using access::BrowserLogins;

constexpr std::string_view login_path = "/login/v1";
constexpr std::string_view callback_path = "/login/v1/callback";
constexpr std::string_view invitation_path = "/login/v1/invitation";
constexpr std::string_view session_path = "/login/v1/session";
constexpr std::string_view end_path = "/login/v1/logout";

std::string public_url(const ServerState& state) {
    return state.settings.public_url.empty() ? state.url : state.settings.public_url;
}

HttpReply see_other(std::string location) {
    HttpReply reply;
    reply.status = 303;
    reply.headers.emplace_back("Location", std::move(location));
    return reply;
}

HttpReply bad_query() {
    return problem_reply(
        {400, "bad-request", "Bad request",
         "the query has a name twice, or a percent sign that stands for nothing"}
    );
}

bool is_same_secret(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

HttpReply not_our_page(std::string_view slug, std::string_view title, std::string detail) {
    return problem_reply({403, slug, title, std::move(detail)});
}

using Done = std::function<void(AnswerLater::MakeReply)>;

std::optional<HttpReply> refuse_haste(AddressQuotas& quotas, const ArrivedRequest& request) {
    const auto wait = quotas.take(request.network, SteadyClock::now());
    if (!wait) {
        return std::nullopt;
    }
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
    base::logger("wire").info("event=login_rate_limited remote={}", request.remote);
    HttpReply reply = problem_reply(
        {429, "rate-limited", "Too many requests",
         "too many try to log in from your address: try again in " + std::to_string(seconds) +
             " seconds"}
    );
    reply.headers.emplace_back("Retry-After", std::to_string(seconds));
    return reply;
}

// Why a request is not taken for one of our page's.
std::optional<HttpReply> refuse_foreign_origin(const ServerState& state, const HttpHeader& header) {
    if (header.count(http::field::origin) == 0) {
        return not_our_page(
            "missing-origin", "Missing origin",
            "a session by cookie takes the Origin that browsers send; a program sends a token"
        );
    }
    if (header.count(http::field::origin) != 1 ||
        header[http::field::origin] != public_origin(state)) {
        return not_our_page(
            "foreign-origin", "Foreign origin",
            "pages of " + public_origin(state) + " may use the session, and no others"
        );
    }
    return std::nullopt;
}

// Likewise, of one that comes with a cookie.
std::optional<HttpReply> refuse_foreign_page(
    const ServerState& state, const HttpHeader& header, std::string_view cookie,
    std::string_view csrf
) {
    if (auto refusal = refuse_foreign_origin(state, header)) {
        return refusal;
    }
    if (!is_same_secret(csrf, state.parts.logins->csrf_of(cookie))) {
        return not_our_page(
            "csrf", "Not asked by our page",
            "send csrf of GET /login/v1/session: as the header Samvev-Csrf, or to the WebSocket as "
            "the subprotocol samvev.csrf.<csrf>"
        );
    }
    return std::nullopt;
}

HttpReply begun_login_reply(
    ServerState& state, const Result<BrowserLogins::Begun>& begun, const TraceId& trace
) {
    if (!begun) {
        return error_reply(begun.error(), trace);
    }
    HttpReply reply = see_other(begun->location);
    reply.headers.emplace_back(
        "Set-Cookie",
        set_cookie_text(Cookie::login, state.transport(), begun->browser, limits::login_pending_max)
    );
    return reply;
}

HttpDecision begin_login(ServerState& state, const ArrivedRequest& request, const Target& target) {
    const auto fields = base::parse_form(target.query);
    if (!fields) {
        return bad_query();
    }
    const auto field = [&](std::string_view name) {
        return std::string(base::field_of(*fields, name));
    };
    const BrowserLogins::Wish wish{
        .issuer = field("issuer"),
        .redirect_uri = public_url(state) + std::string(callback_path),
        .return_to = field("to"),
        .level = field("level"),
        .unit = field("unit"),
        .purpose = field("purpose"),
        .browser = find_cookie(request.header, Cookie::login, state.transport())
    };
    return AnswerLater{[&state, wish, trace = request.trace](const Done& done) {
        state.parts.logins->begin(
            wish,
            [&state, trace, done](const Result<BrowserLogins::Begun>& begun) {
                done([&state, trace, begun] { return begun_login_reply(state, begun, trace); });
            }
        );
    }};
}

HttpReply finished_login_reply(
    ServerState& state, const Result<BrowserLogins::Finished>& finished, const TraceId& trace
) {
    if (!finished) {
        const std::string reason = reason_of(finished.error());
        state.metrics.token_refused(reason);
        base::logger("wire").info("event=login_refused reason={}", reason);
        return error_reply(finished.error(), trace);
    }
    HttpReply reply = see_other(finished->return_to);
    reply.headers.emplace_back(
        "Set-Cookie", set_cookie_text(Cookie::session, state.transport(), finished->cookie)
    );
    return reply;
}

HttpDecision come_back(ServerState& state, const ArrivedRequest& request, const Target& target) {
    const auto fields = base::parse_form(target.query);
    if (!fields) {
        return bad_query();
    }
    const auto field = [&](std::string_view name) {
        return std::string(base::field_of(*fields, name));
    };
    const BrowserLogins::Return with{
        .state = field("state"),
        .code = field("code"),
        .issuer = field("iss"),
        .error = field("error"),
        .browser = find_cookie(request.header, Cookie::login, state.transport()),
        .before = find_cookie(request.header, Cookie::session, state.transport())
    };
    return AnswerLater{[&state, with, trace = request.trace](const Done& done) {
        state.parts.logins->finish(
            with,
            [&state, trace, done](const Result<BrowserLogins::Finished>& finished) {
                done([&state, trace, finished] {
                    return finished_login_reply(state, finished, trace);
                });
            }
        );
    }};
}

// Only pages of this origin can read it: no other origin is told that it may.
HttpReply tell_session(ServerState& state, const std::string& cookie, const TraceId& trace) {
    const auto actor = state.parts.logins->use(cookie, {});
    if (!actor) {
        return error_reply(actor.error(), trace);
    }
    return json_reply(base::JsonObject()
                          .text("csrf", state.parts.logins->csrf_of(cookie))
                          .raw("principal", principal_json(*actor))
                          .take());
}

HttpReply let_in_reply(
    ServerState& state, const Result<BrowserLogins::LetIn>& let_in, const TraceId& trace
) {
    if (!let_in) {
        state.metrics.token_refused(reason_of(let_in.error()));
        return error_reply(let_in.error(), trace);
    }
    HttpReply reply = tell_session(state, let_in->cookie, trace);
    const auto age =
        std::chrono::duration_cast<std::chrono::seconds>(let_in->ends_at - state.parts.clock.now());
    reply.headers.emplace_back(
        "Set-Cookie", set_cookie_text(Cookie::session, state.transport(), let_in->cookie, age)
    );
    return reply;
}

std::optional<std::string> code_in(const std::string& body) {
    simdjson::dom::parser parser;
    std::string_view code;
    if (parser.parse(body)["code"].get(code) != simdjson::SUCCESS || code.empty() ||
        code.size() > limits::code_bytes_max) {
        return std::nullopt;
    }
    return std::string(code);
}

// Another site's page could not send JSON here without asking; that it is ours is asked all the
// same.
HttpDecision redeem(ServerState& state, const ArrivedRequest& request) {
    if (auto refusal = refuse_foreign_origin(state, request.header)) {
        return std::move(*refusal);
    }
    if (!is_json(request.header[http::field::content_type])) {
        return not_json_reply();
    }
    if (auto refusal = refuse_haste(state.code_attempts, request)) {
        return std::move(*refusal);
    }
    std::string before = find_cookie(request.header, Cookie::session, state.transport());
    return ReadText{[&state, before, trace = request.trace](const std::string& body) {
        const auto code = code_in(body);
        if (!code) {
            return answer_now(problem_reply(
                {400, "bad-request", "Bad request", R"(send {"code":"…"} as it was given)"}
            ));
        }
        return AnswerLater{[&state, before, trace, code = *code](const Done& done) {
            state.parts.logins->redeem(
                code, before,
                [&state, trace, done](const Result<BrowserLogins::LetIn>& let_in) {
                    done([&state, trace, let_in] { return let_in_reply(state, let_in, trace); });
                }
            );
        }};
    }};
}

HttpReply logged_out_reply(
    ServerState& state, const Result<std::optional<BrowserLogins::Ended>>& answer,
    const TraceId& trace
) {
    if (!answer) {
        return error_reply(answer.error(), trace);
    }
    const auto& ended = *answer;
    if (ended && !ended->login.session_id.empty()) {
        // Its sockets go at once; those of a login without sid when they look next.
        state.end_sessions(
            {.issuer = ended->login.issuer,
             .subject = {},
             .session_id = ended->login.session_id,
             .at = state.parts.clock.now()}
        );
    }
    HttpReply reply = json_reply(
        base::JsonObject().text("location", ended ? ended->location : std::string()).take()
    );
    reply.headers.emplace_back("Set-Cookie", drop_cookie_text(Cookie::session, state.transport()));
    return reply;
}

HttpDecision log_out(ServerState& state, const ArrivedRequest& request) {
    const std::string cookie = find_cookie(request.header, Cookie::session, state.transport());
    if (auto refusal =
            refuse_foreign_page(state, request.header, cookie, csrf_header(request.header))) {
        return std::move(*refusal);
    }
    return AnswerLater{[&state, cookie, trace = request.trace](const Done& done) {
        state.parts.logins->end(
            cookie, public_url(state) + "/",
            [&state, trace, done](const Result<std::optional<BrowserLogins::Ended>>& ended) {
                done([&state, trace, ended] { return logged_out_reply(state, ended, trace); });
            }
        );
    }};
}

}  // namespace

std::string public_origin(const ServerState& state) {
    const std::string url = public_url(state);
    return url.substr(0, url.find('/', url.find("://") + 3));
}

std::string_view csrf_header(const HttpHeader& header) {
    return header.count("Samvev-Csrf") == 1 ? std::string_view(header["Samvev-Csrf"])
                                            : std::string_view();
}

std::optional<HttpDecision> decide_login(
    ServerState& state, const ArrivedRequest& request, const Target& target
) {
    const bool posts = target.path == end_path || target.path == invitation_path;
    const bool gets =
        target.path == login_path || target.path == callback_path || target.path == session_path;
    if (state.parts.logins == nullptr || (!posts && !gets)) {
        return std::nullopt;
    }
    const http::verb method = request.header.method();
    if (method != (posts ? http::verb::post : http::verb::get)) {
        return method_not_allowed_reply(posts ? "POST" : "GET");
    }
    if (posts) {
        return target.path == end_path ? log_out(state, request) : redeem(state, request);
    }
    if (target.path == session_path) {
        return tell_session(
            state, find_cookie(request.header, Cookie::session, state.transport()), request.trace
        );
    }
    if (auto refusal = refuse_haste(state.logins, request)) {
        return std::move(*refusal);
    }
    return target.path == login_path ? begin_login(state, request, target)
                                     : come_back(state, request, target);
}

std::variant<std::optional<Browser>, HttpReply> admit_browser(
    ServerState& state, const ArrivedRequest& request, std::string_view csrf
) {
    Browser browser;
    browser.cookie = state.parts.logins == nullptr
                         ? std::string()
                         : find_cookie(request.header, Cookie::session, state.transport());
    if (browser.cookie.empty()) {
        return std::nullopt;
    }
    if (auto refusal = refuse_foreign_page(state, request.header, browser.cookie, csrf)) {
        return std::move(*refusal);
    }
    Credentials asked;
    if (const auto read = read_capacity_headers(request.header, asked); !read) {
        return error_reply(read.error(), request.trace);
    }
    auto actor = state.parts.logins->use(browser.cookie, capacity_of(asked));
    if (!actor) {
        return error_reply(actor.error(), request.trace);
    }
    browser.actor = std::make_shared<const access::VerifiedActor>(std::move(*actor));
    return browser;
}

}  // namespace samvev::wire
