#include "subscriptions/position_token.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <set>

#include "base/digest.hpp"
#include "support/random_seed.hpp"

using namespace samvev;
using store::Position;
using store::TenantId;
using subscriptions::PositionTokens;

namespace {

constexpr std::string_view secret = "a secret of thirty-two bytes, yes";

ErrorCode code_of(const Result<Position>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

}  // namespace

TEST_CASE("A position token gives back its position, whatever it is", "[subscriptions][token]") {
    const PositionTokens tokens(secret);
    for (const std::uint64_t position :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{1} << 31,
          (std::uint64_t{1} << 53) + 1, subscriptions::before_first.value()}) {
        const std::string token = tokens.make(TenantId(301), 7, Position(position));
        CHECK(token.size() == 22);
        CHECK(tokens.read(TenantId(301), 7, token).value() == Position(position));
    }
    CHECK(subscriptions::before_first.next() == Position(0));
}

TEST_CASE("A token says the same after a restart with the same secret", "[subscriptions][token]") {
    const std::string token = PositionTokens(secret).make(TenantId(301), 7, Position(41));
    CHECK(PositionTokens(secret).read(TenantId(301), 7, token).value() == Position(41));
    // Stored by clients: the layout and the derivation of the key never change.
    CHECK(token == "hf9humvGjnlaONE-dhs1NA");
}

TEST_CASE(
    "A token of another epoch is gone, one of another tenant is none", "[subscriptions][token]"
) {
    const PositionTokens tokens(secret);
    const std::string token = tokens.make(TenantId(301), 7, Position(41));
    CHECK(code_of(tokens.read(TenantId(301), 8, token)) == ErrorCode::gone);
    CHECK(code_of(tokens.read(TenantId(301), 7 + (1ULL << 40), token)) == ErrorCode::gone);
    CHECK(code_of(tokens.read(TenantId(302), 7, token)) == ErrorCode::invalid_argument);
    CHECK(
        code_of(PositionTokens("another secret of thirty-two bytes").read(TenantId(301), 7, token)
        ) == ErrorCode::invalid_argument
    );
}

TEST_CASE(
    "What is not a token is refused, also another spelling of one", "[subscriptions][token]"
) {
    const PositionTokens tokens(secret);
    const std::string token = tokens.make(TenantId(301), 7, Position(41));
    std::vector<std::string> wrong{"", "start", "41", token + "A", token.substr(1), token + "=="};
    std::string other = token;
    other[4] = '+';
    wrong.push_back(other);
    // The last of 22 characters carries two bits; the same bytes with other spare bits.
    for (const char c : std::string_view("BCDEFGHIJKLMNOP")) {
        if (other = token; other.back() == 'A') {
            other.back() = c;
            wrong.push_back(other);
        }
    }
    wrong.push_back(token.substr(0, 21) + (token.back() == '_' ? '-' : '_'));
    for (const std::string& text : wrong) {
        INFO(text);
        CHECK(code_of(tokens.read(TenantId(301), 7, text)) == ErrorCode::invalid_argument);
    }
}

TEST_CASE("Random bytes and flipped bits are never read as a position", "[subscriptions][token]") {
    std::mt19937_64 random(test::random_seed("position_token"));
    const PositionTokens tokens(secret);
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes(16, '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(random());
        }
        if (tokens.read(TenantId(301), 7, base::to_base64url(bytes))) {
            FAIL("read from " << base::to_hex(bytes));
        }
    }
}

TEST_CASE("Tokens of following positions have nothing in common", "[subscriptions][token]") {
    const PositionTokens tokens(secret);
    std::set<std::string> starts;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        starts.insert(tokens.make(TenantId(301), 7, Position(i)).substr(0, 8));
    }
    CHECK(starts.size() == 1000);
}
