#include "decide.hpp"
#include "instant.hpp"
#include "names.hpp"
#include "require_party.hpp"
#include "task_timer.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;
namespace rejection = names::coordination::rejection;

namespace {

// The server takes at most 256 events in one commit.
constexpr std::size_t overdue_tasks_per_commit_max = 100;

struct Found {
    std::string id;
    const Task* task = nullptr;
};

// The open task that the command names; rejects when there is none.
Found find_open_task(const State& state, const Command& command, Decision& decision) {
    Found found{command.data().get("taskId"), nullptr};
    const auto at = state.tasks.find(found.id);
    if (at == state.tasks.end()) {
        decision.reject(rejection::task_unknown, "/taskId");
    } else if (decision.require(
                   at->second.phase == TaskPhase::open, rejection::task_finished, "/taskId"
               )) {
        found.task = &at->second;
    }
    return found;
}

json waiting_of(const Command& command, const std::string& task_id) {
    return json::array({waiting_key(command, task_id)});
}

// What the views need to say of a task whose responsible or due date changes.
json described(const Command& command, const Found& found, const Party& responsible) {
    json out = command.data().raw();
    out["responsible"] = responsible;
    out["unitId"] = unit_of(responsible);
    out["title"] = found.task->title;
    out["dueOn"] = found.task->due_on;
    out["waiting"] = waiting_of(command, found.id);
    if (out["unitId"].is_null()) {
        out.erase("unitId");
    }
    return out;
}

void require_due_not_before_start(
    const Command& command, const std::string& due_on, const std::string& field, Decision& decision
) {
    decision.require(
        parse_date(command.occurred_on()) <= parse_date(due_on), rejection::due_before_start, field
    );
}

}  // namespace

void check_task(
    const State& state, const Command& command, const json& task, const std::string& field,
    Decision& decision
) {
    decision.require(
        !state.tasks.contains(task.at("taskId").get<std::string>()), rejection::id_in_use,
        field + "/taskId"
    );
    require_active_party(
        task.at("responsible").get<Party>(), "responsible", field + "/responsible", command,
        decision
    );
    require_due_not_before_start(
        command, task.at("dueOn").get<std::string>(), field + "/dueOn", decision
    );
}

void make_task(
    const State& state, const Command& command, const json& task, const std::string& field,
    Decision& decision
) {
    check_task(state, command, task, field, decision);
    if (decision.rejected()) {
        return;
    }
    const auto id = task.at("taskId").get<std::string>();
    const auto responsible = task.at("responsible").get<Party>();
    json created = task;
    created["responsible"] = responsible;
    if (!responsible.unit_id.empty()) {
        created["unitId"] = responsible.unit_id;
    }
    created["waiting"] = waiting_of(command, id);
    decision.emit(event_name::task_created, 1, created, id);
    renew_task_timer(state, {id, task.at("dueOn").get<std::string>()}, decision);
}

void create_task(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    make_task(state, command, command.data().raw(), "", decision);
}

void assign_task(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Found found = find_open_task(state, command, decision);
    if (found.task == nullptr) {
        return;
    }
    const Party responsible{
        PartyKind::staff, command.data().get("staffId"), found.task->responsible.unit_id, ""
    };
    // A unit shares its work out freely; a duty leaves a person or a unit only with a reason (R5).
    decision.require(
        found.task->responsible.kind == PartyKind::unit, rejection::task_has_responsible, "/taskId"
    );
    require_active_staff("staff", "/staffId", command, decision);
    if (!decision.rejected()) {
        decision.emit(
            event_name::task_assigned, 1, described(command, found, responsible), found.id
        );
    }
}

void reassign_task(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Found found = find_open_task(state, command, decision);
    const auto responsible = command.data().get<Party>("responsible");
    require_active_party(responsible, "responsible", "/responsible", command, decision);
    if (found.task != nullptr) {
        decision.require(
            !(found.task->responsible == responsible), rejection::same_responsible, "/responsible"
        );
    }
    if (!decision.rejected()) {
        json reassigned = described(command, found, responsible);
        reassigned["previous"] = found.task->responsible;
        decision.emit(event_name::task_reassigned, 1, reassigned, found.id);
    }
}

void accept_task(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Found found = find_open_task(state, command, decision);
    if (found.task == nullptr || decision.rejected() ||
        !decision.require(
            is_caller(found.task->responsible, command), rejection::task_not_yours, "/taskId"
        )) {
        return;
    }
    if (found.task->accepted) {
        return;
    }
    // Who accepts for a unit takes the task over from it.
    const Party responsible =
        found.task->responsible.kind == PartyKind::unit ? caller(command) : found.task->responsible;
    decision.emit(event_name::task_accepted, 1, described(command, found, responsible), found.id);
}

void reschedule_task(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Found found = find_open_task(state, command, decision);
    const std::string due_on = command.data().get("dueOn");
    require_due_not_before_start(command, due_on, "/dueOn", decision);
    if (decision.rejected() || found.task->due_on == due_on) {
        return;
    }
    json rescheduled = described(command, found, found.task->responsible);
    rescheduled["dueOn"] = due_on;
    rescheduled["previousDueOn"] = found.task->due_on;
    decision.emit(event_name::task_rescheduled, 1, rescheduled, found.id);
    renew_task_timer(state, {found.id, due_on}, decision);
}

void complete_task(const State& state, const Command& command, Decision& decision) {
    const Found found = find_open_task(state, command, decision);
    require_past(command, decision);
    if (decision.rejected()) {
        return;
    }
    json completed = command.data().raw();
    completed["dueOn"] = found.task->due_on;
    completed["late"] = parse_date(command.occurred_on()) > parse_date(found.task->due_on);
    completed["waiting"] = waiting_of(command, found.id);
    decision.emit(event_name::task_completed, 1, completed, found.id);
    renew_task_timer(state, {found.id, std::nullopt}, decision);
}

void cancel_task(const State& state, const Command& command, Decision& decision) {
    const Found found = find_open_task(state, command, decision);
    if (found.task == nullptr) {
        return;
    }
    json cancelled = command.data().raw();
    cancelled["waiting"] = waiting_of(command, found.id);
    decision.emit(event_name::task_cancelled, 1, cancelled, found.id);
    renew_task_timer(state, {found.id, std::nullopt}, decision);
}

void mark_task_overdue(const State& state, const Command& command, Decision& decision) {
    // A clock that has been set back must not lose the timer: what was due then is due.
    const Time now =
        command.due_at() ? std::max(command.now(), instant_of(*command.due_at())) : command.now();
    const std::string today = to_text(oslo_date(now));
    std::size_t marked = 0;
    for (const auto& [id, task] : state.tasks) {
        if (task.phase != TaskPhase::open || task.overdue || task.due_on >= today) {
            continue;
        }
        if (++marked > overdue_tasks_per_commit_max) {
            return set_task_timer(task.due_on, decision);  // Due already: the rest follow at once.
        }
        json overdue{
            {"taskId", id},
            {"dueOn", task.due_on},
            {"responsible", task.responsible},
            {"waiting", waiting_of(command, id)}
        };
        if (!task.responsible.unit_id.empty()) {
            overdue["unitId"] = task.responsible.unit_id;
        }
        decision.emit(event_name::task_overdue, 1, overdue, id);
    }
    const std::optional<std::string> next = next_due(state, today);
    if (marked > 0 && next) {
        set_task_timer(*next, decision);
    }
}

}  // namespace samvev::coordination
