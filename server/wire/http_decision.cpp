#include "wire/http_decision.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "wire/credentials.hpp"
#include "wire/login_door.hpp"
#include "wire/logout_door.hpp"

namespace samvev::wire {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

// As much of a header as can be shown: it may hold any bytes.
std::string shown(std::string_view value) {
    constexpr std::size_t bytes_max = 100;
    const bool is_plain =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
    return is_plain && value.size() <= bytes_max ? "\"" + std::string(value) + "\""
                                                 : std::string("(not shown)");
}

HttpReply foreign_origin_reply(const HttpHeader& header) {
    return problem_reply(
        {403, "foreign-origin", "Foreign origin",
         "the page's Origin " + shown(header[http::field::origin]) + " is not this server's Host " +
             shown(header[http::field::host]) +
             ": serve the page from that host, have its proxy pass Host on unchanged, or call "
             "without Origin from a program that is no browser"}
    );
}

HttpReply bad_request(std::string_view slug, std::string_view title, std::string detail) {
    HttpReply reply = problem_reply({400, slug, title, std::move(detail)});
    reply.closes = true;
    return reply;
}

// By Host, or by the address that the operator says browsers use: a proxy may change Host.
bool is_own_page(const ServerState& state, const HttpHeader& header) {
    return is_same_origin(header) || (header.count(http::field::origin) == 1 &&
                                      header[http::field::origin] == public_origin(state));
}

// Whether the body's end is known for certain. A coding that we do not undo, or two answers to how
// long the body is, would have one side take for the next request what the other side sent as a
// body (RFC 9112 §6.1, §6.3, §11.2).
bool has_plain_framing(const HttpHeader& header) {
    const std::size_t codings = header.count(http::field::transfer_encoding);
    return codings == 0 || (codings == 1 && header.version() >= 11 &&
                            beast::iequals(header[http::field::transfer_encoding], "chunked") &&
                            header.count(http::field::content_length) == 0);
}

Result<std::shared_ptr<const access::VerifiedActor>> admit_bearer(
    ServerState& state, const ArrivedRequest& request, Credentials credentials
) {
    SAMVEV_CHECK_OK(read_capacity_headers(request.header, credentials));
    return admit(state, credentials, request.remote);
}

HttpDecision decide_websocket(ServerState& state, const ArrivedRequest& request) {
    const HttpHeader& header = request.header;
    if (header.method() != http::verb::get) {
        return method_not_allowed_reply("GET");
    }
    if (state.draining.load(std::memory_order_relaxed)) {
        return error_reply(
            {ErrorCode::unavailable, "the server is shutting down: connect again in a moment"},
            request.trace
        );
    }
    if (!is_own_page(state, header)) {
        return foreign_origin_reply(header);
    }
    auto upgrade = read_upgrade(header);
    if (auto* reply = std::get_if<HttpReply>(&upgrade)) {
        return std::move(*reply);
    }
    if (request.has_more_bytes || request.has_body) {
        // RFC 6455 §4.1: a client waits for the answer. These bytes have no place to go and are not
        // dropped in silence.
        return bad_request(
            "bad-handshake", "Bad WebSocket handshake",
            "send nothing behind the request before the answer to it"
        );
    }
    auto& wish = std::get<Upgrade>(upgrade);
    BecomeSession session;
    session.offers_subprotocol = wish.offers_subprotocol;
    if (!wish.token.empty()) {
        auto actor = admit_bearer(
            state, request, {.token = std::move(wish.token), .proof = std::move(wish.proof)}
        );
        if (!actor) {
            return error_reply(actor.error(), request.trace);
        }
        session.actor = std::move(*actor);
    } else {
        auto browser = admit_browser(state, request, wish.csrf);
        if (auto* reply = std::get_if<HttpReply>(&browser)) {
            return std::move(*reply);
        }
        if (auto& found = std::get<std::optional<Browser>>(browser)) {
            session.actor = std::move(found->actor);
            session.browser = std::move(found->cookie);
        }
    }
    if (session.actor) {
        session.place = SessionPlace::take(state.quotas.of(*session.actor));
        if (!session.place) {
            return error_reply(too_many_sessions(), request.trace);
        }
    }
    return session;
}

HttpDecision decide_rpc(ServerState& state, const ArrivedRequest& request) {
    const HttpHeader& header = request.header;
    if (header.method() != http::verb::post) {
        return method_not_allowed_reply("POST");
    }
    if (!is_own_page(state, header)) {
        return foreign_origin_reply(header);
    }
    if (!is_json(header[http::field::content_type])) {
        return not_json_reply();
    }
    auto authorization = read_authorization(header);
    if (auto* reply = std::get_if<HttpReply>(&authorization)) {
        return std::move(*reply);
    }
    ReadBody reading;
    if (auto& [token, proof] = std::get<Authorization>(authorization); !token.empty()) {
        auto actor = admit_bearer(
            state, request,
            {.token = std::move(token), .proof = std::move(proof), .door = Credentials::Door::post}
        );
        if (!actor) {
            return error_reply(actor.error(), request.trace);
        }
        reading.actor = std::move(*actor);
    } else {
        auto browser = admit_browser(state, request, csrf_header(header));
        if (auto* reply = std::get_if<HttpReply>(&browser)) {
            return std::move(*reply);
        }
        if (auto& found = std::get<std::optional<Browser>>(browser)) {
            reading.actor = std::move(found->actor);
        }
    }
    return reading;
}

HttpDecision decide(ServerState& state, const ArrivedRequest& request) {
    const HttpHeader& header = request.header;
    if (header.version() >= 11 && header.count(http::field::host) != 1) {
        return bad_request("bad-request", "Bad request", "send exactly one Host header");
    }
    if (!has_plain_framing(header)) {
        return bad_request(
            "bad-framing", "Bad message framing",
            "send Content-Length, or Transfer-Encoding: chunked and nothing else (HTTP/1.1)"
        );
    }
    const Target target = read_target(header.target());
    const bool is_main = request.listener == ListenerKind::main;
    if (is_main && target.path == websocket_path) {
        return decide_websocket(state, request);
    }
    if (is_main && target.path == logout_path) {
        return decide_logout(state, request);
    }
    if (is_main) {
        if (auto login = decide_login(state, request, target)) {
            return std::move(*login);
        }
    }
    if (is_main && target.path == rpc_path) {
        return decide_rpc(state, request);
    }
    if (!is_get_path(state, target.path, request.listener)) {
        return not_found_reply();
    }
    if (header.method() != http::verb::get && header.method() != http::verb::head) {
        return method_not_allowed_reply("GET, HEAD");
    }
    return answer_get(state, target, request.listener);
}

}  // namespace

AnswerLater answer_now(HttpReply reply) {
    return {[reply = std::move(reply)](const std::function<void(AnswerLater::MakeReply)>& done) {
        done([reply] { return reply; });
    }};
}

HttpDecision decide_http(ServerState& state, const ArrivedRequest& request) {
    HttpDecision decision = decide(state, request);
    if (auto* reply = std::get_if<HttpReply>(&decision)) {
        // A body that nobody reads would be taken for the next request.
        reply->closes = reply->closes || request.has_body;
    }
    return decision;
}

}  // namespace samvev::wire
