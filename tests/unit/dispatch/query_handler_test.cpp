#include <catch2/catch.hpp>

#include "support/tally_module.hpp"
#include "support/world.hpp"

using namespace samvev;
using test::World;

namespace {

constexpr std::uint32_t tenant = 9999;
const access::Actor counter =
    test::staff(tenant, "0192f0c1-0000-7000-8000-0000000000a1", {"counter"});

struct Filled {
    World world;
    std::string id;

    Filled() : world(modules()) {
        id = world.new_id();
        REQUIRE(
            world.command("tally.open", {{"tallyId", id}, {"name", "ada"}, {"limit", 100}}, counter)
                .has_value()
        );
        for (const int by : {5, 3, 9, 1}) {
            REQUIRE(world.command("tally.add", {{"tallyId", id}, {"by", by}}, counter).has_value());
        }
    }
    static std::vector<std::unique_ptr<modules::Module>> modules() {
        std::vector<std::unique_ptr<modules::Module>> out;
        out.push_back(test::make_tally_module());
        return out;
    }
    std::vector<int> listed(const json& params) {
        const auto page = world.call("tally.items", params, counter);
        if (!page) {
            FAIL(page.error().message);
        }
        std::vector<int> out;
        for (const json& item : (*page)["items"]) {
            out.push_back(item["document"]["by"]);
        }
        return out;
    }
};

}  // namespace

TEST_CASE(
    "A view is a method: one document by its id, or a page by its fields", "[dispatch][views]"
) {
    Filled filled;
    const auto sum = filled.world.call("tally.sum", {{"tallyId", filled.id}}, counter);
    REQUIRE(sum.has_value());
    CHECK((*sum)["document"]["sum"] == 18);
    CHECK(
        filled.world.call(
            "view.get", {{"view", "tally.sum"}, {"key", "tally/" + filled.id}}, counter
        ) == *sum
    );

    CHECK(filled.listed({{"where", {{"tally", filled.id}}}}) == std::vector<int>{1, 3, 5, 9});
    CHECK(
        filled.listed({{"where", {{"tally", filled.id}}}, {"order", "descending"}}) ==
        std::vector<int>{9, 5, 3, 1}
    );
    CHECK(
        filled.listed({{"where", {{"tally", filled.id}}}, {"from", 3}, {"to", 9}}) ==
        std::vector<int>{3, 5}
    );
    CHECK(filled.listed({{"where", {{"tally", filled.id}, {"by", 9}}}}) == std::vector<int>{9});
    CHECK(
        filled.listed({{"index", "byTally"}, {"equals", {filled.id}}, {"limit", 2}}) ==
        std::vector<int>{1, 3}
    );
}

TEST_CASE(
    "What was just written is in the answer when its position is asked for", "[dispatch][views]"
) {
    Filled filled;
    const auto added =
        filled.world.command("tally.add", {{"tallyId", filled.id}, {"by", 2}}, counter);
    REQUIRE(added.has_value());
    const auto sum = filled.world.call(
        "tally.sum", {{"tallyId", filled.id}, {"atLeast", (*added)["position"]}}, counter
    );
    REQUIRE(sum.has_value());
    CHECK((*sum)["document"]["sum"] == 20);
    CHECK((*sum)["position"] == (*added)["position"]);
}

TEST_CASE("A question that a view cannot answer says what it can", "[dispatch][views]") {
    Filled filled;
    const auto code = [&](const std::string& method, const json& params) {
        const auto answer = filled.world.call(method, params, counter);
        REQUIRE_FALSE(answer.has_value());
        return answer.error().code;
    };
    CHECK(code("tally.items", {{"where", {{"colour", "red"}}}}) == ErrorCode::invalid_argument);
    CHECK(code("tally.items", {{"colour", "red"}}) == ErrorCode::invalid_argument);
    CHECK(code("tally.items", {{"limit", 0}}) == ErrorCode::invalid_argument);
    CHECK(code("tally.items", {{"order", "sideways"}}) == ErrorCode::invalid_argument);
    CHECK(code("tally.sum", {{"tallyId", "x"}}) == ErrorCode::invalid_argument);
    CHECK(code("tally.sum", {{"tallyId", filled.world.new_id()}}) == ErrorCode::not_found);
    CHECK(
        code("tally.sum", {{"tallyId", filled.id}, {"atLeast", "nonsense"}}) ==
        ErrorCode::invalid_argument
    );
    CHECK(code("view.get", {{"view", "tally.none"}, {"key", "x"}}) == ErrorCode::not_found);
    CHECK(code("view.list", {{"index", "byTally"}}) == ErrorCode::invalid_argument);
    const access::Actor reader = test::staff(tenant, counter.id, {"reader"});
    CHECK(
        filled.world.call("tally.items", json::object(), reader).error().code == ErrorCode::denied
    );
}

TEST_CASE("Nothing waits for someone nobody has asked anything of", "[dispatch][me]") {
    Filled filled;
    CHECK((*filled.world.call("me.waiting", json::object(), counter))["items"].empty());
    CHECK((*filled.world.call("me.counts", {{"today", "2027-03-23"}}, counter))["waiting"] == 0);
    CHECK(
        filled.world.call("me.waiting", {{"scope", "everyone"}}, counter).error().code ==
        ErrorCode::invalid_argument
    );
}
