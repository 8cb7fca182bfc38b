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
    REQUIRE(revocations.end({"i", "u", "s", test::noon}).has_value());
    CHECK(revocations.has_ended(token("i", "u", "s")));
    CHECK_FALSE(revocations.has_ended(token("i", "u", "other")));
    CHECK_FALSE(revocations.has_ended(token("i", "u", "")));
    CHECK_FALSE(revocations.has_ended(token("other", "u", "s")));
}

TEST_CASE("A subject that logged out may log in again", "[access][logout]") {
    const World world;
    Revocations revocations(world.clock);
    REQUIRE(revocations.end({"i", "u", "", test::noon}).has_value());
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
    REQUIRE(revocations.end_token("i", "j").has_value());
    CHECK(revocations.has_ended(token("i", "u", "s")));
    TokenIdentity nameless = token("i", "u", "s");
    nameless.token_id.clear();
    CHECK_FALSE(revocations.has_ended(nameless));
}

TEST_CASE("The list is bounded in number and in time", "[access][logout]") {
    World world;
    Revocations revocations(world.clock);
    for (std::size_t i = 0; i <= limits::revocations_max; ++i) {
        REQUIRE(revocations.end({"i", "", std::to_string(i), test::noon}).has_value());
    }
    CHECK(revocations.size() == limits::revocations_max);
    CHECK_FALSE(revocations.has_ended(token("i", "", "0")));
    CHECK(revocations.has_ended(token("i", "", "1")));
    world.clock.freeze(test::noon + limits::revocation_kept);
    REQUIRE(revocations.end({"i", "", "1", test::noon}).has_value());
    world.clock.freeze(test::noon + limits::revocation_kept + std::chrono::seconds(1));
    REQUIRE(revocations.end({"i", "", "last", test::noon}).has_value());
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

// Rows in memory that say whether they would outlive the machine.
class Rows final : public access::KeptRows {
public:
    Result<void> write(const std::vector<Change>& changes, Durability durability) override {
        CHECK(durability == Durability::durable);
        if (is_full) {
            return fail(ErrorCode::unavailable, "no space");
        }
        for (const Change& change : changes) {
            if (change.value) {
                rows[change.key] = *change.value;
            } else {
                rows.erase(change.key);
            }
        }
        return {};
    }
    Result<void> each(std::string_view prefix, const Visitor& visit) const override {
        for (const auto& [key, value] : rows) {
            CHECK(key.starts_with(prefix));
            visit(key, value);
        }
        return {};
    }
    std::string seal(const base::Digest&, std::string_view, std::string_view) const override {
        return {};
    }
    std::optional<std::string> open(const base::Digest&, std::string_view, std::string_view)
        const override {
        return std::nullopt;
    }
    std::map<std::string, std::string> rows;
    bool is_full = false;
};

TEST_CASE(
    "What was ended stays so after a restart, for as long as it is kept", "[access][logout]"
) {
    World world;
    Rows rows;
    const std::string secret(32, 's');
    {
        Revocations revocations(world.clock, &rows, secret);
        REQUIRE(revocations.load().has_value());
        REQUIRE(revocations.end({"i", "u", "", test::noon}).has_value());
        REQUIRE(revocations.end({"i", "u", "session-of-hers", test::noon}).has_value());
    }
    for (const auto& [key, value] : rows.rows) {
        CHECK((key + value).find("session-of-hers") == std::string::npos);
    }
    Revocations after(world.clock, &rows, secret);
    REQUIRE(after.load().has_value());
    CHECK(after.size() == 2);
    CHECK(after.has_ended(token("i", "u", "s")));
    CHECK(after.has_ended(token("i", "other", "session-of-hers")));
    CHECK_FALSE(after.has_ended(token("i", "other", "s")));
    TokenIdentity later = token("i", "u", "s");
    later.issued_at = test::noon + std::chrono::seconds(1);
    CHECK_FALSE(after.has_ended(later));

    SECTION("and no row outlives that") {
        world.clock.freeze(test::noon + limits::revocation_kept + std::chrono::seconds(1));
        REQUIRE(after.end({"i", "", "new", world.clock.now()}).has_value());
        CHECK(rows.rows.size() == 1);
        CHECK(after.size() == 1);
    }
    SECTION("and the issuer is told when it cannot be kept") {
        rows.is_full = true;
        const auto ended = after.end({"i", "", "new", test::noon});
        REQUIRE_FALSE(ended);
        CHECK(ended.error().code == ErrorCode::unavailable);
        CHECK(after.has_ended(token("i", "", "new")));
    }
}
