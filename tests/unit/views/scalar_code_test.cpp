#include "views/scalar_code.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "support/random_seed.hpp"
#include "views/key_format.hpp"

using namespace samvev;
using views::Null;
using views::Scalar;

namespace {

std::string code(const Scalar& scalar) {
    std::string out;
    views::append_scalar(out, scalar);
    return out;
}

Scalar text(std::string_view value) {
    return Scalar(value);
}

int rank_of(const Scalar& scalar) {
    if (std::holds_alternative<bool>(scalar)) {
        return 0;
    }
    if (std::holds_alternative<std::string_view>(scalar)) {
        return 2;
    }
    return std::holds_alternative<Null>(scalar) ? 3 : 1;
}

// x86 long double has 64 bits of mantissa: exact for every 64-bit integer and every double.
static_assert(std::numeric_limits<long double>::digits >= 64);
long double number_of(const Scalar& scalar) {
    if (const auto* const integer = std::get_if<std::int64_t>(&scalar)) {
        return static_cast<long double>(*integer);
    }
    if (const auto* const natural = std::get_if<std::uint64_t>(&scalar)) {
        return static_cast<long double>(*natural);
    }
    return static_cast<long double>(std::get<double>(scalar));
}

// The order that is promised, by other means.
int reference_order(const Scalar& left, const Scalar& right) {
    if (rank_of(left) != rank_of(right)) {
        return rank_of(left) < rank_of(right) ? -1 : 1;
    }
    const auto sign = [](auto a, auto b) { return a < b ? -1 : (b < a ? 1 : 0); };
    switch (rank_of(left)) {
        case 0:
            return sign(std::get<bool>(left), std::get<bool>(right));
        case 1:
            return sign(number_of(left), number_of(right));
        case 2: {
            const int order =
                std::get<std::string_view>(left).compare(std::get<std::string_view>(right));
            return sign(order, 0);
        }
        default:
            return 0;
    }
}

Scalar random_scalar(std::mt19937_64& random) {
    static const std::vector<std::string> texts = [] {
        std::vector<std::string> made = {"",  "2027-03-23", "2027-03-24",         "å",
                                         "ø", "z",          std::string(300, 'x')};
        for (const char a : {'\x00', '\x01', 'a', '\xFF'}) {
            for (const char b : {'\x00', '\x01', 'a', '\xFF'}) {
                made.push_back({a});
                made.push_back({a, b});
                made.push_back({'a', a, b});
            }
        }
        return made;
    }();
    switch (test::below(random, 9)) {
        case 0:
            return Null{};
        case 1:
            return test::below(random, 2) == 0;
        case 2:
            return static_cast<std::int64_t>(random());
        case 3:
            return random();
        case 4:
            return static_cast<std::int64_t>(test::below(random, 9)) - 4;
        case 5:
            return (static_cast<double>(test::below(random, 65)) - 32.0) / 8.0;
        case 6:
            return static_cast<double>(static_cast<std::int64_t>(random())) * 1e-3;
        default:
            return text(texts[test::below(random, texts.size())]);
    }
}

}  // namespace

TEST_CASE(
    "The bytes of scalars sort as the values do, and none is a prefix of another", "[views][scalar]"
) {
    std::mt19937_64 random(test::random_seed("scalar order"));
    for (int round = 0; round < 20'000; ++round) {
        const Scalar left = random_scalar(random);
        const Scalar right = random_scalar(random);
        const std::string left_code = code(left);
        const std::string right_code = code(right);
        const int order = left_code.compare(right_code);
        REQUIRE((order > 0) - (order < 0) == reference_order(left, right));
        REQUIRE((left_code == right_code || !right_code.starts_with(left_code)));
        REQUIRE(views::scalar_size(left_code + right_code) == left_code.size());
        const auto range = views::type_range(left);
        const bool same_type = rank_of(left) == rank_of(right);
        const bool inside =
            right_code >= std::string(1, range.first) && right_code < std::string(1, range.end);
        REQUIRE(inside == same_type);
    }
}

TEST_CASE("Numbers at the edges keep their place", "[views][scalar]") {
    const std::vector<Scalar> ascending = {
        -std::numeric_limits<double>::max(),
        std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::min() + 1,
        std::int64_t{-9007199254740993},
        -9007199254740992.0,
        -1.5,
        std::int64_t{-1},
        -std::numeric_limits<double>::denorm_min(),
        std::int64_t{0},
        std::numeric_limits<double>::denorm_min(),
        0.1,
        std::int64_t{1},
        9007199254740992.0,
        std::int64_t{9007199254740993},
        std::numeric_limits<std::int64_t>::max(),
        9223372036854775808.0,
        std::numeric_limits<std::uint64_t>::max(),
        18446744073709551616.0,
        std::numeric_limits<double>::max(),
    };
    for (std::size_t i = 1; i < ascending.size(); ++i) {
        INFO(i);
        CHECK(code(ascending[i - 1]) < code(ascending[i]));
    }
    CHECK(code(3.0) == code(std::int64_t{3}));
    CHECK(code(std::uint64_t{3}) == code(std::int64_t{3}));
    CHECK(code(-0.0) == code(std::int64_t{0}));
}

TEST_CASE("Scalars are stored as they always were", "[views][scalar][golden]") {
    CHECK(base::to_hex(code(false)) == "10");
    CHECK(base::to_hex(code(true)) == "11");
    CHECK(base::to_hex(code(std::int64_t{0})) == "21");
    CHECK(base::to_hex(code(std::int64_t{1})) == "2210018000000000000000");
    CHECK(base::to_hex(code(std::int64_t{-1})) == "20effe7fffffffffffffff");
    CHECK(base::to_hex(code(2.5)) == "221002a000000000000000");
    CHECK(base::to_hex(code(text(std::string_view("a\0b", 3)))) == "306100ff620000");
    CHECK(base::to_hex(code(Null{})) == "f0");
    std::string hashed;
    views::append_hashed(hashed, base::sha256("abc"));
    CHECK(
        base::to_hex(hashed) == "40ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

TEST_CASE("What is no scalar has no size", "[views][scalar]") {
    CHECK_FALSE(views::scalar_size("").has_value());
    CHECK_FALSE(views::scalar_size("\x01").has_value());
    CHECK_FALSE(views::scalar_size("\x22\x01").has_value());
    CHECK_FALSE(views::scalar_size("\x30"
                                   "abc")
                    .has_value());
    CHECK_FALSE(views::scalar_size(std::string_view(
                                       "\x30"
                                       "a\x00",
                                       3
                                   ))
                    .has_value());
    CHECK_FALSE(views::scalar_size(std::string_view(
                                       "\x30"
                                       "a\x00\x07\x00\x00",
                                       6
                                   ))
                    .has_value());
    CHECK_FALSE(views::scalar_size("\x40short").has_value());
}
