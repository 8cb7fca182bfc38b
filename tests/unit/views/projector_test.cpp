#include "views/projector.hpp"

#include <atomic>

#include "support/forwarding_log.hpp"
#include "view_world.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {

struct Fixture {
    std::unique_ptr<store::EventLog> log = store::make_memory_event_log();
    std::unique_ptr<store::Table> table = store::make_memory_table();
    ViewWorld world{*log, *table};
    DiaryWriter writer{*log, tenant_one.value(), 1};

    views::Projector& projector() { return world.projector(); }
};

}  // namespace

TEST_CASE("Each kind of key makes the documents it says", "[views][projector]") {
    Fixture f;
    f.writer.write(
        {.data = R"({"people":["ada","lo"],"amount":1})", .stream = 1, .entity = "note-1"}
    );
    f.writer.write({.data = R"({"people":["lo"],"amount":2})", .stream = 1});
    f.writer.write({.data = R"({"person":"siv"})", .stream = 2, .version = 1});
    f.writer.write({.type = "diary.unseen", .stream = 3});
    f.writer.write({.kind = "other", .stream = 4});
    f.world.catch_up();

    CHECK(f.world.keys({.view = "diary.by-stream"}).size() == 2);
    CHECK(f.world.document("diary.by-stream", stream_key(1))["count"] == 2);
    CHECK(f.world.document("diary.by-stream", stream_key(3)).is_null());
    CHECK(f.world.document("diary.by-stream", "other/" + DiaryWriter::stream_id(4)).is_null());
    CHECK(f.world.keys({.view = "diary.by-entity"}) == std::vector{stream_key(1) + "#note-1"});
    CHECK(f.world.keys({.view = "diary.by-event"}).size() == 3);
    CHECK(
        f.world.keys({.view = "diary.by-person"}) == std::vector<std::string>{"ada", "lo", "siv"}
    );
    CHECK(f.world.document("diary.by-person", "lo")["count"] == 2);
    for (const std::string& view : diary_views) {
        CHECK(f.projector().position(tenant_one, view) == store::Position(5));
    }
}

TEST_CASE(
    "A document that the module drops is gone, with its index entries", "[views][projector]"
) {
    Fixture f;
    f.writer.write({.data = R"({"tags":["a","b"]})", .stream = 1});
    f.world.catch_up();
    CHECK(f.world.keys({.view = "diary.by-stream", .index = "byTag"}).size() == 2);
    f.writer.write({.type = "diary.erased", .stream = 1});
    f.world.catch_up();
    for (const char* const index : {"", "byTag", "byWho", "byAmount"}) {
        CHECK(f.world.keys({.view = "diary.by-stream", .index = index}).empty());
    }
    CHECK(view_as_text(*f.table, tenant_one, "diary.by-stream").empty());
}

TEST_CASE("An event whose payload was removed is folded without data", "[views][projector]") {
    Fixture f;
    f.writer.write({.data = R"({"who":"ada","people":["ada"]})", .stream = 1});
    const auto removed = f.writer.write({.data = R"({"who":"lo","people":["lo"]})", .stream = 1});
    REQUIRE(f.log->remove_payload({tenant_one, store::LogKind::domain}, removed).has_value());
    f.world.catch_up();
    const json document = f.world.document("diary.by-stream", stream_key(1));
    CHECK(document["who"] == "ada");
    CHECK(document["count"] == 2);
    CHECK(document["withheld"] == 1);
    CHECK(f.world.keys({.view = "diary.by-person"}) == std::vector<std::string>{"ada"});
}

TEST_CASE("Nothing crosses from one tenant to another", "[views][projector]") {
    Fixture f;
    DiaryWriter other(*f.log, 9998, 2);
    f.writer.write({.data = R"({"who":"ada"})", .stream = 1});
    other.write({.data = R"({"who":"lo"})", .stream = 1});
    other.write({.data = R"({"who":"lo"})", .stream = 2});
    f.world.catch_up();
    CHECK(f.world.document("diary.by-stream", stream_key(1))["who"] == "ada");
    CHECK(f.projector().count(tenant_one, {.view = "diary.by-stream"}) == 1U);
    CHECK(f.projector().count(store::TenantId(9998), {.view = "diary.by-stream"}) == 2U);
    CHECK(f.projector().count(store::TenantId(9997), {.view = "diary.by-stream"}) == 0U);
    CHECK(f.projector().position(store::TenantId(9997), "diary.by-stream") == store::Position(0));
}

TEST_CASE(
    "A view that does not exist is not found, a document that does not is absent",
    "[views][projector]"
) {
    Fixture f;
    const auto code_of = [](const auto& result) {
        return result.has_value() ? ErrorCode::internal : result.error().code;
    };
    CHECK(code_of(f.projector().get(tenant_one, "no.view", "k")) == ErrorCode::not_found);
    CHECK(code_of(f.projector().list(tenant_one, {.view = "no.view"})) == ErrorCode::not_found);
    CHECK(code_of(f.projector().count(tenant_one, {.view = "no.view"})) == ErrorCode::not_found);
    CHECK(code_of(f.projector().rebuild(tenant_one, "no.view")) == ErrorCode::not_found);
    CHECK(f.world.document("diary.by-stream", "diary/none").is_null());
}

TEST_CASE(
    "An event that cannot be folded stops its view before it, and no other",
    "[views][projector][pause]"
) {
    Fixture f;
    std::atomic<bool> is_broken = true;
    f.world.start({.is_broken = &is_broken});
    f.writer.write({.data = R"({"amount":1})", .stream = 1});
    f.writer.write({.data = R"({"amount":2})", .stream = 2});
    const auto broken =
        f.writer.write({.type = "diary.broken", .stream = 1});  // No entity: not in by-entity.
    f.writer.write({.data = R"({"amount":3})", .stream = 2, .entity = "e"});
    f.world.catch_up();

    CHECK(f.projector().position(tenant_one, "diary.by-stream") == broken);
    CHECK(f.world.document("diary.by-stream", stream_key(1))["amount"] == 1);
    CHECK(f.world.document("diary.by-stream", stream_key(2))["amount"] == 2);
    CHECK(f.projector().position(tenant_one, "diary.by-entity") == store::Position(4));
    CHECK(f.projector().position(tenant_one, "diary.by-person") == store::Position(4));
    for (const views::Projector::Lag& lag : f.projector().lags()) {
        const bool stands = lag.view == "diary.by-stream" || lag.view == "diary.by-event";
        INFO(lag.view);
        CHECK(lag.tenant == tenant_one.value());
        CHECK(lag.events == (stands ? 2U : 0U));
        CHECK(lag.paused.starts_with("module_fault at event ") == stands);
    }

    is_broken = false;
    for (int i = 0; i < 200; ++i) {  // Further apart each time, but it is tried again.
        f.projector().step();
    }
    CHECK(f.projector().position(tenant_one, "diary.by-stream") == store::Position(4));
    for (const views::Projector::Lag& lag : f.projector().lags()) {
        CHECK(lag.paused.empty());
        CHECK(lag.events == 0);
    }
    CHECK(views_as_text(*f.table) == views_from_zero(*f.log));
}

TEST_CASE("A view that fails is tried less and less often", "[views][projector][pause]") {
    Fixture f;
    std::atomic<bool> is_broken = true;
    std::atomic<std::uint64_t> folded = 0;
    f.world.start({.is_broken = &is_broken, .folded = &folded});
    f.writer.write({.type = "diary.broken", .stream = 1, .entity = "e"});
    for (int i = 0; i < 1000; ++i) {
        f.projector().step();
    }
    // Three views take it; each try costs a fold and one more to find the event.
    CHECK(folded < 3 * 2 * 25);
    CHECK(folded > 3 * 2 * 10);
}

TEST_CASE(
    "An event that cannot be brought up to date stops only who takes it",
    "[views][projector][pause]"
) {
    Fixture f;
    f.writer.write({.data = R"({"amount":1})", .stream = 1});
    const auto bad = f.writer.write({.data = R"({"bad":1})", .stream = 1, .version = 1});
    f.writer.write({.data = R"({"amount":1})", .stream = 2, .entity = "e"});
    f.world.catch_up();
    CHECK(f.projector().position(tenant_one, "diary.by-stream") == bad);
    CHECK(f.world.document("diary.by-stream", stream_key(1))["count"] == 1);
    // by-entity takes events of that type too: it cannot know that this one is not for it.
    CHECK(f.projector().position(tenant_one, "diary.by-entity") == bad);
}

TEST_CASE("Reading one's own write waits until the view has it", "[views][projector][at-least]") {
    Fixture f;
    std::string answers;
    const auto note = [&answers](const char* name) {
        return [&answers, name](bool reached) {
            answers += std::string(name) + (reached ? "+" : "-");
        };
    };
    const auto first = f.writer.write({.stream = 1}).next();
    f.projector().when_at_least(tenant_one, "diary.by-stream", first, note("a"));
    f.projector().when_at_least(tenant_one, "no.view", first, note("b"));
    CHECK(answers == "b-");
    f.world.catch_up();
    CHECK(answers == "b-a+");
    f.projector().when_at_least(tenant_one, "diary.by-stream", first, note("c"));
    CHECK(answers == "b-a+c+");
    f.projector().when_at_least(tenant_one, "diary.by-stream", first.next(), note("d"));
    const std::chrono::steady_clock::time_point start{};
    f.projector().tick(start);
    f.projector().tick(start + limits::at_least_wait);
    CHECK(answers == "b-a+c+d-");
    f.writer.write({.stream = 1});
    f.world.catch_up();
    CHECK(answers == "b-a+c+d-");
}

TEST_CASE("Woken on an executor it folds everything that was committed", "[views][projector]") {
    Fixture f;
    base::ManualExecutor executor;
    f.writer.write({.stream = 1});
    f.projector().run_on(executor);
    executor.drain();
    CHECK(f.projector().position(tenant_one, "diary.by-stream") == store::Position(1));
    f.writer.write({.stream = 1});
    f.projector().wake();
    f.projector().wake();
    executor.drain();
    CHECK(f.projector().position(tenant_one, "diary.by-stream") == store::Position(2));
    CHECK(executor.drain() == 0);
}

TEST_CASE("A paused view is tried again when time passes", "[views][projector][pause]") {
    Fixture f;
    std::atomic<bool> is_broken = true;
    f.world.start({.is_broken = &is_broken});
    base::ManualExecutor executor;
    f.writer.write({.type = "diary.broken", .stream = 1});
    f.projector().run_on(executor);
    executor.drain();
    CHECK(f.projector().position(tenant_one, "diary.by-stream") == store::Position(0));
    is_broken = false;
    for (int i = 0; i < 10; ++i) {
        f.projector().tick(std::chrono::steady_clock::time_point{});
        executor.drain();
    }
    CHECK(f.projector().position(tenant_one, "diary.by-stream") == store::Position(1));
}

TEST_CASE("A stored document that cannot be read is named, not served", "[views][projector]") {
    Fixture f;
    f.writer.write({.stream = 1});
    f.world.catch_up();
    const std::string key =
        views::documents_prefix(views::view_prefix(tenant_one, "diary.by-stream"), 1) +
        stream_key(1);
    store::TableBatch damage;
    damage.put(key, "rubbish");
    REQUIRE(f.table->write(damage).has_value());
    const auto read = f.projector().get(tenant_one, "diary.by-stream", stream_key(1));
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == ErrorCode::corrupt);
    REQUIRE(f.projector().rebuild(tenant_one, "diary.by-stream").has_value());
    CHECK(f.world.document("diary.by-stream", stream_key(1))["count"] == 1);
}
