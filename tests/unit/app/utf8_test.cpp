#include "app/client/utf8.hpp"

#include <catch2/catch.hpp>

using samvev::client::first_characters;
using samvev::client::is_utf8;

TEST_CASE("Well-formed UTF-8 is told from everything else", "[app][client]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("Fjordvik skole, 7. trinn"));
    CHECK(
        is_utf8("bl\xC3\xA5"
                "b\xC3\xA6r \xE2\x80\x98"
                "WABO\xE2\x80\x99 \xF0\x9F\x90\x9F")
    );
    CHECK_FALSE(is_utf8("\xE5"));              // Latin-1 å
    CHECK_FALSE(is_utf8("\xC0\xAF"));          // overlong /
    CHECK_FALSE(is_utf8("\xE0\x80\xAF"));      // overlong /
    CHECK_FALSE(is_utf8("\xF0\x80\x80\xAF"));  // overlong /
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
    CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
    CHECK_FALSE(is_utf8("\xF5\x80\x80\x80"));
    CHECK_FALSE(is_utf8("a\x80"));     // continuation alone
    CHECK_FALSE(is_utf8("\xE2\x80"));  // cut off
}

TEST_CASE("A text is cut between characters, never inside one", "[app][client]") {
    CHECK(
        first_characters(
            "bl\xC3\xA5"
            "b",
            3
        ) == "bl\xC3\xA5"
    );
    CHECK(
        first_characters(
            "bl\xC3\xA5"
            "b",
            2
        ) == "bl"
    );
    CHECK(
        first_characters(
            "bl\xC3\xA5"
            "b",
            4
        ) ==
        "bl\xC3\xA5"
        "b"
    );
    CHECK(first_characters("abc", 10) == "abc");
    CHECK(first_characters("abc", 0).empty());
}
