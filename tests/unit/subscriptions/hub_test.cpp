#include "subscriptions/hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>
#include <random>

#include "base/limits.hpp"
#include "support/forwarding_log.hpp"
#include "support/hub_bench.hpp"
#include "support/random_seed.hpp"

using namespace samvev;
using test::event_ids;
using test::HubBench;
using test::kinds_as_text;
using test::Subscriber;

namespace bounds = limits;

namespace {

subscriptions::SubscribeRequest all_from(std::string from) {
    return {{}, std::move(from)};
}

subscriptions::SubscribeRequest cases_from(std::vector<std::uint64_t> cases, std::string from) {
    subscriptions::SubscribeRequest request{{}, std::move(from)};
    for (const std::uint64_t number : cases) {
        request.filter.cases.push_back(test::numbered_uuid(number));
    }
    return request;
}

subscriptions::SubscribeRequest types_from(std::vector<std::string> types, std::string from) {
    subscriptions::SubscribeRequest request{{}, std::move(from)};
    request.filter.types = std::move(types);
    return request;
}

bool is_in(const store::EventView& event, const std::vector<std::uint64_t>& cases) {
    return std::any_of(cases.begin(), cases.end(), [&](std::uint64_t number) {
        return event.stream() == test::case_stream(number);
    });
}

ErrorCode refusal(Subscriber& subscriber, const subscriptions::SubscribeRequest& request) {
    const auto refused = subscriber.try_subscribe(request);
    REQUIRE_FALSE(refused.has_value());
    return refused.error().code;
}

}  // namespace

TEST_CASE(
    "From the start one gets the whole log, then caughtUp, then what comes", "[subscriptions][hub]"
) {
    HubBench bench;
    bench.write(1);
    bench.write(2, 3);
    Subscriber reader(*bench.hub, 1);
    CHECK(reader.subscribe(all_from("start")) == "s_1");
    const auto first = reader.ask_all(bench.work());
    CHECK(kinds_as_text(first) == "events 4, caughtUp");
    CHECK(event_ids(first) == bench.log_ids());
    CHECK(bench.position_of(first[0]) == 3);
    CHECK(first[0]["position"] == first[0]["events"][3]["position"]);
    CHECK(bench.position_of(first[1]) == 3);
    CHECK(first[1]["time"] == "2027-03-23T08:00:00.000000Z");

    bench.write(1, 2);
    bench.work()();
    CHECK(reader.wake_count() == 1);
    const auto then = reader.ask_all(bench.work());
    CHECK(kinds_as_text(then) == "events 2");
    CHECK(reader.ask_all(bench.work()).empty());
}

TEST_CASE(
    "From the head one is caught up at once and gets only what comes", "[subscriptions][hub]"
) {
    HubBench bench;
    bench.write(1, 5);
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(all_from("head"));
    CHECK(kinds_as_text(reader.ask_all(bench.work())) == "caughtUp");
    bench.write(1, 2);
    bench.work()();
    const auto then = reader.ask_all(bench.work());
    CHECK(kinds_as_text(then) == "events 2");
    CHECK(bench.position_of(then[0]) == 6);
}

TEST_CASE(
    "A live subscriber is answered from memory, without the executor", "[subscriptions][hub]"
) {
    HubBench bench;
    Subscriber all(*bench.hub, 1);
    Subscriber one(*bench.hub, 2);
    all.subscribe(all_from("head"));
    one.subscribe(cases_from({1}, "head"));
    const auto no_work = [] {};
    CHECK(kinds_as_text(all.ask_all(no_work)) == "caughtUp");
    CHECK(kinds_as_text(one.ask_all(no_work)) == "caughtUp");
    bench.write(1, 3);
    bench.work()();
    CHECK(kinds_as_text(all.ask_all(no_work)) == "events 3");
    CHECK(kinds_as_text(one.ask_all(no_work)) == "events 3");
}

TEST_CASE("An empty log can be resumed from what caughtUp said", "[subscriptions][hub]") {
    HubBench bench;
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(all_from("start"));
    const auto results = reader.ask_all(bench.work());
    CHECK(kinds_as_text(results) == "caughtUp");
    bench.write(1, 2);
    Subscriber again(*bench.hub, 2);
    again.subscribe(all_from(results[0]["position"]));
    CHECK(event_ids(again.ask_all(bench.work())) == bench.log_ids());
}

TEST_CASE("A subscription is refused by code", "[subscriptions][hub]") {
    HubBench bench;
    bench.write(1);
    Subscriber reader(*bench.hub, 1);
    const auto token = [&](std::uint32_t tenant, std::uint64_t epoch, std::uint64_t position) {
        return bench.tokens.make(store::TenantId(tenant), epoch, store::Position(position));
    };
    const std::uint64_t epoch = bench.log->head(test::domain_log()).epoch;
    CHECK(refusal(reader, all_from("")) == ErrorCode::invalid_argument);
    CHECK(refusal(reader, all_from("0")) == ErrorCode::invalid_argument);
    CHECK(refusal(reader, all_from(token(1111, epoch, 0))) == ErrorCode::invalid_argument);
    CHECK(refusal(reader, all_from(token(9999, epoch + 1, 0))) == ErrorCode::gone);
    CHECK(refusal(reader, all_from(token(9999, epoch, 1))) == ErrorCode::gone);
    CHECK(refusal(reader, types_from({"*.x"}, "start")) == ErrorCode::invalid_argument);
    for (std::size_t i = 0; i < bounds::subscriptions_per_connection_max; ++i) {
        reader.subscribe(all_from(token(9999, epoch, 0)));
    }
    CHECK(refusal(reader, all_from("head")) == ErrorCode::overloaded);
    CHECK(bench.hub->unsubscribe(reader.id, "s_3"));
    CHECK_FALSE(bench.hub->unsubscribe(reader.id, "s_3"));
    CHECK(reader.subscribe(all_from("head")) == "s_65");
}

TEST_CASE("A subscription to cases gets their events in order of the log", "[subscriptions][hub]") {
    HubBench bench;
    std::mt19937_64 random(test::random_seed("hub_cases"));
    const auto write = [&](int count) {
        for (int i = 0; i < count; ++i) {
            bench.write(test::below(random, 6), 1 + test::below(random, 4));
        }
    };
    write(400);
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(cases_from({1, 4, 77}, "start"));
    auto results = reader.ask_all(bench.work());
    CHECK(results.back()["kind"] == "caughtUp");
    for (int round = 0; round < 40; ++round) {
        write(1 + static_cast<int>(test::below(random, 20)));
        bench.work()();
        for (json& result : reader.ask_all(bench.work())) {
            results.push_back(std::move(result));
        }
    }
    CHECK(event_ids(results) == bench.log_ids([](const auto& event) {
        return is_in(event, {1, 4});
    }));
}

TEST_CASE("A stream that does not exist yet can be subscribed to", "[subscriptions][hub]") {
    HubBench bench;
    bench.write(1);
    const std::string from = GENERATE(as<std::string>(), "start", "head");
    Subscriber reader(*bench.hub, 1);
    subscriptions::SubscribeRequest request{{}, from};
    request.filter.streams = {test::case_stream(5).text()};
    reader.subscribe(request);
    CHECK(kinds_as_text(reader.ask_all(bench.work())) == "caughtUp");
    bench.write(2);
    bench.write(5, 2);
    bench.work()();
    CHECK(kinds_as_text(reader.ask_all(bench.work())) == "events 2");
}

TEST_CASE("Only who can match is woken", "[subscriptions][hub]") {
    HubBench bench;
    Subscriber one(*bench.hub, 1);
    Subscriber two(*bench.hub, 2);
    Subscriber all(*bench.hub, 3);
    Subscriber elsewhere(*bench.hub, 4);
    elsewhere.actor.tenant = 1111;
    one.subscribe(cases_from({1}, "head"));
    two.subscribe(cases_from({2}, "head"));
    all.subscribe(all_from("head"));
    elsewhere.subscribe(all_from("head"));
    for (Subscriber* const reader : {&one, &two, &all, &elsewhere}) {
        CHECK(kinds_as_text(reader->ask_all(bench.work())) == "caughtUp");
    }
    bench.write(2);
    bench.work()();
    CHECK(one.wake_count() == 0);
    CHECK(two.wake_count() == 1);
    CHECK(all.wake_count() == 1);
    CHECK(elsewhere.wake_count() == 0);
    CHECK(one.ask_all(bench.work()).empty());
    CHECK(elsewhere.ask_all(bench.work()).empty());
    CHECK(event_ids(two.ask_all(bench.work())) == bench.log_ids());
}

TEST_CASE(
    "A subscription killed and resumed anywhere misses and repeats nothing", "[subscriptions][hub]"
) {
    HubBench bench;
    std::mt19937_64 random(test::random_seed("hub_resume"));
    const bool only_cases = GENERATE(false, true);
    const std::vector<std::uint64_t> cases{0, 3};
    std::vector<std::string> received;
    std::string from = "start";
    for (std::uint64_t round = 0; round < 150; ++round) {
        for (std::size_t i = test::below(random, 30); i > 0; --i) {
            bench.write(test::below(random, 5), 1 + test::below(random, 5));
        }
        Subscriber reader(*bench.hub, round);
        reader.subscribe(only_cases ? cases_from(cases, from) : all_from(from));
        for (std::size_t asks = test::below(random, 4); asks > 0; --asks) {
            if (test::below(random, 2) == 0) {
                bench.write(test::below(random, 5));
            }
            const auto params = reader.ask(bench.work());
            if (!params) {
                break;
            }
            const json& result = (*params)["result"];
            // A client dies after any event it has handled, not only after a page.
            const json events = result.value("events", json::array());
            const std::size_t handled = events.empty() ? 0 : 1 + test::below(random, events.size());
            for (std::size_t i = 0; i < handled; ++i) {
                received.push_back(events[i]["id"]);
                from = events[i]["position"];
            }
            if (handled < events.size()) {
                break;
            }
            from = result["position"];
        }
    }
    Subscriber last(*bench.hub, 1000);
    last.subscribe(only_cases ? cases_from(cases, from) : all_from(from));
    for (const std::string& id : event_ids(last.ask_all(bench.work()))) {
        received.push_back(id);
    }
    CHECK(received == bench.log_ids([&](const auto& event) {
        return !only_cases || is_in(event, cases);
    }));
}

TEST_CASE("A filter that matches nothing still moves on, step by step", "[subscriptions][hub]") {
    HubBench bench;
    for (int i = 0; i < 250; ++i) {
        bench.write(1, 100);
    }
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(types_from({"case.never"}, "start"));
    const auto results = reader.ask_all(bench.work());
    CHECK(kinds_as_text(results) == "checkpoint, checkpoint, caughtUp");
    CHECK(bench.position_of(results[0]) == 9'999);
    CHECK(bench.position_of(results[1]) == 19'999);
    CHECK(bench.position_of(results[2]) == 24'999);

    // Live: invisible events are silent for a while, then a checkpoint tells where one stands.
    bench.write(1, 10);
    bench.work()();
    CHECK(reader.ask_all(bench.work()).empty());
    bench.clock.freeze(bench.clock.now() + bounds::checkpoint_every);
    bench.write(1, 10);
    bench.work()();
    const auto later = reader.ask_all(bench.work());
    CHECK(kinds_as_text(later) == "checkpoint");
    CHECK(bench.position_of(later[0]) == 25'019);
    CHECK(reader.ask_all(bench.work()).empty());
}

TEST_CASE("A checkpoint does not stand inside a commit", "[subscriptions][hub]") {
    HubBench bench;
    bench.write(1, 30);
    for (int i = 0; i < 101; ++i) {
        bench.write(1, 100);
    }
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(types_from({"case.never"}, "start"));
    const auto results = reader.ask_all(bench.work());
    CHECK(kinds_as_text(results) == "checkpoint, caughtUp");
    CHECK(bench.position_of(results[0]) == 10'029);
}

TEST_CASE("A commit is not split over two pages when it fits one", "[subscriptions][hub]") {
    HubBench bench;
    for (int i = 0; i < 5; ++i) {
        bench.write(1, 100);
    }
    const bool by_case = GENERATE(false, true);
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(by_case ? cases_from({1}, "start") : all_from("start"));
    const auto results = reader.ask_all(bench.work());
    CHECK(kinds_as_text(results) == "events 200, events 200, events 100, caughtUp");
    CHECK(event_ids(results) == bench.log_ids());
}

TEST_CASE("A page has a maximum of bytes", "[subscriptions][hub]") {
    HubBench bench;
    const std::string payload = "{\"text\":\"" + std::string(60'000, 'x') + "\"}";
    for (int i = 0; i < 10; ++i) {
        bench.write(1, 1, "case.noted", 9999, payload);
    }
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(all_from("start"));
    std::vector<json> results;
    while (const auto params = reader.ask(bench.work())) {
        CHECK(params->dump().size() <= bounds::page_bytes_max);
        results.push_back((*params)["result"]);
    }
    CHECK(kinds_as_text(results) == "events 4, events 4, events 2, caughtUp");
}

TEST_CASE(
    "Who falls behind is told, keeps up by pages, and is told again", "[subscriptions][hub]"
) {
    HubBench bench;
    const bool by_case = GENERATE(false, true);
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(by_case ? cases_from({1}, "head") : all_from("head"));
    CHECK(kinds_as_text(reader.ask_all(bench.work())) == "caughtUp");
    CHECK(bench.hub->counts().live == 1);
    const int count = GENERATE(512, 513, 700, 5000);
    for (int i = 0; i < count; ++i) {
        bench.write(1);
    }
    bench.work()();
    const auto results = reader.ask_all(bench.work());
    if (count <= 512) {
        CHECK(kinds_as_text(results) == "events 256, events 256");
    } else {
        CHECK(results.front()["kind"] == "fellBehind");
        CHECK(results.back()["kind"] == "caughtUp");
        CHECK_FALSE(results.front().contains("lag"));
    }
    CHECK(event_ids(results) == bench.log_ids());
    CHECK(bench.hub->counts().live == 1);
    CHECK(bench.hub->counts().behind == 0);
}

TEST_CASE(
    "Other cases' events do not make a subscription to a case fall behind", "[subscriptions][hub]"
) {
    HubBench bench;
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(cases_from({1}, "head"));
    CHECK(kinds_as_text(reader.ask_all(bench.work())) == "caughtUp");
    bench.write(1, 2);
    for (int i = 0; i < 100; ++i) {
        bench.write(2, 50);
        bench.work()();
    }
    bench.write(1, 3);
    bench.work()();
    CHECK(kinds_as_text(reader.ask_all(bench.work())) == "events 5");
    CHECK(reader.wake_count() == 1);
}

TEST_CASE("A reader that never asks costs one wake, and loses nothing", "[subscriptions][hub]") {
    HubBench bench;
    Subscriber slow(*bench.hub, 1);
    Subscriber healthy(*bench.hub, 2);
    slow.subscribe(all_from("head"));
    healthy.subscribe(all_from("head"));
    slow.ask_all(bench.work());
    healthy.ask_all(bench.work());
    std::vector<std::string> healthy_got;
    for (int i = 0; i < 3000; ++i) {
        bench.write(1, 2);
        bench.work()();
        const auto results = healthy.ask_all([] {});
        REQUIRE(kinds_as_text(results) == "events 2");
        for (const std::string& id : event_ids(results)) {
            healthy_got.push_back(id);
        }
    }
    CHECK(healthy_got == bench.log_ids());
    CHECK(slow.wake_count() == 1);
    const auto results = slow.ask_all(bench.work());
    CHECK(results.front()["kind"] == "fellBehind");
    CHECK(event_ids(results) == bench.log_ids());
}

TEST_CASE("Subscriptions of one connection take turns", "[subscriptions][hub]") {
    HubBench bench;
    for (int i = 0; i < 1000; ++i) {
        bench.write(1);
    }
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(all_from("start"));
    reader.subscribe(cases_from({1}, "start"));
    reader.subscribe(all_from("head"));
    std::vector<std::string> turns;
    while (const auto params = reader.ask(bench.work())) {
        turns.push_back((*params)["subscription"]);
    }
    CHECK(
        turns ==
        std::vector<std::string>{
            "s_1", "s_2", "s_3", "s_1", "s_2", "s_1", "s_2", "s_1", "s_2", "s_1", "s_2"
        }
    );
}

TEST_CASE("With a new token the new rights count from the next page on", "[subscriptions][hub]") {
    // The old actor stayed with its subscriptions for as long as the connection lived.
    HubBench bench([](const access::Actor& actor, const store::EventView&) {
        return actor.has_role("auditor");
    });
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(all_from("start"));
    bench.write(1, 2);
    CHECK(event_ids(reader.ask_all(bench.work())).empty());
    access::Actor actor;
    actor.tenant = 9999;
    actor.roles = {"auditor"};
    bench.hub->change_actor(reader.id, actor);
    bench.write(1, 3);
    bench.work()();
    CHECK(event_ids(reader.ask_all(bench.work())).size() == 3);
    actor.roles.clear();
    bench.hub->change_actor(reader.id, actor);
    bench.write(1, 1);
    bench.work()();
    CHECK(event_ids(reader.ask_all(bench.work())).empty());
}

TEST_CASE("Ended subscriptions say so once, with where they stood", "[subscriptions][hub]") {
    HubBench bench;
    bench.write(1, 3);
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(all_from("start"));
    reader.subscribe(all_from("head"));
    reader.ask_all(bench.work());
    bench.write(1, 3);
    bench.work()();
    bench.hub->end_all(reader.id, "token_expired");
    const auto results = reader.ask_all(bench.work());
    CHECK(kinds_as_text(results) == "ended, ended");
    CHECK(results[0]["reason"] == "token_expired");
    CHECK(bench.position_of(results[0]) == 2);
    bench.write(1);
    bench.work()();
    CHECK(reader.ask_all(bench.work()).empty());
    CHECK(bench.hub->counts().live + bench.hub->counts().behind == 0);
    CHECK(reader.subscribe(all_from(results[0]["position"])) == "s_3");
    CHECK(event_ids(reader.ask_all(bench.work())).size() == 4);
}

TEST_CASE("What an actor may see is asked at the moment of sending", "[subscriptions][hub]") {
    bool may_see = false;
    HubBench bench([&may_see](const access::Actor& actor, const store::EventView& event) {
        return actor.id == "lo" || may_see || event.type == "case.open-to-all";
    });
    Subscriber reader(*bench.hub, 1);
    Subscriber lo(*bench.hub, 2);
    lo.actor.id = "lo";
    for (Subscriber* const each : {&reader, &lo}) {
        each->subscribe(all_from("start"));
        each->ask_all(bench.work());
    }
    bench.write(1, 2);
    bench.write(1, 1, "case.open-to-all");
    bench.work()();
    CHECK(event_ids(reader.ask_all(bench.work())).size() == 1);
    CHECK(event_ids(lo.ask_all(bench.work())).size() == 3);
    bench.write(1, 2);
    bench.work()();
    may_see = true;
    CHECK(event_ids(reader.ask_all(bench.work())).size() == 2);
}

TEST_CASE(
    "A payload that was removed is withheld from the next who reads it", "[subscriptions][hub]"
) {
    HubBench bench;
    bench.write(1, 2);
    REQUIRE(bench.log->remove_payload(test::domain_log(), store::Position(0)).has_value());
    Subscriber reader(*bench.hub, 1);
    reader.subscribe(all_from("start"));
    const auto results = reader.ask_all(bench.work());
    CHECK(results[0]["events"][0]["withheld"] == true);
    CHECK_FALSE(results[0]["events"][0].contains("data"));
    CHECK(results[0]["events"][1].contains("data"));
}

TEST_CASE("When the executor is full nothing is lost", "[subscriptions][hub]") {
    HubBench bench;
    bench.write(1, 10);
    Subscriber reader(*bench.hub, 1);
    Subscriber live(*bench.hub, 2);
    Subscriber of_case(*bench.hub, 3);
    live.subscribe(all_from("head"));
    of_case.subscribe(cases_from({1}, "head"));
    live.ask_all(bench.work());
    of_case.ask_all(bench.work());
    const auto no_work = [] {};

    bench.executor.is_full = true;
    reader.subscribe(all_from("start"));
    CHECK(event_ids(reader.ask_all(no_work)) == bench.log_ids());
    bench.write(1, 2);
    CHECK(live.wake_count() == 1);
    CHECK(of_case.wake_count() == 1);
    CHECK(event_ids(live.ask_all(no_work)).size() == 2);
    CHECK(event_ids(of_case.ask_all(no_work)).size() == 2);
    bench.write(1, 1);
    bench.executor.is_full = false;
    bench.write(1, 1);
    bench.work()();
    CHECK(event_ids(live.ask_all(no_work)).size() == 2);
    CHECK(event_ids(of_case.ask_all(bench.work())).size() == 2);
    CHECK(event_ids(reader.ask_all(no_work)).size() == 4);
}

TEST_CASE("A read that is put off comes after the one under way", "[subscriptions][hub]") {
    HubBench bench;
    bench.write(1, 10);
    Subscriber first(*bench.hub, 1);
    Subscriber second(*bench.hub, 2);
    first.subscribe(all_from("start"));
    second.subscribe(all_from("start"));
    bool first_answered = false;
    bench.hub->next(first.id, [&](std::optional<std::string> params) {
        first_answered = params.has_value();
    });
    bench.executor.is_full = true;
    CHECK_FALSE(second.ask([] {}).has_value());
    CHECK(second.wake_count() == 0);
    bench.work()();
    CHECK(first_answered);
    CHECK(second.wake_count() == 1);
    CHECK(event_ids(second.ask_all([] {})) == bench.log_ids());
}

TEST_CASE("An event is made into text once for a thousand subscribers", "[subscriptions][hub]") {
    HubBench bench;
    int upcasts = 0;
    modules::Manifest manifest;
    manifest.id = "case";
    manifest.events.resize(2);
    manifest.events[0].type = manifest.events[1].type = "case.noted";
    manifest.events[1].version = 2;
    std::vector<std::unique_ptr<modules::Module>> list;
    list.push_back(std::make_unique<test::FakeModule>(
        manifest, nullptr,
        [&upcasts](const modules::EventIn&) -> Result<std::string> {
            ++upcasts;
            return std::string("{\"n\":2}");
        }
    ));
    const auto registry = test::make_fake_registry(std::move(list));
    const auto hub =
        subscriptions::make_hub({*bench.log, *registry, bench.executor, bench.clock, bench.tokens});
    std::deque<Subscriber> readers;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        readers.emplace_back(*hub, i);
        readers.back().subscribe(i % 2 == 0 ? all_from("head") : cases_from({1}, "head"));
        REQUIRE(kinds_as_text(readers.back().ask_all(bench.work())) == "caughtUp");
    }
    CHECK(hub->counts().live == 1000);
    bench.write(1, 3);
    bench.work()();
    CHECK(upcasts == 3);
    for (Subscriber& reader : readers) {
        REQUIRE(reader.wake_count() == 1);
        const auto results = reader.ask_all([] {});
        REQUIRE(kinds_as_text(results) == "events 3");
        REQUIRE(results[0]["events"][0]["data"]["n"] == 2);
    }
    CHECK(upcasts == 3);
}

TEST_CASE("A log that cannot be read ends the subscription with its code", "[subscriptions][hub]") {
    // Stands for a disk that goes bad: the memory log never fails.
    class FailingLog final : public test::ForwardingLog {
    public:
        using ForwardingLog::ForwardingLog;
        Result<store::Position> scan(
            store::LogId log, store::Position from, std::size_t limit,
            const store::EventVisitor& visit
        ) const override {
            if (is_broken) {
                return fail(ErrorCode::corrupt, "position 1 does not verify");
            }
            return ForwardingLog::scan(log, from, limit, visit);
        }
        bool is_broken = false;
    };
    HubBench bench;
    FailingLog log(*bench.log);
    bench.write(1, 3);
    const auto hub =
        subscriptions::make_hub({log, *bench.registry, bench.executor, bench.clock, bench.tokens});
    Subscriber reader(*hub, 1);
    reader.subscribe(all_from("start"));
    log.is_broken = true;
    const auto results = reader.ask_all(bench.work());
    CHECK(kinds_as_text(results) == "ended");
    CHECK(results[0]["reason"] == "corrupt");
    CHECK(results[0].contains("position"));
}

TEST_CASE("Who is gone is not woken, and is still answered what is owed", "[subscriptions][hub]") {
    HubBench bench;
    bench.write(1, 3);
    int answers = 0;
    {
        Subscriber reader(*bench.hub, 1);
        reader.subscribe(all_from("start"));
        bench.hub->next(reader.id, [&](std::optional<std::string> params) {
            ++answers;
            CHECK_FALSE(params.has_value());
        });
    }
    bench.work()();
    CHECK(answers == 1);
    bench.write(1);
    bench.work()();

    auto last = std::make_unique<Subscriber>(*bench.hub, 2);
    last->subscribe(all_from("start"));
    bench.hub->next(last->id, [&](std::optional<std::string> params) {
        ++answers;
        CHECK_FALSE(params.has_value());
    });
    last.reset();
    bench.hub.reset();
    bench.write(1);
    bench.work()();
    CHECK(answers == 2);
}
