#include "wire/quotas.hpp"

#include <catch2/catch.hpp>

using namespace samvev;
using namespace std::chrono_literals;
using wire::CallClass;
using wire::Quota;
using wire::TokenBucket;
using Answer = wire::Quota::Verdict::Answer;

namespace {

const wire::SteadyTime start{1000s};

access::Actor person(const char* id) {
    access::Actor actor;
    actor.tenant = 301;
    actor.id = id;
    return actor;
}

constexpr wire::QuotaLimits narrow{
    .reads_per_second = 10,
    .reads_at_once = 3,
    .commands_per_second = 1,
    .commands_at_once = 2,
    .service_calls_per_second = 1000,
    .sessions = 2,
    .subscriptions = 2
};

}  // namespace

TEST_CASE("A bucket gives what was saved, then what comes in", "[wire][quotas]") {
    TokenBucket bucket({.per_second = 10, .at_once = 2}, start);
    CHECK(bucket.take(start));
    CHECK(bucket.take(start));
    CHECK_FALSE(bucket.take(start));
    CHECK(bucket.wait() == 100ms);
    CHECK_FALSE(bucket.take(start + 99ms));
    CHECK(bucket.take(start + 101ms));
    CHECK_FALSE(bucket.is_full(start + 200ms));
    CHECK(bucket.is_full(start + 1h));
    CHECK(bucket.take(start + 1h));
    CHECK(bucket.take(start + 1h));
    CHECK_FALSE(bucket.take(start + 1h));
    CHECK_FALSE(bucket.take(start));  // A clock of another loop that is a little behind.
}

TEST_CASE("Reads and commands are counted apart", "[wire][quotas]") {
    Quota quota(narrow, person("a"), start);
    for (int i = 0; i < 2; ++i) {
        CHECK(quota.take(CallClass::command, start).answer == Answer::granted);
    }
    const auto verdict = quota.take(CallClass::command, start);
    CHECK(verdict.answer == Answer::refused);
    CHECK(verdict.retry_after == 1000ms);
    CHECK(quota.take(CallClass::read, start).answer == Answer::granted);
}

TEST_CASE("Only who never waits is an abuser", "[wire][quotas]") {
    Quota quota(narrow, person("a"), start);
    const auto refused_at = [&quota](std::chrono::milliseconds at) {
        while (true) {
            const auto verdict = quota.take(CallClass::command, start + at);
            if (verdict.answer != Answer::granted) {
                return verdict.answer;
            }
        }
    };
    for (auto at = 0ms; at < 5s; at += 500ms) {
        CHECK(refused_at(at) == Answer::refused);
    }
    CHECK(refused_at(5s) == Answer::abused);
    CHECK(refused_at(5500ms) == Answer::abused);
    CHECK(refused_at(6500ms) == Answer::refused);  // It waited.
    for (auto at = 10s; at < 60s; at += 1s) {
        CHECK(refused_at(at) == Answer::refused);
    }
}

TEST_CASE("Services have a share of their own kind", "[wire][quotas]") {
    access::Actor importer = person("a");
    importer.roles = {"coordinator", "service:import"};
    access::Actor service = person("journal");
    service.kind = access::Actor::Kind::service;
    for (const access::Actor& actor : {importer, service}) {
        Quota quota(narrow, actor, start);
        for (int i = 0; i < 1000; ++i) {
            REQUIRE(quota.take(CallClass::command, start).answer == Answer::granted);
        }
        CHECK(quota.take(CallClass::command, start).answer == Answer::refused);
        for (int i = 0; i < 50; ++i) {
            REQUIRE(quota.take_session());
            REQUIRE(quota.take_subscription());
        }
    }
}

TEST_CASE("Sessions and subscriptions are given back with the session", "[wire][quotas]") {
    const auto quota = std::make_shared<Quota>(narrow, person("a"), start);
    auto first = wire::SessionPlace::take(quota);
    REQUIRE(first);
    {
        auto second = wire::SessionPlace::take(quota);
        REQUIRE(second);
        CHECK_FALSE(wire::SessionPlace::take(quota));
        CHECK(second->take_subscription());
        CHECK(second->take_subscription());
        CHECK_FALSE(first->take_subscription());
        second->give_subscription();
        CHECK(first->take_subscription());
        const wire::SessionPlace moved = std::move(*second);
    }
    CHECK(first->take_subscription());
    CHECK_FALSE(first->take_subscription());
    CHECK(wire::SessionPlace::take(quota));
}

TEST_CASE("A user's quota is one, and forgotten only when that changes nothing", "[wire][quotas]") {
    wire::Quotas quotas(narrow);
    const auto held = quotas.of(person("held"));
    CHECK(quotas.of(person("held")) == held);
    access::Actor elsewhere = person("held");
    elsewhere.tenant = 1;
    CHECK(quotas.of(elsewhere) != held);
    static_cast<void>(
        quotas.of(person("busy"))->take(CallClass::command, wire::SteadyClock::now() + 1h)
    );
    for (int i = 0; i < 20'000; ++i) {
        static_cast<void>(quotas.of(person(std::to_string(i).c_str())));
    }
    CHECK(quotas.size() < 2100);
    CHECK(quotas.of(person("held")) == held);
}
