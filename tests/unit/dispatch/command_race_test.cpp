#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <map>
#include <thread>

#include "support/tally_module.hpp"
#include "support/world.hpp"

using namespace samvev;

namespace {

constexpr std::uint32_t tenant = 9999;
constexpr std::string_view secret = "a secret of thirty-two bytes, yes";

struct NoViews final : views::ViewReader {
    Result<std::optional<views::Document>> get(store::TenantId, std::string_view, std::string_view)
        const override {
        return fail(ErrorCode::not_found, "no views");
    }
    Result<views::ListPage> list(store::TenantId, const views::ListQuery&) const override {
        return fail(ErrorCode::not_found, "no views");
    }
    Result<std::uint64_t> count(store::TenantId, const views::ListQuery&) const override {
        return fail(ErrorCode::not_found, "no views");
    }
    store::Position position(store::TenantId, std::string_view) const override {
        return store::Position(0);
    }
    void when_at_least(
        store::TenantId, std::string_view, store::Position, std::function<void(bool)> done
    ) override {
        done(false);
    }
};

// The dispatcher with real threads over the memory log.
struct Threaded {
    base::SystemClock clock;
    base::RandomIdSource ids;
    std::unique_ptr<store::EventLog> log = store::make_memory_event_log();
    std::unique_ptr<modules::Registry> registry;
    std::unique_ptr<base::Executor> pool = base::make_thread_pool(2, 100'000);
    subscriptions::PositionTokens tokens{secret};
    NoViews no_views;
    std::unique_ptr<dispatch::Dispatcher> dispatcher;

    Threaded() {
        std::vector<std::unique_ptr<modules::Module>> modules;
        modules.push_back(test::make_tally_module());
        registry = std::move(*modules::Registry::make(std::move(modules)));
        dispatcher = dispatch::make_dispatcher(
            {*log, *registry, no_views, *pool, clock, ids, tokens, std::string(secret)}
        );
    }

    void send(const std::string& method, const json& params, dispatch::Completion done) {
        dispatch::Request request;
        request.method = method;
        request.params = params.dump();
        request.actor = std::make_shared<access::Actor>(
            test::staff(tenant, "0192f0c1-0000-7000-8000-0000000000a1", {"counter"})
        );
        dispatcher->execute(std::move(request), std::move(done));
    }

    std::string new_id() { return ids.make(clock.now()).text(); }
};

std::string open_tally(Threaded& server, const std::string& name, int limit) {
    const std::string id = server.new_id();
    std::latch answered(1);
    bool ok = false;
    server.send(
        "tally.open",
        {{"tallyId", id}, {"commandId", server.new_id()}, {"name", name}, {"limit", limit}},
        [&](const Result<std::string>& result) {
            ok = result.has_value();
            answered.count_down();
        }
    );
    answered.wait();
    REQUIRE(ok);
    return id;
}

std::map<std::string, int> count_types(const store::EventLog& log) {
    std::map<std::string, int> counts;
    const auto scanned = log.scan(
        {store::TenantId(tenant), store::LogKind::domain}, store::Position(0), SIZE_MAX,
        [&counts](const store::EventView& event) {
            ++counts[std::string(event.type)];
            return store::Visit::more;
        }
    );
    REQUIRE(scanned.has_value());
    return counts;
}

}  // namespace

TEST_CASE(
    "Many threads on one stream: each answer is one event, and the limit holds", "[dispatch][race]"
) {
    Threaded server;
    constexpr int threads = 4;
    constexpr int per_thread = 200;
    constexpr int limit = 500;
    const std::string id = open_tally(server, "ada", limit);
    std::atomic<int> accepted = 0;
    std::atomic<int> rejected = 0;
    std::atomic<int> otherwise = 0;
    std::latch answered(threads * per_thread);
    {
        std::vector<std::jthread> senders;
        for (int t = 0; t < threads; ++t) {
            senders.emplace_back([&] {
                for (int i = 0; i < per_thread; ++i) {
                    std::latch one(1);
                    server.send(
                        "tally.add", {{"tallyId", id}, {"commandId", server.new_id()}, {"by", 1}},
                        [&](const Result<std::string>& result) {
                            ++(result                                       ? accepted
                               : result.error().code == ErrorCode::rejected ? rejected
                                                                            : otherwise);
                            answered.count_down();
                            one.count_down();
                        }
                    );
                    one.wait();
                }
            });
        }
    }
    answered.wait();
    CHECK(accepted == limit);
    CHECK(rejected == threads * per_thread - limit);
    CHECK(otherwise == 0);
    CHECK(count_types(*server.log)["tally.added"] == limit);
}

TEST_CASE("The same command sent many times at once is carried out once", "[dispatch][race]") {
    Threaded server;
    const std::string id = open_tally(server, "ada", 1'000'000);
    for (int round = 0; round < 50; ++round) {
        const json params = {{"tallyId", id}, {"commandId", server.new_id()}, {"by", 1}};
        constexpr int copies = 8;
        std::latch answered(copies);
        std::array<std::string, copies> answers;
        {
            std::vector<std::jthread> senders;
            for (int i = 0; i < copies; ++i) {
                senders.emplace_back([&, i] {
                    server.send("tally.add", params, [&, i](const Result<std::string>& result) {
                        answers[static_cast<std::size_t>(i)] =
                            result ? *result : result.error().message;
                        answered.count_down();
                    });
                });
            }
        }
        answered.wait();
        for (const std::string& answer : answers) {
            CHECK(answer == answers.front());
        }
    }
    CHECK(count_types(*server.log)["tally.added"] == 50);
}

TEST_CASE("Racers for one name: exactly one opens", "[dispatch][race]") {
    Threaded server;
    for (int round = 0; round < 20; ++round) {
        constexpr int racers = 8;
        std::latch answered(racers);
        std::atomic<int> won = 0;
        std::atomic<int> refused = 0;
        {
            std::vector<std::jthread> senders;
            for (int i = 0; i < racers; ++i) {
                senders.emplace_back([&] {
                    server.send(
                        "tally.open",
                        {{"tallyId", server.new_id()},
                         {"commandId", server.new_id()},
                         {"name", "round " + std::to_string(round)},
                         {"limit", 1}},
                        [&](const Result<std::string>& result) {
                            ++(result ? won : refused);
                            answered.count_down();
                        }
                    );
                });
            }
        }
        answered.wait();
        CHECK(won == 1);
        CHECK(refused == racers - 1);
    }
}
