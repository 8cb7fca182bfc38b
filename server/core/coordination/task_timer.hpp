#pragma once

#include <optional>
#include <string>

#include "state.hpp"

namespace samvev::coordination {

// A task as it will be after the decision; `due_on` absent: it no longer waits for its due date.
struct TaskChange {
    std::string task_id;
    std::optional<std::string> due_on;
};

// A case has one timer, at the end of the earliest due date among its open tasks: mark-task-overdue
// then records every task that is late and sets it for the next. Sets or clears it only when the
// change moves it.
void renew_task_timer(const State& state, const TaskChange& change, Decision& decision);

// The earliest due date among open tasks that are not yet recorded as overdue, leaving out those
// due before `from`.
[[nodiscard]] std::optional<std::string> next_due(const State& state, std::string_view from = {});

void set_task_timer(std::string_view due_on, Decision& decision);

// Emits coordination.task-created from an object with taskId, title, responsible, dueOn, and sets
// the timer; rejects with fields below `field`. For create-task and whatever else makes a task.
void make_task(
    const State& state, const Command& command, const json& task, const std::string& field,
    Decision& decision
);
// Only the checks of make_task, so that a caller can collect every reason before it emits.
void check_task(
    const State& state, const Command& command, const json& task, const std::string& field,
    Decision& decision
);

}  // namespace samvev::coordination
