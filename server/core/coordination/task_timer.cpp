#include "task_timer.hpp"

#include "instant.hpp"
#include "names.hpp"

namespace samvev::coordination {

namespace {

void take_earlier(std::optional<std::string>& earliest, const std::string& due_on) {
    if (!earliest || due_on < *earliest) {
        earliest = due_on;
    }
}

bool waits_for_due_date(const Task& task) {
    return task.phase == TaskPhase::open && !task.overdue;
}

}  // namespace

std::optional<std::string> next_due(const State& state, std::string_view from) {
    std::optional<std::string> earliest;
    for (const auto& [id, task] : state.tasks) {
        if (waits_for_due_date(task) && task.due_on >= from) {
            take_earlier(earliest, task.due_on);
        }
    }
    return earliest;
}

void set_task_timer(std::string_view due_on, Decision& decision) {
    decision.set_timer(
        names::coordination::timer::task_due, end_of_day(parse_date(due_on)),
        names::coordination::command::mark_task_overdue
    );
}

void renew_task_timer(const State& state, const TaskChange& change, Decision& decision) {
    std::optional<std::string> after = change.due_on;
    for (const auto& [id, task] : state.tasks) {
        if (id != change.task_id && waits_for_due_date(task)) {
            take_earlier(after, task.due_on);
        }
    }
    const std::optional<std::string> before = next_due(state);
    if (after == before) {
        return;
    }
    if (after) {
        set_task_timer(*after, decision);
    } else {
        decision.clear_timer(names::coordination::timer::task_due);
    }
}

}  // namespace samvev::coordination
