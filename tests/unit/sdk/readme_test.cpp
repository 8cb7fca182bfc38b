#include <catch2/catch.hpp>
#include <samvev/json.hpp>

#include <fstream>
#include <iterator>
#include <string>

#include "modules/in_process.hpp"
#include "modules/refusal.hpp"

using namespace samvev::modules;

TEST_CASE("The guide's example is taken by the server", "[sdk][readme]") {
    const auto module = load_in_process(BEACON);
    if (!module) {
        FAIL(module.error().message);
    }
    CHECK((*module)->manifest().commands.size() == 2);
    CHECK((*module)->manifest().find_view("beacon.board") != nullptr);
}

TEST_CASE("Every refusal has its line in the guide", "[sdk][readme]") {
    std::ifstream in(std::string(SAMVEV_SOURCE_DIR) + "/sdk/README.md");
    const std::string guide((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    REQUIRE_FALSE(guide.empty());
    for (const int first : {101, 120, 140}) {
        const int last = first == 101 ? 109 : first == 120 ? 129 : 143;
        for (int code = first; code <= last; ++code) {
            CAPTURE(code);
            const samvev::Error told = refusal(static_cast<Refusal>(code), "a 1.0.0", "x");
            CHECK(told.message == "SVP-" + std::to_string(code) + " a 1.0.0: x");
            CHECK(guide.find("| SVP-" + std::to_string(code) + " |") != std::string::npos);
        }
    }
}
