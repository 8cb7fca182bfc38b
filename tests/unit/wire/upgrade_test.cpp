#include "wire/upgrade.hpp"

#include <boost/beast/http/field.hpp>
#include <catch2/catch.hpp>

#include "base/digest.hpp"

using namespace samvev;
namespace http = boost::beast::http;

namespace {

wire::HttpHeader good_header() {
    wire::HttpHeader header;
    header.method(http::verb::get);
    header.target("/ws/v1");
    header.version(11);
    header.set(http::field::host, "samvev.example");
    header.set(http::field::connection, "keep-alive, Upgrade");
    header.set(http::field::upgrade, "websocket");
    header.set(http::field::sec_websocket_version, "13");
    header.set(http::field::sec_websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");
    return header;
}

// The status of the refusal; 101 when there is none.
int status_of(const wire::HttpHeader& header) {
    const auto upgrade = wire::read_upgrade(header);
    const auto* reply = std::get_if<wire::HttpReply>(&upgrade);
    return reply == nullptr ? 101 : reply->status;
}

std::string item(const std::string& token) {
    return "samvev.bearer." + base::to_base64url(token);
}

}  // namespace

TEST_CASE("A good upgrade says what it wants", "[wire][upgrade]") {
    auto header = good_header();
    REQUIRE(status_of(header) == 101);
    CHECK_FALSE(std::get<wire::Upgrade>(wire::read_upgrade(header)).offers_subprotocol);
    header.insert(http::field::sec_websocket_protocol, "chat ,\tsamvev.v1,," + item("a.b.c"));
    const auto upgrade = std::get<wire::Upgrade>(wire::read_upgrade(header));
    CHECK(upgrade.offers_subprotocol);
    CHECK(upgrade.token == "a.b.c");
}

TEST_CASE("The Authorization header goes before a subprotocol item", "[wire][upgrade]") {
    auto header = good_header();
    header.insert(http::field::sec_websocket_protocol, "samvev.v1, " + item("from.the.item"));
    header.set(http::field::authorization, "Bearer from.the.header");
    CHECK(std::get<wire::Upgrade>(wire::read_upgrade(header)).token == "from.the.header");
}

TEST_CASE("A token of the scheme DPoP brings one proof", "[wire][upgrade]") {
    auto header = good_header();
    header.set(http::field::authorization, "DPoP the.bound.token");
    CHECK(status_of(header) == 401);
    header.insert("DPoP", "the.proof.itself");
    const auto upgrade = std::get<wire::Upgrade>(wire::read_upgrade(header));
    CHECK(upgrade.token == "the.bound.token");
    CHECK(upgrade.proof == "the.proof.itself");
    // Sent as Bearer it is one, and a token that is bound will then be refused.
    header.set(http::field::authorization, "Bearer the.bound.token");
    CHECK(std::get<wire::Upgrade>(wire::read_upgrade(header)).proof.empty());
    header.set(http::field::authorization, "DPoP the.bound.token");
    header.insert("DPoP", "another.proof");
    CHECK(status_of(header) == 401);
}

TEST_CASE("Two credentials of one kind are none", "[wire][upgrade]") {
    auto header = good_header();
    header.insert(http::field::authorization, "Bearer a");
    header.insert(http::field::authorization, "Bearer b");
    CHECK(status_of(header) == 401);
    header = good_header();
    header.insert(
        http::field::sec_websocket_protocol, "samvev.v1, " + item("a") + ", " + item("b")
    );
    CHECK(status_of(header) == 401);
}

TEST_CASE("Defects of the handshake have their status", "[wire][upgrade]") {
    const auto with = [](http::field name, const char* value) {
        auto header = good_header();
        header.set(name, value);
        return status_of(header);
    };
    CHECK(with(http::field::connection, "upgraded") == 426);
    CHECK(with(http::field::upgrade, "websockets") == 426);
    CHECK(with(http::field::sec_websocket_version, "12") == 426);
    CHECK(with(http::field::sec_websocket_key, "dGhlIHNhbXBsZSBub25jZQ=") == 400);
    CHECK(with(http::field::sec_websocket_protocol, "chat") == 400);
    auto header = good_header();
    header.version(10);
    CHECK(status_of(header) == 400);
}

TEST_CASE("An origin is the server's own or a stranger's", "[wire][upgrade]") {
    const auto same = [](const char* origin, const char* host) {
        auto header = good_header();
        header.set(http::field::origin, origin);
        header.set(http::field::host, host);
        return wire::is_same_origin(header);
    };
    CHECK(wire::is_same_origin(good_header()));
    CHECK(same("https://samvev.example", "samvev.example"));
    CHECK(same("https://SAMVEV.example", "samvev.EXAMPLE"));
    CHECK(same("https://samvev.example:443", "samvev.example"));
    CHECK(same("http://samvev.example", "samvev.example:80"));
    CHECK(same("http://[::1]:8470", "[::1]:8470"));
    CHECK_FALSE(same("null", "samvev.example"));
    CHECK_FALSE(same("https://samvev.example.evil", "samvev.example"));
    CHECK_FALSE(same("https://evil.samvev.example", "samvev.example"));
    CHECK_FALSE(same("https://samvev.example:8443", "samvev.example"));
    CHECK_FALSE(same("https://samvev.example/", "samvev.example"));
    CHECK_FALSE(same("samvev.example", "samvev.example"));
    CHECK_FALSE(same("", "samvev.example"));
    auto twice = good_header();
    twice.insert(http::field::origin, "https://samvev.example");
    twice.insert(http::field::origin, "https://samvev.example");
    CHECK_FALSE(wire::is_same_origin(twice));
}
