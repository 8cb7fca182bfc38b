#include "wire/upgrade.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>

#include "access/base64url.hpp"

namespace samvev::wire {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using http::field;

constexpr std::string_view bearer_item = "samvev.bearer.";
constexpr std::string_view csrf_item = "samvev.csrf.";

HttpReply bad_handshake(std::string detail) {
    HttpReply reply =
        problem_reply({400, "bad-handshake", "Bad WebSocket handshake", std::move(detail)});
    reply.closes = true;
    return reply;
}

HttpReply upgrade_required(std::string detail) {
    HttpReply reply =
        problem_reply({426, "upgrade-required", "Upgrade required", std::move(detail)});
    reply.headers.emplace_back("Upgrade", "websocket");
    reply.headers.emplace_back("Sec-WebSocket-Version", "13");
    return reply;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) {
        return {};
    }
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

// 16 bytes in base64, RFC 6455 §4.1: 22 characters and "==".
bool is_key(std::string_view key) {
    return key.size() == 24 && key.substr(22) == "==" &&
           std::all_of(key.begin(), key.begin() + 22, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/';
           });
}

struct Offers {
    bool any = false;
    bool ours = false;
    std::string token;
    std::string csrf;
    bool bad_token = false;
};

// All Sec-WebSocket-Protocol headers are one list (RFC 9110 §5.3).
Offers read_offers(const HttpHeader& header) {
    Offers offers;
    const auto fields = header.equal_range(field::sec_websocket_protocol);
    for (auto line = fields.first; line != fields.second; ++line) {
        std::string_view rest = line->value();
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            const std::string_view item = trimmed(rest.substr(0, comma));
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
            if (item.empty()) {
                continue;
            }
            offers.any = true;
            offers.ours = offers.ours || item == subprotocol_v1;
            if (item.starts_with(csrf_item)) {
                offers.csrf = item.substr(csrf_item.size());
            }
            if (item.substr(0, bearer_item.size()) == bearer_item) {
                auto token = access::from_base64url(item.substr(bearer_item.size()));
                offers.bad_token =
                    offers.bad_token || !token || token->empty() || !offers.token.empty();
                offers.token = token.value_or(std::string());
            }
        }
    }
    return offers;
}

// "https://host:port" or "http://host:port" without scheme and default port; absent for others,
// among them "null".
std::optional<std::string> authority_of_origin(std::string_view origin) {
    for (const auto& [scheme, port] :
         {std::pair<std::string_view, std::string_view>{"http://", ":80"},
          std::pair<std::string_view, std::string_view>{"https://", ":443"}}) {
        if (origin.substr(0, scheme.size()) == scheme) {
            std::string_view authority = origin.substr(scheme.size());
            if (authority.size() > port.size() &&
                authority.substr(authority.size() - port.size()) == port) {
                authority.remove_suffix(port.size());
            }
            return std::string(authority);
        }
    }
    return std::nullopt;
}

std::string_view without_default_port(std::string_view host) {
    for (const std::string_view port : {std::string_view(":80"), std::string_view(":443")}) {
        if (host.size() > port.size() && host.substr(host.size() - port.size()) == port) {
            return host.substr(0, host.size() - port.size());
        }
    }
    return host;
}

std::optional<HttpReply> refuse_shape(const HttpHeader& header) {
    if (header.method() != http::verb::get || header.version() < 11) {
        return bad_handshake("a WebSocket starts with an HTTP/1.1 GET request");
    }
    const bool asks = http::token_list(header[field::connection]).exists("upgrade") &&
                      http::token_list(header[field::upgrade]).exists("websocket");
    if (!asks) {
        return upgrade_required(
            "this is a WebSocket: send Connection: Upgrade and Upgrade: websocket, or use POST "
            "/rpc/v1"
        );
    }
    if (header.count(field::sec_websocket_version) != 1 ||
        header[field::sec_websocket_version] != "13") {
        return upgrade_required("only Sec-WebSocket-Version: 13 is spoken here");
    }
    if (header.count(field::sec_websocket_key) != 1 || !is_key(header[field::sec_websocket_key])) {
        return bad_handshake("send one Sec-WebSocket-Key: 16 random bytes in base64");
    }
    return std::nullopt;
}

}  // namespace

std::string joined_lines(const HttpHeader& header, std::string_view name) {
    std::string all;
    const auto lines = header.equal_range(name);
    for (auto line = lines.first; line != lines.second; ++line) {
        all.append(all.empty() ? "" : ", ").append(line->value());
    }
    return all;
}

void merge_list_lines(HttpHeader& header) {
    for (const field name : {field::connection, field::upgrade}) {
        if (header.count(name) < 2) {
            continue;
        }
        const std::string all = joined_lines(header, http::to_string(name));
        header.erase(name);
        header.set(name, all);
    }
}

bool is_same_origin(const HttpHeader& header) {
    const std::size_t count = header.count(field::origin);
    if (count == 0) {
        return true;  // Not a browser.
    }
    const auto authority = authority_of_origin(header[field::origin]);
    return count == 1 && authority &&
           beast::iequals(*authority, without_default_port(header[field::host]));
}

std::variant<Authorization, HttpReply> read_authorization(const HttpHeader& header) {
    constexpr std::string_view bearer = "Bearer ";
    constexpr std::string_view bound = "DPoP ";
    constexpr std::string_view proof_field = "DPoP";
    const std::size_t count = header.count(field::authorization);
    if (count == 0) {
        return Authorization{};
    }
    const std::string_view value = header[field::authorization];
    const auto is_of = [value](std::string_view scheme) {
        return value.size() > scheme.size() &&
               beast::iequals(value.substr(0, scheme.size()), scheme);
    };
    if (count == 1 && is_of(bearer)) {
        return Authorization{
            .token = std::string(trimmed(value.substr(bearer.size()))), .proof = {}
        };
    }
    if (count == 1 && is_of(bound) && header.count(proof_field) == 1 &&
        !header[proof_field].empty()) {
        return Authorization{
            .token = std::string(trimmed(value.substr(bound.size()))),
            .proof = std::string(header[proof_field])
        };
    }
    HttpReply reply = error_reply(
        {ErrorCode::unauthenticated,
         "send one header Authorization: Bearer <token>, or Authorization: DPoP <token> and one "
         "header DPoP",
         R"({"reason":"malformed"})"},
        {}
    );
    return reply;
}

std::variant<Upgrade, HttpReply> read_upgrade(const HttpHeader& header) {
    if (auto refusal = refuse_shape(header)) {
        return std::move(*refusal);
    }
    const Offers offers = read_offers(header);
    if (offers.any && !offers.ours) {
        // Clients that offer subprotocols give up when none is chosen, with less to show for it.
        return bad_handshake("offer the subprotocol samvev.v1, or none at all");
    }
    auto authorization = read_authorization(header);
    if (auto* refusal = std::get_if<HttpReply>(&authorization)) {
        return std::move(*refusal);
    }
    auto& [token, proof] = std::get<Authorization>(authorization);
    if (token.empty()) {
        if (offers.bad_token) {
            return error_reply(
                {ErrorCode::unauthenticated,
                 "samvev.bearer. is followed by one token in base64url without padding",
                 R"({"reason":"malformed"})"},
                {}
            );
        }
        token = offers.token;
    }
    return Upgrade{
        .offers_subprotocol = offers.ours,
        .token = std::move(token),
        .proof = std::move(proof),
        .csrf = offers.csrf
    };
}

}  // namespace samvev::wire
