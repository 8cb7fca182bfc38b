#include "wire/login_door.hpp"

#include <openssl/crypto.h>
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

// Why a request that comes with a cookie is not taken for one of our page's.
std::optional<HttpReply> refuse_foreign_page(
    const ServerState& state, const HttpHeader& header, std::string_view cookie,
    std::string_view csrf
) {
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
    if (!is_same_secret(csrf, state.parts.logins->csrf_of(cookie))) {
        return not_our_page(
            "csrf", "Not asked by our page",
            "send csrf of GET /login/v1/session: as the header Samvev-Csrf, or to the WebSocket as "
            "the subprotocol samvev.csrf.<csrf>"
        );
    }
    return std::nullopt;
}

HttpDecision begin_login(ServerState& state, const ArrivedRequest& request, const Target& target) {
    const auto fields = base::parse_form(target.query);
    if (!fields) {
        return bad_query();
    }
    const auto field = [&](std::string_view name) {
        return std::string(base::field_of(*fields, name));
    };
    return AskIssuer{BrowserLogins::Wish{
        .issuer = field("issuer"),
        .redirect_uri = public_url(state) + std::string(callback_path),
        .return_to = field("to"),
        .level = field("level"),
        .unit = field("unit"),
        .purpose = field("purpose"),
        .browser = find_cookie(request.header, Cookie::login, state.transport())
    }};
}

HttpReply begun_login_reply(ServerState& state, const BrowserLogins::Begun& begun) {
    HttpReply reply = see_other(begun.location);
    reply.headers.emplace_back(
        "Set-Cookie",
        set_cookie_text(Cookie::login, state.transport(), begun.browser, limits::login_pending_max)
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
    return AskIssuer{BrowserLogins::Return{
        .state = field("state"),
        .code = field("code"),
        .issuer = field("iss"),
        .error = field("error"),
        .browser = find_cookie(request.header, Cookie::login, state.transport()),
        .before = find_cookie(request.header, Cookie::session, state.transport())
    }};
}

// Only pages of this origin can read it: no other origin is told that it may.
HttpReply tell_session(ServerState& state, const ArrivedRequest& request) {
    const std::string cookie = find_cookie(request.header, Cookie::session, state.transport());
    const auto actor = state.parts.logins->use(cookie, {});
    if (!actor) {
        return error_reply(actor.error(), request.trace);
    }
    return json_reply(base::JsonObject()
                          .text("csrf", state.parts.logins->csrf_of(cookie))
                          .raw("principal", principal_json(*actor))
                          .take());
}

HttpReply log_out(ServerState& state, const ArrivedRequest& request) {
    const std::string cookie = find_cookie(request.header, Cookie::session, state.transport());
    if (auto refusal =
            refuse_foreign_page(state, request.header, cookie, csrf_header(request.header))) {
        return std::move(*refusal);
    }
    const auto ended = state.parts.logins->end(cookie, public_url(state) + "/");
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
    const bool posts = target.path == end_path;
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
        return log_out(state, request);
    }
    if (target.path == session_path) {
        return tell_session(state, request);
    }
    return target.path == login_path ? begin_login(state, request, target)
                                     : come_back(state, request, target);
}

HttpReply login_reply(ServerState& state, const LoginOutcome& outcome, const TraceId& trace) {
    if (const auto* const begun = std::get_if<Result<BrowserLogins::Begun>>(&outcome)) {
        return *begun ? begun_login_reply(state, **begun) : error_reply(begun->error(), trace);
    }
    const auto& finished = std::get<Result<BrowserLogins::Finished>>(outcome);
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
