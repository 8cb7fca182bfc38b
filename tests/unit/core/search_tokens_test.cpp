#include "person/search_tokens.hpp"

#include <catch2/catch.hpp>

using samvev::person::search_tokens;
using Tokens = std::vector<std::string>;

TEST_CASE("A name is found by each of its words from three letters on", "[core][person]") {
    CHECK(search_tokens("Lo Testdal") == Tokens{"lo", "tes", "test", "testd", "testda", "testdal"});
    CHECK(search_tokens("Ada-Lo") == Tokens{"ada", "lo"});
    CHECK(search_tokens("  ").empty());
    CHECK(search_tokens("").empty());
}

TEST_CASE("Norwegian and Sámi letters are lowered, not counted as bytes", "[core][person]") {
    CHECK(search_tokens("ÆØÅ") == Tokens{"æøå"});
    CHECK(search_tokens("Øå") == Tokens{"øå"});
    CHECK(search_tokens("Đŋ") == Tokens{"đŋ"});
    CHECK(search_tokens("ŽŠČ") == Tokens{"žšč"});
}

TEST_CASE("Accents are found with and without", "[core][person]") {
    CHECK(search_tokens("André") == Tokens{"and", "andr", "andre", "andré"});
    CHECK(search_tokens("Pär") == Tokens{"pär", "pær"});
}

TEST_CASE("A very long word gives a bounded number of tokens", "[core][person]") {
    CHECK(search_tokens(std::string(100, 'a')).size() == 18);
}
