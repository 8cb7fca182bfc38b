#include "store/crc32c.hpp"

#include <catch2/catch.hpp>

#include <string>

using samvev::store::crc32c;

TEST_CASE("crc32c gives the published values", "[store][crc32c]") {
    // RFC 3720 appendix B.4, and the check value of the CRC catalogue.
    CHECK(crc32c("") == 0);
    CHECK(crc32c("123456789") == 0xe3069283);
    CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aa);
    CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43);
    std::string up;
    for (char c = 0; c < 32; ++c) {
        up.push_back(c);
    }
    CHECK(crc32c(up) == 0x46dd794e);
}

TEST_CASE("crc32c finds every single flipped bit", "[store][crc32c]") {
    const std::string bytes = "a commit record of some length, not a multiple of eight";
    const std::uint32_t right = crc32c(bytes);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        std::string flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE(crc32c(flipped) != right);
    }
}
