#include "app/key_fetcher.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"
#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

using namespace samvev;
using app::KeyAddress;
using app::parse_key_address;

TEST_CASE("Keys are fetched over https, or over http on this machine", "[app][keys]") {
    CHECK(
        *parse_key_address("https://issuer.example/jwks?x=1") ==
        KeyAddress{true, "issuer.example", "443", "/jwks?x=1"}
    );
    CHECK(
        *parse_key_address("https://issuer.example:8443") ==
        KeyAddress{true, "issuer.example", "8443", "/"}
    );
    CHECK(
        *parse_key_address("http://127.0.0.1:9400/jwks") ==
        KeyAddress{false, "127.0.0.1", "9400", "/jwks"}
    );
    CHECK(*parse_key_address("http://[::1]/jwks") == KeyAddress{false, "::1", "80", "/jwks"});
    for (const char* const address :
         {"", "issuer.example", "http://issuer.example/jwks", "ftp://issuer.example/", "https://",
          "https:///jwks", "https://user@issuer.example/", "https://issuer.example:0x1/",
          "https://issuer.example/a b", "file:///etc/passwd", "http://127.0.0.1.evil.example/"}) {
        INFO(address);
        const auto parsed = parse_key_address(address);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == ErrorCode::invalid_argument);
    }
}

TEST_CASE("A file is read to one byte more than a key set may have", "[app][keys]") {
    const test::TemporaryDirectory directory;
    const auto read = [&](const std::string& path) {
        return app::fetch_keys({.kind = access::KeySource::Kind::file, .place = path});
    };
    const std::string path = directory.path() + "/keys.json";
    test::write_file(path, R"({"keys":[]})");
    CHECK(*read(path) == R"({"keys":[]})");
    test::write_file(path, std::string(3 * limits::key_set_bytes_max, ' '));
    CHECK(read(path)->size() == limits::key_set_bytes_max + 1);
    const auto missing = read(directory.path() + "/none");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == ErrorCode::unavailable);
}

TEST_CASE("An issuer that cannot be reached is unavailable", "[app][keys]") {
    const auto fetched =
        app::fetch_keys({.kind = access::KeySource::Kind::url, .place = "http://127.0.0.1:1/jwks"});
    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().code == ErrorCode::unavailable);
}
