#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "wire/trace.hpp"

namespace samvev::wire {

// An HTTP answer before it is bytes.
struct HttpReply {
    int status = 200;
    std::string content_type;  // empty: no body
    std::string body;
    std::string_view lasting_body;  // instead of body: a text that outlives every connection
    std::vector<std::pair<std::string, std::string>> headers;
    bool closes = false;  // the connection cannot go on after it
};

// Whichever of the two bodies there is.
[[nodiscard]] std::string_view body_of(const HttpReply& reply) noexcept;

enum class BodyPart { sent, left_out };  // HEAD leaves it out
enum class Transport { plain, tls };     // as the client sees it: TLS may end at a proxy
struct ReplyContext {
    BodyPart body_part = BodyPart::sent;  // of to_text()
    bool keeps_alive = true;
    base::Timestamp now;
    Transport transport = Transport::plain;
};
// HTTP/1.1 status line and headers. Answers are never cached, sniffed, framed or taken for a page
// that may load or run anything, and say nothing of themselves to where their links lead. Behind
// TLS, browsers are to come back over TLS only.
[[nodiscard]] std::string head_text(const HttpReply& reply, const ReplyContext& context);
// The same and the body.
[[nodiscard]] std::string to_text(const HttpReply& reply, const ReplyContext& context);

// application/problem+json (RFC 9457): what is wrong and what to do next.
struct Problem {
    int status;
    std::string_view slug;
    std::string_view title;
    std::string detail;
};
[[nodiscard]] HttpReply problem_reply(const Problem& problem);
// The same for an Error, by the one table.
[[nodiscard]] HttpReply error_reply(const Error& error, const TraceId& trace);
[[nodiscard]] HttpReply json_reply(std::string body);
// Nothing is copied: thousands of slow readers of one document share it.
[[nodiscard]] HttpReply lasting_json_reply(std::string_view body);
[[nodiscard]] HttpReply text_reply(std::string body);

}  // namespace samvev::wire
