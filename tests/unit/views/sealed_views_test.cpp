#include <catch2/catch.hpp>

#include "store/keys/stream_seal.hpp"
#include "support/sealed_log_under_test.hpp"
#include "view_world.hpp"
#include "views/document_seal.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {

constexpr const char* marker = "Fjordvik-marker-8231";

// Views of a sealed log. Streams 1 and 2 have documents of their own, and one in common.
struct Fixture {
    Fixture() {
        world.seal = &log.seal();
        world.start();
        for (const std::size_t stream : {1U, 2U}) {
            for (int i = 0; i < 2; ++i) {
                writer.write(
                    {.data = R"({"names":[")" + std::string(marker) + R"("],"people":["common"]})",
                     .stream = stream,
                     .entity = "e"}
                );
            }
        }
        world.catch_up();
    }

    [[nodiscard]] store::StreamId stream(std::size_t number) const {
        return {"diary", *base::Uuid::parse(DiaryWriter::stream_id(number))};
    }
    Result<std::monostate> erase(std::size_t number) {
        return store::erase_stream(
            log.stored(), log.keys().keys(), {{domain_log(), stream(number)}, {}, "GDPR.17", {}}
        );
    }
    [[nodiscard]] std::vector<std::string> all_keys(const char* view) {
        return world.keys({.view = view});
    }

    SealedLogUnderTest log{SealedLogUnderTest::Engine::memory};
    std::unique_ptr<store::Table> table =
        store::open_rocks_table(log.directory() + "/views").value();
    ViewWorld world{log.log(), *table};
    DiaryWriter writer{log.log(), tenant_one.value(), 1};
};

}  // namespace

TEST_CASE("Documents stand in the table sealed, and are read as they were", "[views][sealed]") {
    Fixture f;
    const std::string rows = table_as_text(*f.table);
    CHECK(rows.find(marker) == std::string::npos);
    CHECK(f.world.document("diary.by-stream", stream_key(1)).at("names").at(0) == marker);
    CHECK(f.world.document("diary.by-entity", stream_key(2) + "#e").at("count") == 2);
    CHECK(f.world.document("diary.by-person", "common").at("count") == 4);
    CHECK(f.all_keys("diary.by-stream").size() == 2);
    CHECK(f.all_keys("diary.by-event").size() == 4);
    // Folded on after a restart, and rebuilt.
    f.world.start();
    f.writer.write({.data = R"({"amount":7})", .stream = 1});
    f.world.catch_up();
    CHECK(f.world.document("diary.by-stream", stream_key(1)).at("count") == 3);
    REQUIRE(f.world.projector().rebuild(tenant_one, "diary.by-stream").has_value());
    CHECK(f.world.document("diary.by-stream", stream_key(1)).at("names").at(0) == marker);
}

TEST_CASE("A sealed document opens in its own row only", "[views][sealed]") {
    Fixture f;
    const std::string prefix =
        views::documents_prefix(views::view_prefix(tenant_one, "diary.by-event"), 1);
    const std::vector<std::string> keys = f.all_keys("diary.by-event");
    store::TableBatch batch;
    batch.put(prefix + keys[0], f.table->get(prefix + keys[1]).value().value());
    REQUIRE(f.table->write(batch).has_value());
    const auto moved = f.world.projector().get(tenant_one, "diary.by-event", keys[0]);
    REQUIRE_FALSE(moved.has_value());
    CHECK(moved.error().code == ErrorCode::corrupt);
}

TEST_CASE(
    "What an erased stream left in views is gone at once, and its rows then", "[views][erasure]"
) {
    // Pitfalls 3 and 8.
    Fixture f;
    const std::string sealed =
        f.table
            ->get(
                views::documents_prefix(views::view_prefix(tenant_one, "diary.by-stream"), 1) +
                stream_key(1)
            )
            .value()
            .value();
    REQUIRE(f.erase(1).has_value());
    CHECK(f.world.document("diary.by-stream", stream_key(1)).is_null());
    CHECK(f.all_keys("diary.by-stream") == std::vector{stream_key(2)});
    CHECK(f.world.document("diary.by-stream", stream_key(2)).at("names").at(0) == marker);

    REQUIRE(f.world.projector().forget(tenant_one, f.stream(1)).has_value());
    // What is not personal stays: that there were two events.
    const json erased = f.world.document("diary.by-stream", stream_key(1));
    CHECK(erased.at("count") == 2);
    CHECK(erased.at("withheld") == 2);
    CHECK_FALSE(erased.contains("names"));
    // The document of both streams holds what is left of the other one.
    CHECK(f.world.document("diary.by-person", "common").at("count") == 2);
    // The blind index is erased as well (pitfall 9).
    CHECK(
        f.world.keys({.view = "diary.by-stream", .index = "byName", .equals = {json(marker).dump()}}
        ) == std::vector{stream_key(2)}
    );
    CHECK(files_with(f.log.directory() + "/views", sealed).empty());
    // The same as built from zero.
    const auto fresh = store::make_memory_table();
    ViewWorld again(f.log.log(), *fresh);
    again.catch_up();
    for (const std::string& view : diary_views) {
        for (const std::string& key : f.all_keys(view.c_str())) {
            CHECK(again.document(view, key) == f.world.document(view, key));
        }
        CHECK(again.keys({.view = view}) == f.all_keys(view.c_str()));
    }
}

TEST_CASE("What was read before an erasure is not kept after it", "[views][erasure]") {
    Fixture f;
    const views::DocumentSeal seal(&f.log.seal(), tenant_one, "diary.by-stream");
    REQUIRE(f.erase(1).has_value());
    const auto row = seal.encode(seal.owner(f.stream(1), std::nullopt), "row", {}, "{}");
    REQUIRE_FALSE(row.has_value());
    CHECK(row.error().code == ErrorCode::gone);
    CHECK(seal.encode(seal.shared_owner(), "row", {}, "{}").has_value());
}
