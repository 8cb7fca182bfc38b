#include "access/revocations.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"
#include "unit/access/issuer_fixture.hpp"

using namespace samvev;
using access::EndedLogin;
using access::Revocations;
using access::TokenIdentity;

namespace {

TokenIdentity token(std::string issuer, std::string subject, std::string session) {
    return {std::move(issuer), std::move(subject), std::move(session), "j", test::noon};
}

struct World {
    base::AdjustableClock clock;
    World() { clock.freeze(test::noon); }
};

}  // namespace

TEST_CASE("A session that ended is over, whatever its tokens", "[access][logout]") {
    const World world;
    Revocations revocations(world.clock);
    CHECK_FALSE(revocations.has_ended(token("i", "u", "s")));
    revocations.end({"i", "u", "s", test::noon});
    CHECK(revocations.has_ended(token("i", "u", "s")));
    CHECK_FALSE(revocations.has_ended(token("i", "u", "other")));
    CHECK_FALSE(revocations.has_ended(token("i", "u", "")));
    CHECK_FALSE(revocations.has_ended(token("other", "u", "s")));
}

TEST_CASE("A subject that logged out may log in again", "[access][logout]") {
    const World world;
    Revocations revocations(world.clock);
    revocations.end({"i", "u", "", test::noon});
    CHECK(revocations.has_ended(token("i", "u", "s")));
    TokenIdentity later = token("i", "u", "s");
    later.issued_at += std::chrono::seconds(1);
    CHECK_FALSE(revocations.has_ended(later));
    TokenIdentity undated = token("i", "u", "s");
    undated.issued_at = {};
    CHECK(revocations.has_ended(undated));
}

TEST_CASE("One token can be ended by its id", "[access][logout]") {
    const World world;
    Revocations revocations(world.clock);
    revocations.end_token("i", "j");
    CHECK(revocations.has_ended(token("i", "u", "s")));
    TokenIdentity nameless = token("i", "u", "s");
    nameless.token_id.clear();
    CHECK_FALSE(revocations.has_ended(nameless));
}

TEST_CASE("The list is bounded in number and in time", "[access][logout]") {
    World world;
    Revocations revocations(world.clock);
    for (std::size_t i = 0; i <= limits::revocations_max; ++i) {
        revocations.end({"i", "", std::to_string(i), test::noon});
    }
    CHECK(revocations.size() == limits::revocations_max);
    CHECK_FALSE(revocations.has_ended(token("i", "", "0")));
    CHECK(revocations.has_ended(token("i", "", "1")));
    world.clock.freeze(test::noon + limits::revocation_kept);
    revocations.end({"i", "", "1", test::noon});
    world.clock.freeze(test::noon + limits::revocation_kept + std::chrono::seconds(1));
    revocations.end({"i", "", "last", test::noon});
    CHECK(revocations.size() == 2);
    CHECK(revocations.has_ended(token("i", "", "1")));
}

TEST_CASE("An ended login covers its tokens and no others", "[access][logout]") {
    const EndedLogin session{"i", "u", "s", test::noon};
    CHECK(session.covers(token("i", "x", "s")));
    CHECK_FALSE(session.covers(token("i", "u", "t")));
    const EndedLogin subject{"i", "u", "", test::noon};
    CHECK(subject.covers(token("i", "u", "t")));
    CHECK_FALSE(subject.covers(token("i", "x", "t")));
    CHECK_FALSE(subject.covers(token("h", "u", "t")));
}
