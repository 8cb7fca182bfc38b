#include <catch2/catch.hpp>

#include <fstream>
#include <set>
#include <sstream>

#include "fjordvik.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {

json read(const std::string& file) {
    std::ifstream in(std::string(SAMVEV_SOURCE_DIR) + "/config/demo/" + file);
    REQUIRE(in.good());
    std::ostringstream text;
    text << in.rdbuf();
    return json::parse(text.str());
}

Time noon(int year, unsigned month, unsigned day) {
    return oslo_midnight(
               std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)
           ) +
           std::chrono::hours(12);
}

// Plays all files; every step must be taken, or refused with the code it expects.
void play_all(Fjordvik& fjordvik) {
    const json municipality = read("municipality.json");
    for (const json& file : municipality["play"]) {
        const json story = read(file);
        for (std::size_t i = 0; i < story["steps"].size(); ++i) {
            const json step = fjordvik.resolve(story["steps"][i]);
            json actor = municipality["actors"].at(step["as"].get<std::string>());
            if (step.contains("role")) {
                actor["roles"] = json::array({step["role"]});
            }
            CAPTURE(file, i);
            const std::string wrong =
                fjordvik.play(actor, step["method"], step["params"], Fjordvik::Then::commit);
            if (step.contains("expect")) {
                CHECK(wrong.find(step["expect"].get<std::string>()) != std::string::npos);
            } else {
                CHECK(wrong == "");
            }
        }
        CHECK(fjordvik.settle() == "");
    }
}

}  // namespace

TEST_CASE("Fjordvik can be played on any day", "[demo]") {
    const auto [year, month, day] = GENERATE(table<int, unsigned, unsigned>(
        {{2026, 11, 22}, {2027, 3, 28}, {2028, 2, 29}, {2027, 12, 31}}
    ));
    CAPTURE(year, month, day);
    Fjordvik fjordvik(noon(year, month, day));
    play_all(fjordvik);
    const auto counts = fjordvik.event_counts();
    for (const char* type :
         {"case.case-closed", "case.case-paused", "case.handover-offered", "case.consent-withdrawn",
          "coordination.minutes-shared", "coordination.task-overdue", "coordination.waiting-set",
          "individual-plan.plan-activated", "individual-plan.plan-declined"}) {
        CAPTURE(type);
        CHECK(counts.contains(type));
    }
}

TEST_CASE("Every example works on the demo when it has been played", "[demo]") {
    Fjordvik fjordvik(noon(2026, 11, 22));
    play_all(fjordvik);
    const json actors = read("municipality.json")["actors"];
    const json examples = fjordvik.resolve(read("examples.json"));
    int commands = 0;
    for (const auto& [method, example] : examples.items()) {
        if (example["params"].contains("index") || example["params"].contains("key") ||
            example["params"].empty()) {
            continue;  // Of a view.
        }
        const bool is_command =
            example["params"].contains("caseId") || example["params"].contains("personId") ||
            example["params"].contains("unitId") || example["params"].contains("staffId") ||
            example["params"].contains("erasureId") || example["params"].contains("legalHoldId");
        if (!is_command) {
            continue;
        }
        ++commands;
        CHECK(
            fjordvik.play(
                actors.at(example["as"].get<std::string>()), method, example["params"],
                Fjordvik::Then::forget
            ) == ""
        );
    }
    CHECK(commands > 100);
}
