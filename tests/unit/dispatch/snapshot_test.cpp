#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "support/forwarding_log.hpp"
#include "support/tally_module.hpp"
#include "support/world.hpp"

using namespace samvev;

namespace {

constexpr std::uint32_t tenant = 9999;
constexpr std::string_view secret = "a secret of thirty-two bytes, yes";

// A disk that is slower than deciding: commits are answered when the test says so. Notes which
// revisions snapshots are taken of.
class SlowLog final : public test::ForwardingLog {
public:
    using ForwardingLog::ForwardingLog;

    void submit(store::Commit commit, Completion done) override {
        ForwardingLog::submit(
            std::move(commit),
            [this, done = std::move(done)](Result<store::Committed> outcome) mutable {
                held_.emplace_back(std::move(done), std::move(outcome));
            }
        );
    }
    void put_snapshot(
        store::LogId log, const store::StreamId& stream, const store::Snapshot& snapshot
    ) override {
        CHECK(snapshot.revision.value() < answered_);  // One event a commit.
        snapshots.push_back(snapshot.revision.value());
        ForwardingLog::put_snapshot(log, stream, snapshot);
    }
    void answer() {
        for (auto& [done, outcome] : std::exchange(held_, {})) {
            ++answered_;
            done(std::move(outcome));
        }
    }

    std::vector<std::uint64_t> snapshots;

private:
    std::uint64_t answered_ = 0;
    std::vector<std::pair<Completion, Result<store::Committed>>> held_;
};

}  // namespace

TEST_CASE("Snapshots are taken of what is durable, ever rarer in a long stream", "[dispatch]") {
    const std::unique_ptr<store::EventLog> memory = store::make_memory_event_log();
    SlowLog log(*memory);
    std::vector<std::unique_ptr<modules::Module>> modules;
    modules.push_back(test::make_tally_module());
    const auto registry = std::move(*modules::Registry::make(std::move(modules)));
    base::ManualExecutor executor;
    const base::SystemClock clock;
    base::RandomIdSource ids;
    const subscriptions::PositionTokens tokens(secret);
    const std::unique_ptr<store::Table> table = store::make_memory_table();
    const auto views = views::make_projector({log, *registry, *table, "key"});
    const auto dispatcher = dispatch::make_dispatcher(
        {log, *registry, *views, executor, clock, ids, tokens, std::string(secret)}
    );
    const auto actor = std::make_shared<access::Actor>(
        test::staff(tenant, "0192f0c1-0000-7000-8000-0000000000a1", {"counter"})
    );
    const std::string tally = ids.make(clock.now()).text();
    std::size_t accepted = 0;
    const auto send = [&](const std::string& method, json params) {
        params["tallyId"] = tally;
        params["commandId"] = ids.make(clock.now()).text();
        dispatch::Request request;
        request.method = method;
        request.params = params.dump();
        request.actor = actor;
        dispatcher->execute(std::move(request), [&accepted](const Result<std::string>& answer) {
            accepted += answer ? 1U : 0U;
        });
        executor.drain();
        log.answer();
        executor.drain();
    };
    send("tally.open", {{"name", "long"}, {"limit", 1'000'000}});
    for (int i = 0; i < 1400; ++i) {
        send("tally.add", {{"by", 1}});
    }
    CHECK(accepted == 1401);
    CHECK(log.snapshots == std::vector<std::uint64_t>{199, 399, 599, 899, 1349});
}
