#include <catch2/catch.hpp>

#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

SCENARIO(
    "After every command, an open case from level 1 has exactly one coordinator",
    "[scenario][coordinator]"
) {
    std::size_t looked_at = 0;
    const Fjordvik fjordvik([&looked_at](test::World& world) {
        views::ListQuery query;
        query.view = "case.overview";
        query.limit = 200;
        const auto page = world.projector().list(store::TenantId(9999), query);
        REQUIRE(page.has_value());
        for (const views::Document& document : page->documents) {
            const json overview = json::parse(document.json);
            if (overview["phase"] == "open" && overview["level"].get<int>() >= 1) {
                INFO(document.key);
                REQUIRE(overview["coordinator"].is_object());
                REQUIRE(overview["coordinator"]["staffId"].is_string());
                ++looked_at;
            }
        }
    });
    CHECK(looked_at > 100);
}
