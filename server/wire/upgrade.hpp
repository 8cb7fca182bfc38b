#pragma once

#include <boost/beast/http/message.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "wire/http_reply.hpp"

namespace samvev::wire {

using HttpHeader = boost::beast::http::request_header<>;

inline constexpr std::string_view subprotocol_v1 = "samvev.v1";

// What a handshake that may be accepted asks for.
struct Upgrade {
    bool offers_subprotocol = false;  // samvev.v1 is then answered
    std::string token;                // from Authorization or samvev.bearer.<base64url>; or empty
    std::string proof;                // of possession of the token's key, or empty
    std::string csrf;                 // from samvev.csrf.<csrf>, or empty
};

// The values of all lines of this name, as the one list that they are (RFC 9110 §5.3).
[[nodiscard]] std::string joined_lines(const HttpHeader& header, std::string_view name);
// Makes one line of several Connection or Upgrade lines, which mean the same (RFC 9110 §5.3): Beast
// reads the first only.
void merge_list_lines(HttpHeader& header);

// Looks at the header of GET /ws/v1 before anything is answered (RFC 6455 §4.2.1): a Reply says why
// not and what to do, as an ordinary HTTP answer that every client can show.
[[nodiscard]] std::variant<Upgrade, HttpReply> read_upgrade(const HttpHeader& header);

// A token and how it came.
struct Authorization {
    std::string token;  // empty when there is no such header
    std::string proof;  // the header DPoP, when the token came as "DPoP …"; or empty
};
// "Authorization: Bearer …", or "Authorization: DPoP …" with one header DPoP (RFC 9449 §7.1). A
// Reply when there is one of another scheme, or more than one.
[[nodiscard]] std::variant<Authorization, HttpReply> read_authorization(const HttpHeader& header);

// Whether the Origin, when there is one, is this very server's: browsers send it, and a page of
// another origin has no business here.
[[nodiscard]] bool is_same_origin(const HttpHeader& header);

}  // namespace samvev::wire
