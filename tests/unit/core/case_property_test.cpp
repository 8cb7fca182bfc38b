#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

std::uint64_t seed_of_run() {
    if (const char* given = std::getenv("SAMVEV_TEST_SEED")) {
        return std::strtoull(given, nullptr, 10);
    }
    return std::random_device()();
}

// Sends commands with random data, people and order; most are refused, and that is the point.
class Wanderer {
public:
    explicit Wanderer(std::uint64_t seed) : random_(seed) {}

    unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
    bool often() { return below(4) != 0; }
    std::string someone() { return id('s', below(4)); }
    std::string somewhere() { return id('u', below(3)); }
    std::string thing(char kind) { return id(kind, below(6)); }

    // Whoever may: the coordinator, or the one who has been asked. Else anybody.
    Sender sender(const json& state, const std::string& command) {
        if (command == "case.report-coordinator-left" || command == "case.take-over-coordination") {
            return anybody();
        }
        const bool answers = command == "case.accept-handover" || command == "case.reject-handover";
        const json post = answers ? state["handover"] : state["coordinator"];
        if (post.is_null() || !often()) {
            return anybody();
        }
        Sender out = anybody();
        out.unit = (answers ? post["to"] : post)["unit_id"].get<std::string>();
        out.actor = "staff/" + (answers ? post["to"] : post)["staff_id"].get<std::string>();
        return out;
    }

    Sender anybody() {
        static const std::vector<std::string> roles{"coordinator",   "participant",
                                                    "leader",        "coordinating-unit",
                                                    "division-head", "concern-owner"};
        Sender out = staff(someone(), {roles[below(6)]}, somewhere());
        if (!often()) {
            out.context["coordinator"] = below(2) == 0 ? json() : departed_staff();
        }
        if (!often()) {
            out.context["to"] = departed_staff();
        }
        out.context["replaced"] = below(2) == 0 ? departed_staff() : active_staff();
        out.context["unit"] = open_unit(someone());
        return out;
    }

    // Of a handover: as it is, or somebody and somewhere.
    json receiver(const json& state) {
        if (!state["handover"].is_null() && often()) {
            const json& to = state["handover"]["to"];
            return {{"toId", to["staff_id"]}, {"toUnitId", to["unit_id"]}};
        }
        return {{"toId", someone()}, {"toUnitId", somewhere()}};
    }

    json post() {
        json out = json::object();
        if (often()) {
            out["coordinatorId"] = someone();
        }
        if (often()) {
            out["coordinatorUnitId"] = somewhere();
        }
        return out;
    }

    std::pair<std::string, json> command(const json& state) {
        const bool pending = !state["handover"].is_null() && often();
        const json handover = {
            {"handoverId",
             pending ? state["handover"]["id"].get<std::string>() : id('h', below(200))}
        };
        switch (below(23)) {
            case 0:
                return {
                    "case.raise-concern",
                    {{"description", "x"},
                     {"concernOwnerId", someone()},
                     {"concernUnitId", somewhere()}}
                };
            case 1:
                return {
                    "case.open-case",
                    with(with(opening(static_cast<int>(below(4))), post()), {{"level", below(4)}})
                };
            case 2:
                return {"case.open-case", opening(static_cast<int>(below(4)))};
            case 20:
                return {
                    "case.assign-concern-owner",
                    {{"concernOwnerId", someone()}, {"concernUnitId", somewhere()}, {"reason", "x"}}
                };
            case 21:
                return {
                    "case.report-coordinator-left",
                    state["coordinator"].is_null()
                        ? json{{"staffId", someone()}, {"unitId", somewhere()}}
                        : json{{"staffId", state["coordinator"]["staff_id"]}, {"unitId", state["coordinator"]["unit_id"]}}
                };
            case 22:
                return {
                    "case.take-over-coordination",
                    state["coordinator"].is_null()
                        ? json{{"replacesId", someone()}, {"coordinatorId", someone()}, {"coordinatorUnitId", somewhere()}}
                        : json{{"replacesId", state["coordinator"]["staff_id"]}, {"coordinatorId", someone()}, {"coordinatorUnitId", state["coordinator"]["unit_id"]}}
                };
            case 3:
            case 4: {
                json data = with(post(), {{"level", below(4)}, {"reason", "x"}});
                data["participation"] = participation(below(200));
                if (often()) {
                    data["personId"] = lo;
                }
                if (often()) {
                    data["coordinatingUnitId"] = somewhere();
                }
                if (often()) {
                    data["concernOwnerId"] = someone();
                    data["concernUnitId"] = somewhere();
                }
                return {"case.set-level", data};
            }
            case 5:
            case 6:
            case 7:
                return {
                    "case.offer-handover",
                    with(
                        handover, {{"toId", someone()}, {"toUnitId", somewhere()}, {"reason", "x"}}
                    )
                };
            case 8:
            case 9:
            case 10:
                return {"case.accept-handover", with(handover, receiver(state))};
            case 11:
                return {"case.reject-handover", with(handover, {{"reason", "x"}})};
            case 12:
                return {"case.withdraw-handover", handover};
            case 13:
                return {"case.escalate-handover", handover};
            case 14:
                return {
                    "case.decide-handover",
                    with(
                        handover, {{"decision", below(2) == 0 ? "transfer" : "stay"},
                                   {"toUnitId", receiver(state)["toUnitId"]},
                                   {"leaderId", someone()},
                                   {"reason", "x"}}
                    )
                };
            case 15:
                return {
                    "case.appoint-coordinator", with(
                                                    post(), {{"coordinatorId", someone()},
                                                             {"coordinatorUnitId", somewhere()},
                                                             {"reason", "x"},
                                                             {"childCoordinator", below(3) == 0},
                                                             {"replacesId", someone()}}
                                                )
                };
            case 16:
                return {"case.record-consent", consent(below(6))};
            case 17:
                return {below(2) == 0 ? "case.pause-case" : "case.resume-case", {{"reason", "x"}}};
            case 18:
                return {
                    "case.close-case",
                    {{"reason", "x"}, {"outcome", "not-met"}, {"closingTalkReason", "x"}}
                };
            default:
                return {
                    "case.reopen-case", with(
                                            post(), {{"reason", "x"},
                                                     {"concernOwnerId", someone()},
                                                     {"concernUnitId", somewhere()}}
                                        )
                };
        }
    }

private:
    std::mt19937_64 random_;
};

// Folds event by event and looks at the state after each: nobody sees a case between events
// without exactly one coordinator.
void require_coordinator_throughout(const std::vector<TestEvent>& history, std::uint64_t seed) {
    TestStream replay(case_module(), "case");
    std::string before;
    bool was_coordinated = false;
    for (const TestEvent& one : history) {
        replay.add(one);
        const json state = replay.state();
        const bool running = state["phase"] == "open" || state["phase"] == "paused";
        const bool coordinated = running && state["level"] >= 1;
        const std::string now = state["coordinator"].is_null()
                                    ? ""
                                    : state["coordinator"]["staff_id"].get<std::string>();
        INFO("seed " << seed << ", after " << testing::as_text(one));
        if (running && state["level"] == 0) {
            // Nobody coordinates, so somebody owns the concern and has a day to decide by.
            REQUIRE_FALSE(state["concernOwner"]["staff_id"].get<std::string>().empty());
            REQUIRE_FALSE(state["decideBy"].get<std::string>().empty());
        }
        if (coordinated) {
            REQUIRE_FALSE(now.empty());
            REQUIRE_FALSE(state["coordinator"]["unit_id"].get<std::string>().empty());
        }
        if (coordinated && was_coordinated && now != before) {
            // Only these move the coordination; an offer alone never does.
            const bool moves = one.type == "case.handover-accepted" ||
                               one.type == "case.handover-decided" ||
                               one.type == "case.coordinator-appointed";
            REQUIRE(moves);
        }
        before = now;
        was_coordinated = coordinated;
    }
}

// A snapshot taken at a random event, and the events after it, give the same as all events.
void require_same_from_snapshot(
    const std::vector<TestEvent>& history, std::size_t cut, std::uint64_t seed
) {
    const samvev_entry& entry = case_module().entry();
    TestStream whole(case_module(), "case");
    TestStream head(case_module(), "case");
    for (std::size_t i = 0; i < history.size(); ++i) {
        whole.add(history[i]);
        if (i < cut) {
            head.add(history[i]);
        }
    }
    testing::detail::Recording opened;
    samvev_state* state = nullptr;
    const std::string snapshot = head.state().dump();
    REQUIRE(
        entry.state_open(
            case_module().instance(), testing::detail::as_call(opened), str("case"), str(snapshot),
            &state
        ) == SAMVEV_OK
    );
    const testing::detail::RawEvents tail(
        history, "case", testing::default_stream_id,
        [](const TestEvent& one) { return case_module().folds("case", one.type); }, cut
    );
    testing::detail::Recording applied;
    const samvev_status status =
        tail.size() == 0 ? SAMVEV_OK
                         : entry.state_apply(
                               case_module().instance(), testing::detail::as_call(applied), state,
                               tail.data(), tail.size()
                           );
    testing::detail::Recording saved;
    const samvev_status kept =
        entry.state_save(case_module().instance(), testing::detail::as_call(saved), state);
    entry.state_free(case_module().instance(), state);
    INFO("seed " << seed << ", cut at " << cut << " of " << history.size());
    REQUIRE(status == SAMVEV_OK);
    REQUIRE(kept == SAMVEV_OK);
    REQUIRE(saved.outcome.document.value() == whole.state());
}

}  // namespace

TEST_CASE(
    "From level 1 a case has exactly one coordinator, whatever is tried", "[core][case][property]"
) {
    const std::uint64_t seed = seed_of_run();
    std::cout << "case_property_test seed " << seed << " (SAMVEV_TEST_SEED)\n";
    std::size_t sent = 0;
    std::size_t accepted = 0;
    std::size_t moved = 0;
    for (std::uint64_t round = 0; round < 60; ++round) {
        Wanderer wanderer(seed + round);
        CaseStory story;
        for (int i = 0; i < 60; ++i) {
            const json before = story.state();
            const auto [name, data] = wanderer.command(before);
            const Outcome outcome = story.send(
                name, data,
                name == "case.escalate-handover" ? as_timer() : wanderer.sender(before, name)
            );
            ++sent;
            INFO(
                "seed " << seed + round << ": " << name << " " << data.dump() << "\n"
                        << testing::as_text(outcome)
            );
            REQUIRE((outcome.status == SAMVEV_OK || outcome.status == SAMVEV_REJECTED));
            accepted += outcome.status == SAMVEV_OK && !outcome.events.empty() ? 1U : 0U;
            for (const TestEvent& one : outcome.events) {
                moved += one.type == "case.handover-accepted" ? 1U : 0U;
            }
        }
        require_coordinator_throughout(story.history(), seed + round);
        require_same_from_snapshot(
            story.history(), wanderer.below(static_cast<unsigned>(story.history().size()) + 1),
            seed + round
        );
    }
    // The walk must go somewhere, or it proves nothing.
    CHECK(sent == 3600);
    INFO("accepted " << accepted << ", handed over " << moved);
    CHECK(accepted > 250);
    CHECK(moved > 5);
}
