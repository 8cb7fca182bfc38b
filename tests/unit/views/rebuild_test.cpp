#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "base/log.hpp"
#include "support/faulty_table.hpp"
#include "support/random_seed.hpp"
#include "support/temporary_directory.hpp"
#include "view_world.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {

enum class Engine { memory, rocks };

struct Fixture {
    explicit Fixture(std::uint64_t seed = 1, Engine engine = Engine::memory)
        : random(seed), table(open(engine)), writer(*log, tenant_one.value(), seed) {}

    std::unique_ptr<store::Table> open(Engine engine) const {
        if (engine == Engine::memory) {
            return store::make_memory_table();
        }
        auto opened = store::open_rocks_table(directory.path());
        REQUIRE(opened.has_value());
        return std::move(*opened);
    }

    TemporaryDirectory directory;
    std::mt19937_64 random;
    std::unique_ptr<store::EventLog> log = store::make_memory_event_log();
    std::unique_ptr<store::Table> table;
    ViewWorld world{*log, *table};
    DiaryWriter writer;

    // Which version of the view made the documents: one, or the test is over.
    std::uint64_t made_by() {
        std::uint64_t version = 0;
        views::ListQuery query{.view = "diary.by-stream", .limit = limits::list_page_max};
        const auto page = world.projector().list(tenant_one, query);
        REQUIRE(page.has_value());
        for (const views::Document& document : page->documents) {
            const std::uint64_t its = json::parse(document.json)["madeBy"];
            REQUIRE((version == 0 || version == its));
            version = its;
        }
        return version;
    }
};

}  // namespace

TEST_CASE(
    "Folded bit by bit, with restarts, views equal a rebuild from zero byte for byte",
    "[views][rebuild][random]"
) {
    const std::uint64_t seed = random_seed("incremental");
    const auto pool = base::make_thread_pool(2, 64);
    for (std::uint64_t round = 0; round < 6; ++round) {
        Fixture f(seed + round, round % 2 == 0 ? Engine::memory : Engine::rocks);
        for (int cut = 0; cut < 25; ++cut) {
            f.writer.write_random(below(f.random, 40));
            switch (below(f.random, 6)) {
                case 0:
                    f.world.stop();
                    f.world.fold_executor = below(f.random, 2) == 0 ? pool.get() : nullptr;
                    f.world.fold_threads = 3;
                    f.world.bulk_events_max = 1 + below(f.random, 50);
                    f.world.start();
                    break;
                case 1:
                    REQUIRE(f.world.projector().rebuild(tenant_one, "diary.by-stream").has_value());
                    break;
                case 2:
                    break;
                default:
                    f.world.projector().step();
            }
        }
        f.world.catch_up();
        CHECK(views_as_text(*f.table) == views_from_zero(*f.log));
    }
}

TEST_CASE("How many threads fold does not change a byte of the table", "[views][rebuild][random]") {
    Fixture f(random_seed("threads"));
    f.writer.write_random(2000);
    const auto pool = base::make_thread_pool(3, 64);
    std::string first;
    for (const std::size_t threads : {1U, 2U, 4U}) {
        const auto table = store::make_memory_table();
        ViewWorld world(*f.log, *table);
        world.fold_executor = pool.get();
        world.fold_threads = threads;
        world.bulk_events_max = 700;
        world.start();
        world.catch_up();
        const std::string text = table_as_text(*table);
        if (first.empty()) {
            first = text;
        }
        CHECK((text == first));
    }
}

TEST_CASE(
    "Killed at any write, acknowledged or not, views go on where the table stands",
    "[views][rebuild][random][kill]"
) {
    const Engine engine = GENERATE(Engine::memory, Engine::rocks);
    Fixture f(random_seed("kill"), engine);
    FaultyTable disk(*f.table);
    base::set_log_level("error");  // It warns of every failed write.
    for (int life = 0; life < 150; ++life) {
        f.writer.write_random(below(f.random, 15));
        ViewWorld world(*f.log, disk);
        world.bulk_events_max = 1 + below(f.random, 20);
        const std::uint32_t version = 1 + static_cast<std::uint32_t>(life / 30);
        disk.fail_after(
            below(f.random, 12), below(f.random, 2) == 0 ? FaultyTable::Failure::lost
                                                         : FaultyTable::Failure::unacknowledged
        );
        world.start({.view_version = version});
        for (std::size_t steps = below(f.random, 6); steps > 0; --steps) {
            world.projector().step();
        }
        if (below(f.random, 3) == 0) {
            // The disk comes back before the process ends: nothing may have been folded twice.
            disk.heal();
            for (int steps = 0; steps < 10; ++steps) {
                world.projector().step();
            }
        }
        world.stop();
        disk.heal();
    }
    base::set_log_level("info");
    f.world.start({.view_version = 5});
    f.world.catch_up();
    CHECK(views_as_text(*f.table) == views_from_zero(*f.log, {.view_version = 5}));
    for (const std::string& view : diary_views) {
        // Nothing is left of generations that do not answer.
        const auto state = stored_state(*f.table, tenant_one, view);
        REQUIRE(state.has_value());
        CHECK_FALSE(state->building.has_value());
        for (views::GenerationNumber other = 0; other < state->active.number + 5; ++other) {
            if (other != state->active.number) {
                CHECK(generation_as_text(*f.table, tenant_one, view, other).empty());
            }
        }
    }
}

TEST_CASE(
    "A changed view is built beside the old one and swapped whole", "[views][rebuild][blue-green]"
) {
    Fixture f(random_seed("blue-green"));
    f.writer.write_random(600);
    f.world.catch_up();
    CHECK(f.made_by() == 1);
    const store::Position before = f.world.projector().position(tenant_one, "diary.by-stream");

    f.world.bulk_events_max = 50;
    f.world.start({.view_version = 2});
    int steps = 0;
    int steps_of_old = 0;
    store::Position last = before;
    do {
        f.writer.write_random(2);  // Writes go on.
        steps_of_old += f.made_by() == 1 ? 1 : 0;
        const store::Position now = f.world.projector().position(tenant_one, "diary.by-stream");
        CHECK(now >= last);
        last = now;
        if (below(f.random, 4) == 0) {
            f.world.start({.view_version = 2});
        }
        ++steps;
    } while (f.world.projector().step() && steps < 400 && f.made_by() == 1);
    CHECK(steps_of_old > 5);
    f.world.catch_up();
    CHECK(f.made_by() == 2);
    CHECK(views_as_text(*f.table) == views_from_zero(*f.log, {.view_version = 2}));
}

TEST_CASE(
    "Who waits for a write during a change of version gets it with the new one",
    "[views][rebuild][at-least]"
) {
    Fixture f;
    f.writer.write_random(300);
    f.world.catch_up();
    f.world.start({.view_version = 2});
    const auto written = f.writer.write({.data = R"({"amount":77})", .stream = 1}).next();
    int answer = -1;
    f.world.projector().when_at_least(tenant_one, "diary.by-stream", written, [&](bool reached) {
        answer = reached ? 1 : 0;
    });
    while (answer < 0) {
        CHECK(f.made_by() == 1);
        REQUIRE(f.world.projector().step());
    }
    CHECK(answer == 1);
    CHECK(f.made_by() == 2);
    CHECK(f.world.document("diary.by-stream", stream_key(1))["amount"] == 77);
}

TEST_CASE(
    "A rebuild of a store without events, or without events for the view, ends at once",
    "[views][rebuild]"
) {
    Fixture f;
    CHECK(f.world.projector().rebuild(tenant_one, "diary.by-stream") == 0U);
    CHECK_FALSE(f.world.projector().step());
    for (int i = 0; i < 200; ++i) {
        f.writer.write({.type = "diary.unseen"});
    }
    CHECK(f.world.projector().rebuild(tenant_one, "diary.by-stream") == 200U);
    f.world.catch_up();
    CHECK(f.world.projector().position(tenant_one, "diary.by-event") == store::Position(200));
    CHECK(f.world.projector().count(tenant_one, {.view = "diary.by-stream"}) == 0U);
    f.world.start({.view_version = 2});
    f.world.catch_up();
    CHECK(f.world.projector().position(tenant_one, "diary.by-stream") == store::Position(200));
    CHECK_FALSE(f.world.projector().step());
}

TEST_CASE(
    "A rebuild that fails leaves the old documents; the next one succeeds", "[views][rebuild]"
) {
    Fixture f;
    std::atomic<bool> is_broken = false;
    f.world.start({.is_broken = &is_broken});
    f.writer.write_random(100);
    f.writer.write({.type = "diary.broken", .stream = 1});
    f.writer.write_random(100);
    f.world.catch_up();
    const std::string before = views_as_text(*f.table);
    is_broken = true;
    const auto failed = f.world.projector().rebuild(tenant_one, "diary.by-stream");
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().code == ErrorCode::module_fault);
    CHECK(views_as_text(*f.table) == before);
    const auto state = stored_state(*f.table, tenant_one, "diary.by-stream");
    REQUIRE(state.has_value());
    CHECK_FALSE(state->building.has_value());
    CHECK(generation_as_text(*f.table, tenant_one, "diary.by-stream", state->active.number + 1)
              .empty());
    for (const auto& lag : f.world.projector().lags()) {
        CHECK(lag.paused.empty());
    }
    is_broken = false;
    REQUIRE(f.world.projector().rebuild(tenant_one, "diary.by-stream") == 201U);
    f.world.catch_up();
    CHECK(views_as_text(*f.table) == before);
}

TEST_CASE(
    "A changed definition is built again even if its version was forgotten", "[views][rebuild]"
) {
    Fixture f;
    f.writer.write({.data = R"({"who":"ada"})", .stream = 1});
    f.world.catch_up();
    // As if the stored documents had been made with another list of event types.
    auto state = stored_state(*f.table, tenant_one, "diary.by-stream");
    REQUIRE(state.has_value());
    state->active.definition[0] ^= 1;
    store::TableBatch batch;
    batch.put(
        views::state_key(views::view_prefix(tenant_one, "diary.by-stream")),
        views::encode_view_state(*state)
    );
    REQUIRE(f.table->write(batch).has_value());
    f.world.start();
    f.world.catch_up();
    const auto after = stored_state(*f.table, tenant_one, "diary.by-stream");
    REQUIRE(after.has_value());
    CHECK(after->active.number == state->active.number + 1);
}

TEST_CASE("Documents of another history of the log are not believed", "[views][rebuild]") {
    Fixture f;
    f.writer.write_random(50);
    f.world.catch_up();
    f.world.stop();
    // The log was restored from an older copy: shorter than what the views have seen.
    const auto restored = store::make_memory_event_log();
    DiaryWriter writer(*restored, tenant_one.value(), 9);
    writer.write_random(10);
    ViewWorld world(*restored, *f.table);
    CHECK(world.projector().position(tenant_one, "diary.by-stream") == store::Position(0));
    world.catch_up();
    CHECK(world.projector().position(tenant_one, "diary.by-stream") == store::Position(10));
    CHECK(views_as_text(*f.table) == views_from_zero(*restored));
}

TEST_CASE("A state that cannot be read is answered by building again", "[views][rebuild]") {
    Fixture f;
    f.writer.write_random(50);
    f.world.catch_up();
    const std::string before = views_as_text(*f.table);
    store::TableBatch batch;
    batch.put(views::state_key(views::view_prefix(tenant_one, "diary.by-stream")), "rubbish");
    REQUIRE(f.table->write(batch).has_value());
    f.world.start();
    f.world.catch_up();
    CHECK(views_as_text(*f.table) == before);
}

TEST_CASE("Readers see whole views while writes and rebuilds go on", "[views][rebuild][threads]") {
    Fixture f;
    constexpr std::size_t streams = 40;
    for (std::size_t i = 0; i < streams; ++i) {
        f.writer.write({.data = R"({"amount":1})", .stream = i});
    }
    const auto pool = base::make_thread_pool(2, 64);
    f.world.fold_executor = pool.get();
    f.world.fold_threads = 2;
    f.world.start();
    f.world.catch_up();
    f.world.projector().run_on(*pool);

    std::atomic<bool> ended = false;
    std::atomic<int> torn = 0;
    std::atomic<int> reads = 0;
    const auto read = [&] {
        while (!ended) {
            const views::ListQuery query{
                .view = "diary.by-stream", .index = "byAmount", .limit = 200
            };
            const auto page = f.world.projector().list(tenant_one, query);
            const auto count = f.world.projector().count(tenant_one, query);
            const auto one = f.world.projector().get(tenant_one, "diary.by-stream", stream_key(7));
            const bool whole =
                page && page->documents.size() == streams && count == streams && one && *one;
            torn += whole ? 0 : 1;
            ++reads;
        }
    };
    std::thread reader(read);
    std::thread other_reader(read);
    std::string failures;
    for (int round = 0; round < 30 || reads < 100; ++round) {
        const auto last = f.writer.write({.data = R"({"dueOn":"2027-01-01"})", .stream = 3});
        f.world.projector().wake();
        const auto rebuilt = f.world.projector().rebuild(tenant_one, "diary.by-stream");
        if (!rebuilt || *rebuilt <= last.value()) {
            failures += "round " + std::to_string(round) + " ";
        }
    }
    ended = true;
    reader.join();
    other_reader.join();
    CHECK(torn == 0);
    CHECK(failures.empty());
    f.world.catch_up();
    CHECK(views_as_text(*f.table) == views_from_zero(*f.log));
    f.world.stop();  // Before the pool goes.
}
