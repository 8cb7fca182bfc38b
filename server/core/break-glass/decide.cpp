#include "decide.hpp"

#include <algorithm>

#include "names.hpp"

namespace samvev::break_glass {

namespace event_name = names::break_glass::event;
namespace rejection = names::break_glass::rejection;

namespace {

// Long enough for a holiday week, short enough that people still remember.
constexpr std::chrono::days review_days(7);

std::string day_after(Date day, std::chrono::days count) {
    return to_text(Date(std::chrono::sys_days(day) + count));
}

// A case has one timer, behind the first day on which something must have been judged.
void set_review_timer(const Emergencies& after, Decision& decision) {
    std::string earliest;
    for (const auto& [id, one] : after.by_grant) {
        if (!one.reviewed && !one.overdue && (earliest.empty() || one.review_by < earliest)) {
            earliest = one.review_by;
        }
    }
    if (earliest.empty()) {
        decision.clear_timer(names::break_glass::timer::review);
        return;
    }
    const auto next = std::chrono::sys_days(parse_date(earliest)) + std::chrono::days(1);
    decision.set_timer(
        names::break_glass::timer::review, oslo_midnight(Date(next)),
        names::break_glass::command::remind
    );
}

const Emergency* find(const Emergencies& state, const Command& command, Decision& decision) {
    const auto found = state.by_grant.find(command.data().get("grantId"));
    const bool known =
        decision.require(found != state.by_grant.end(), rejection::unknown, "/grantId");
    return known ? &found->second : nullptr;
}

}  // namespace

void start(const Emergencies& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const auto id = data.get("grantId");
    const auto unit = command.context<Unit>("unit");
    decision.require(!state.by_grant.contains(id), rejection::id_in_use, "/grantId");
    decision.require(data.get("unitId") == command.unit(), rejection::other_unit, "/unitId");
    decision.require(
        unit && unit->is_open(to_text(command.today())), rejection::unit_not_open, "/unitId"
    );
    Emergencies after = state;
    Emergency& one = after.by_grant[id];
    one.review_by = day_after(command.today(), review_days);
    json started = data.raw();
    started.erase("hours");
    started["staffId"] = command.actor_id();
    started["until"] = to_text(command.now() + std::chrono::hours(data.get<int>("hours")));
    started["reviewBy"] = one.review_by;
    // Who leads the unit does not review themselves: it waits for the privacy officer then.
    if (unit && !unit->leader_id.empty() && unit->leader_id != command.actor_id()) {
        started["leaderId"] = unit->leader_id;
    }
    decision.emit(event_name::started, 1, started, id);
    set_review_timer(after, decision);
}

void end(const Emergencies& state, const Command& command, Decision& decision) {
    const Emergency* const one = find(state, command, decision);
    if (one != nullptr && one->runs(to_text(command.now()))) {
        decision.emit(event_name::ended, 1, command.data().raw(), command.data().get("grantId"));
    }
}

void review(const Emergencies& state, const Command& command, Decision& decision) {
    const Emergency* const one = find(state, command, decision);
    if (one == nullptr) {
        return;
    }
    decision.require(one->staff_id != command.actor_id(), rejection::own_review, "/grantId");
    decision.require(
        !one->runs(to_text(command.now())), rejection::running, "/grantId", {{"until", one->until}}
    );
    decision.require(!one->reviewed, rejection::already_reviewed, "/grantId");
    const auto id = command.data().get("grantId");
    json reviewed = command.data().raw();
    reviewed["reviewerId"] = command.actor_id();
    decision.emit(event_name::reviewed, 1, reviewed, id);
    Emergencies after = state;
    after.by_grant[id].reviewed = true;
    set_review_timer(after, decision);
}

void remind(const Emergencies& state, const Command& command, Decision& decision) {
    const std::string today = to_text(command.today());
    Emergencies after = state;
    for (auto& [id, one] : after.by_grant) {
        if (!one.reviewed && !one.overdue && one.review_by < today) {
            one.overdue = true;
            decision.emit(
                event_name::review_overdue, 1, {{"grantId", id}, {"reviewBy", one.review_by}}, id
            );
        }
    }
    set_review_timer(after, decision);
}

}  // namespace samvev::break_glass
