#pragma once

#include <samvev/plugin.hpp>

namespace samvev::cases {

// Keeps the list of what comes next in a case, earliest first: answers and evaluations that are
// due, participations that run out, tasks and meetings. A thing is {kind, entity, title, dueOn,
// overdue}; only tasks have a title of their own.
void fold_next(json& next, const Event& event);

}  // namespace samvev::cases
