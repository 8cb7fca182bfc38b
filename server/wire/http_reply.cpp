#include "wire/http_reply.hpp"

#include <array>
#include <ctime>

#include "base/json_text.hpp"
#include "wire/json_rpc.hpp"

namespace samvev::wire {
namespace {

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
        case 200:
            return "OK";
        case 204:
            return "No Content";
        case 303:
            return "See Other";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 429:
            return "Too Many Requests";
        case 417:
            return "Expectation Failed";
        case 426:
            return "Upgrade Required";
        case 431:
            return "Request Header Fields Too Large";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Answer";
    }
}

// IMF-fixdate (RFC 9110 §5.6.7), in English whatever the locale.
std::string http_date(base::Timestamp time) {
    constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    const auto two = [](std::int64_t value) {
        return std::string(value < 10 ? "0" : "") + std::to_string(value);
    };
    return std::string(days[std::chrono::weekday(day).c_encoding()]) + ", " +
           two(static_cast<unsigned>(date.day())) + " " +
           months[static_cast<unsigned>(date.month()) - 1] + " " +
           std::to_string(static_cast<int>(date.year())) + " " + two(clock.hours().count()) + ":" +
           two(clock.minutes().count()) + ":" + two(clock.seconds().count()) + " GMT";
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view body_of(const HttpReply& reply) noexcept {
    return reply.lasting_body.empty() ? std::string_view(reply.body) : reply.lasting_body;
}

std::string head_text(const HttpReply& reply, const ReplyContext& context) {
    std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " ";
    out.append(reason_phrase(reply.status)).append("\r\n");
    append_header(out, "Server", "samvev");
    append_header(out, "Date", http_date(context.now));
    if (!reply.content_type.empty()) {
        append_header(out, "Content-Type", reply.content_type);
    }
    if (reply.status != 204) {
        append_header(out, "Content-Length", std::to_string(body_of(reply).size()));
    }
    append_header(out, "Cache-Control", "no-store");
    append_header(out, "X-Content-Type-Options", "nosniff");
    append_header(
        out, "Content-Security-Policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    );
    append_header(out, "Referrer-Policy", "no-referrer");
    append_header(out, "Cross-Origin-Resource-Policy", "same-origin");
    if (context.transport == Transport::tls) {
        append_header(out, "Strict-Transport-Security", "max-age=31536000");
    }
    append_header(out, "Connection", context.keeps_alive && !reply.closes ? "keep-alive" : "close");
    for (const auto& [name, value] : reply.headers) {
        append_header(out, name, value);
    }
    out.append("\r\n");
    return out;
}

std::string to_text(const HttpReply& reply, const ReplyContext& context) {
    std::string out = head_text(reply, context);
    if (context.body_part == BodyPart::sent) {
        out.append(body_of(reply));
    }
    return out;
}

HttpReply problem_reply(const Problem& problem) {
    HttpReply reply;
    reply.status = problem.status;
    reply.content_type = "application/problem+json";
    reply.body = base::JsonObject()
                     .text("type", problem_type(problem.slug))
                     .text("title", problem.title)
                     .number("status", problem.status)
                     .text("detail", problem.detail)
                     .take();
    return reply;
}

HttpReply error_reply(const Error& error, const TraceId& trace) {
    HttpReply reply;
    reply.status = row_of(error).status;
    reply.content_type = "application/problem+json";
    reply.body = problem_object(error, trace.is_set() ? trace : make_trace_id());
    if (reply.status == 401) {
        reply.headers.emplace_back(
            "WWW-Authenticate", R"(Bearer realm="samvev", error="invalid_token")"
        );
    }
    if (reply.status == 503 || reply.status == 429) {
        reply.headers.emplace_back("Retry-After", "5");
    }
    return reply;
}

HttpReply json_reply(std::string body) {
    HttpReply reply;
    reply.content_type = "application/json";
    reply.body = std::move(body);
    return reply;
}

HttpReply lasting_json_reply(std::string_view body) {
    HttpReply reply;
    reply.content_type = "application/json";
    reply.lasting_body = body;
    return reply;
}

HttpReply text_reply(std::string body) {
    HttpReply reply;
    reply.content_type = "text/plain; charset=utf-8";
    reply.body = std::move(body);
    return reply;
}

}  // namespace samvev::wire
