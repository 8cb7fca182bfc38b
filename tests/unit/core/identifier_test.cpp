#include "person/identifier.hpp"

#include <catch2/catch.hpp>

using samvev::person::identifier_claim_key;
using samvev::person::parse_identifier;

TEST_CASE("A national number is accepted only with both control digits", "[core][person]") {
    // Synthetic: month + 80.
    CHECK(parse_identifier("fnr", "14831650010") == "14831650010");
    CHECK(parse_identifier("fnr", "148316 50010") == "14831650010");
    CHECK_FALSE(parse_identifier("fnr", "14831650011"));
    CHECK_FALSE(parse_identifier("fnr", "14831650020"));
    CHECK_FALSE(parse_identifier("fnr", "1483165001"));
    CHECK_FALSE(parse_identifier("fnr", "148316500100"));
    CHECK_FALSE(parse_identifier("fnr", "1483165001x"));
    CHECK_FALSE(parse_identifier("fnr", ""));
}

TEST_CASE("Every change of one digit is noticed", "[core][person]") {
    const std::string right = "14831650010";
    for (std::size_t at = 0; at < right.size(); ++at) {
        for (char digit = '0'; digit <= '9'; ++digit) {
            std::string changed = right;
            changed[at] = digit;
            INFO(changed);
            CHECK(parse_identifier("fnr", changed).has_value() == (changed == right));
        }
    }
}

namespace {

// The number with its two control digits, or nothing when it is never issued.
std::optional<std::string> with_control_digits(std::string nine) {
    const auto digit = [&](std::initializer_list<int> weights) {
        int sum = 0;
        std::size_t at = 0;
        for (const int weight : weights) {
            sum += weight * (nine[at++] - '0');
        }
        return (11 - sum % 11) % 11;
    };
    const int first = digit({3, 7, 6, 1, 8, 9, 4, 5, 2});
    if (first == 10) {
        return std::nullopt;
    }
    nine += static_cast<char>('0' + first);
    const int second = digit({5, 4, 3, 2, 7, 6, 5, 4, 3, 2});
    if (second == 10) {
        return std::nullopt;
    }
    return nine + static_cast<char>('0' + second);
}

// A number that begins with these six digits.
std::string number_of(const std::string& six) {
    for (int serial = 100; serial < 1000; ++serial) {
        if (auto number = with_control_digits(six + std::to_string(serial))) {
            return *number;
        }
    }
    throw std::logic_error("no number begins with " + six);
}

}  // namespace

TEST_CASE("Numbers for tests and D-numbers carry marks in month and day", "[core][person]") {
    for (const char* six : {"140316", "144316", "146816", "148316"}) {
        INFO(six);
        CHECK(parse_identifier("fnr", number_of(six)));
        CHECK_FALSE(parse_identifier("dnr", number_of(six)));
    }
    for (const char* six : {"540316", "548316"}) {
        INFO(six);
        CHECK(parse_identifier("dnr", number_of(six)));
        CHECK_FALSE(parse_identifier("fnr", number_of(six)));
    }
    for (const char* six : {"000316", "320316", "300216", "141316", "149316", "140016"}) {
        INFO(six);
        CHECK_FALSE(parse_identifier("fnr", number_of(six)));
    }
    CHECK(parse_identifier("fnr", number_of("290216")));
}

TEST_CASE(
    "Help numbers, DUF numbers and temporary numbers have forms of their own", "[core][person]"
) {
    CHECK(parse_identifier("fhn", number_of("814031")));
    CHECK(parse_identifier("fhn", number_of("914031")));
    CHECK_FALSE(parse_identifier("fhn", number_of("140316")));
    CHECK(parse_identifier("duf", "201512345678"));
    CHECK_FALSE(parse_identifier("duf", "20151234567"));
    CHECK_FALSE(parse_identifier("duf", "100012345678"));
    CHECK(parse_identifier("temporary", "Sykehus 4711") == "Sykehus 4711");
}

TEST_CASE("A number is unique by kind, save those the register makes of a date", "[core][person]") {
    CHECK(identifier_claim_key("fnr", "14831650010") == "fnr:14831650010");
    CHECK(identifier_claim_key("temporary", "Sykehus 4711") == "temporary:Sykehus 4711");
    CHECK_FALSE(identifier_claim_key("temporary", "14031600100"));
    CHECK_FALSE(identifier_claim_key("temporary", "14031600200"));
    CHECK_FALSE(identifier_claim_key("temporary", "14031699999"));
    CHECK(identifier_claim_key("temporary", "14031600300"));
}
