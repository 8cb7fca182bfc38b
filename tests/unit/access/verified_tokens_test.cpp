#include "access/verified_tokens.hpp"

#include <catch2/catch.hpp>

using namespace samvev;
using access::VerifiedTokens;
using std::chrono::seconds;

namespace {

const base::Timestamp noon{std::chrono::sys_seconds(seconds(1'800'000'000))};

VerifiedTokens::Verified of(std::string subject, base::Timestamp expires) {
    VerifiedTokens::Verified verified;
    verified.principal.subject = std::move(subject);
    verified.principal.expires_at = expires;
    return verified;
}

}  // namespace

TEST_CASE("A token is known until it expires", "[access][cache]") {
    VerifiedTokens tokens(10);
    tokens.remember(base::sha256("a"), of("a", noon + seconds(1)));
    REQUIRE(tokens.find(base::sha256("a"), noon));
    CHECK(tokens.find(base::sha256("a"), noon)->principal.subject == "a");
    CHECK_FALSE(tokens.find(base::sha256("a"), noon + seconds(1)));
    CHECK_FALSE(tokens.find(base::sha256("b"), noon));
}

TEST_CASE("The oldest tokens give way", "[access][cache]") {
    VerifiedTokens tokens(10);
    for (int i = 0; i < 100; ++i) {
        const std::string name = std::to_string(i);
        tokens.remember(base::sha256(name), of(name, noon));
        tokens.remember(base::sha256(name), of(name, noon + seconds(1)));
        CHECK(tokens.size() <= 10);
    }
    CHECK_FALSE(tokens.find(base::sha256("89"), noon));
    for (int i = 90; i < 100; ++i) {
        CHECK(tokens.find(base::sha256(std::to_string(i)), noon));
    }
}
