#include "access/base64url.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"

using samvev::access::from_base64url;

TEST_CASE("What was encoded decodes to the same bytes", "[access][base64url]") {
    std::string bytes;
    for (int size = 0; size < 300; ++size) {
        CHECK(from_base64url(samvev::base::to_base64url(bytes)) == bytes);
        bytes.push_back(static_cast<char>(size * 37));
    }
}

TEST_CASE("Each value has one spelling only", "[access][base64url]") {
    CHECK(from_base64url("Zg") == "f");
    CHECK_FALSE(from_base64url("Zh"));    // unused bits set
    CHECK_FALSE(from_base64url("Zg=="));  // padding
    CHECK_FALSE(from_base64url("Zm9v\n"));
    CHECK_FALSE(from_base64url("Z"));
    CHECK_FALSE(from_base64url("Zm+v"));  // the other alphabet
    CHECK_FALSE(from_base64url("Zm/v"));
    CHECK_FALSE(from_base64url(std::string_view("Zm\0v", 4)));
}
