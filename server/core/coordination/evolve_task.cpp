#include "evolve.hpp"
#include "names.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;

void evolve_task(State& state, const Event& event) {
    const std::string id(event.entity());
    if (event.is(event_name::task_created)) {
        Task& task = state.tasks[id];
        task.title = event.data().get_or<std::string>("title", "");
        task.due_on = event.data().get_or<std::string>("dueOn", "");
        task.responsible = event.data().get_or<Party>("responsible", {});
        return;
    }
    const auto found = state.tasks.find(id);
    if (found == state.tasks.end()) {
        return;
    }
    Task& task = found->second;
    if (event.is(event_name::task_completed)) {
        task.phase = TaskPhase::completed;
    } else if (event.is(event_name::task_cancelled)) {
        task.phase = TaskPhase::cancelled;
    } else if (event.is(event_name::task_overdue)) {
        task.overdue = true;
    } else if (event.has_data()) {
        if (event.is(event_name::task_rescheduled)) {
            task.due_on = event.data().get("dueOn");
            task.overdue = false;
        } else {  // assigned, reassigned, accepted
            task.responsible = event.data().get<Party>("responsible");
            task.accepted = event.is(event_name::task_accepted);
        }
    }
}

}  // namespace samvev::coordination
