#include "app/client/endpoint.hpp"

#include <catch2/catch.hpp>

using samvev::ErrorCode;
using samvev::client::Endpoint;
using samvev::client::is_loopback;
using samvev::client::parse_host_port;
using samvev::client::parse_url;

TEST_CASE("A server's address is read from a URL", "[app][client]") {
    CHECK(*parse_url("http://127.0.0.1:8470") == Endpoint{"127.0.0.1", 8470});
    CHECK(*parse_url("ws://fjordvik.example:80/") == Endpoint{"fjordvik.example", 80});
    CHECK(*parse_url("http://localhost") == Endpoint{"localhost", 80});
    CHECK(*parse_url("http://[::1]:9000/") == Endpoint{"::1", 9000});
    CHECK(*parse_url("https://fjordvik.example") == Endpoint{"fjordvik.example", 443, true});
    CHECK(*parse_url("wss://fjordvik.example:8470/") == Endpoint{"fjordvik.example", 8470, true});
}

TEST_CASE("An address that cannot be meant is refused", "[app][client]") {
    for (const char* const url :
         {"", "127.0.0.1:8470", "http://", "http://:80", "http://a b:80",
          "http://host:", "http://host:65536", "http://host:0", "http://host:12x",
          "http://host/path", "ftp://host:21", "http://[::1:80", "http://[]:80"}) {
        INFO(url);
        const auto parsed = parse_url(url);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == ErrorCode::invalid_argument);
    }
}

TEST_CASE("A listener needs host and port, and port 0 is one", "[app][client]") {
    CHECK(*parse_host_port("127.0.0.1:0") == Endpoint{"127.0.0.1", 0});
    CHECK(*parse_host_port("[::]:8470") == Endpoint{"::", 8470});
    CHECK(parse_host_port("127.0.0.1").error().code == ErrorCode::invalid_argument);
    CHECK(parse_host_port(":8470").error().code == ErrorCode::invalid_argument);
    CHECK(parse_host_port("::1:8470").error().code == ErrorCode::invalid_argument);
}

TEST_CASE("An endpoint is written as it is read", "[app][client]") {
    CHECK(Endpoint{"127.0.0.1", 8470}.url() == "http://127.0.0.1:8470");
    CHECK(Endpoint{"::1", 8470}.url() == "http://[::1]:8470");
    CHECK(Endpoint{"fjordvik.example", 443, true}.url() == "https://fjordvik.example:443");
}

TEST_CASE("Only addresses that stay on this machine are loopback", "[app][client]") {
    CHECK(is_loopback("127.0.0.1"));
    CHECK(is_loopback("127.8.9.1"));
    CHECK(is_loopback("::1"));
    CHECK(is_loopback("localhost"));
    CHECK_FALSE(is_loopback("0.0.0.0"));
    CHECK_FALSE(is_loopback("::"));
    CHECK_FALSE(is_loopback("10.0.0.1"));
    CHECK_FALSE(is_loopback("127.0.0.1.example.org"));
    CHECK_FALSE(is_loopback("127.0.0"));
    CHECK_FALSE(is_loopback(""));
}
