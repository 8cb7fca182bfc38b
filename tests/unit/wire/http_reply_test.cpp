#include "wire/http_reply.hpp"

#include <catch2/catch.hpp>

using namespace samvev;
using wire::BodyPart;
using wire::HttpReply;

TEST_CASE("A reply is the bytes HTTP/1.1 asks for", "[wire][http_reply]") {
    HttpReply reply = wire::text_reply("alive\n");
    reply.headers.emplace_back("Retry-After", "5");
    const wire::ReplyContext context{
        .body_part = BodyPart::sent,
        .keeps_alive = true,
        .now = base::Timestamp(std::chrono::sys_seconds(std::chrono::seconds(784'111'777)))
    };
    CHECK(
        to_text(reply, context) ==
        "HTTP/1.1 200 OK\r\nServer: samvev\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\nCache-Control: "
        "no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'\r\nReferrer-Policy: "
        "no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\nConnection: "
        "keep-alive\r\nRetry-After: 5\r\n\r\nalive\n"
    );
}

TEST_CASE("HEAD, 204 and a last reply have their peculiarities", "[wire][http_reply]") {
    const wire::ReplyContext head{.body_part = BodyPart::left_out, .keeps_alive = true, .now = {}};
    const std::string answer = to_text(wire::text_reply("abc"), head);
    CHECK(answer.find("Content-Length: 3\r\n") != std::string::npos);
    CHECK(answer.substr(answer.size() - 4) == "\r\n\r\n");
    HttpReply nothing;
    nothing.status = 204;
    nothing.closes = true;
    const std::string none =
        to_text(nothing, {.body_part = BodyPart::sent, .keeps_alive = true, .now = {}});
    CHECK(none.find("Content-Length") == std::string::npos);
    CHECK(none.find("Connection: close\r\n") != std::string::npos);
}

TEST_CASE("An error's reply has the status of the one table", "[wire][http_reply]") {
    const HttpReply reply =
        wire::error_reply({ErrorCode::unauthenticated, "no", R"({"reason":"expired"})"}, {});
    CHECK(reply.status == 401);
    CHECK(reply.content_type == "application/problem+json");
    CHECK(reply.body.find("token-expired") != std::string::npos);
    REQUIRE(reply.headers.size() == 1);
    CHECK(reply.headers[0].first == "WWW-Authenticate");
    CHECK(wire::error_reply({ErrorCode::unavailable, "no"}, {}).status == 503);
}
