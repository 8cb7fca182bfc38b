#include <algorithm>

#include "decide.hpp"
#include "names.hpp"
#include "task_timer.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;
namespace rejection = names::coordination::rejection;

namespace {

// The register's codes: 1.1–1.4 the child took part, 2.1 was not given the chance, 2.2 did not
// want to; ours: "not-applicable" (unborn, a meeting about the system).
void check_participation(
    const json& participation, const std::vector<Party>& present, bool follow_up_given,
    Decision& decision
) {
    const auto code = participation.at("code").get<std::string>();
    const bool took_part = code.starts_with("1.");
    if (code == "2.1" || code == "not-applicable") {
        decision.require(
            participation.contains("reason"), rejection::participation_reason_missing,
            "/participation/reason"
        );
    }
    // A child that was not heard must be heard soon, and by somebody.
    decision.require(
        code != "2.1" || follow_up_given, rejection::follow_up_task_missing, "/followUpTask"
    );
    const bool child_present = std::any_of(present.begin(), present.end(), [](const Party& one) {
        return one.is_child();
    });
    decision.require(
        !took_part || child_present || participation.contains("broughtInBy"),
        rejection::child_view_source_missing, "/participation/broughtInBy"
    );
}

}  // namespace

void hold_meeting(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    require_past(command, decision);
    const Meeting* meeting = find_planned_meeting(state, command, decision);
    const json& data = command.data().raw();
    std::set<std::string> listed;
    std::vector<Party> present;
    for (std::size_t i = 0; i < data.at("attendance").size(); ++i) {
        const json& one = data["attendance"][i];
        const std::string field = "/attendance/" + std::to_string(i) + "/party";
        const auto party = one.at("party").get<Party>();
        require_unit(party, field, decision);
        decision.require(listed.insert(party.key()).second, rejection::listed_twice, field);
        if (one.at("present").get<bool>()) {
            present.push_back(party);
        }
    }
    decision.require(!present.empty(), rejection::attendance_empty, "/attendance");
    const bool follow_up = data.contains("followUpTask");
    check_participation(data.at("participation"), present, follow_up, decision);
    if (follow_up) {
        check_task(state, command, data["followUpTask"], "/followUpTask", decision);
    }
    if (meeting == nullptr || decision.rejected()) {
        return;
    }
    const std::string id = command.data().get("meetingId");
    json held = data;
    held.erase("followUpTask");
    held["waiting"] = unanswered_keys(*meeting, command);
    decision.emit(event_name::meeting_held, 1, held, id);
    if (follow_up) {
        json task = data["followUpTask"];
        task["meetingId"] = id;
        make_task(state, command, task, "/followUpTask", decision);
    }
}

}  // namespace samvev::coordination
