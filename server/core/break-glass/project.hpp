#pragma once

#include <samvev/plugin.hpp>

namespace samvev::break_glass {

// One document an emergency, for whoever may know of it; what they may not read is null.
void project_emergency(json& document, const Event& event);
// While it waits for a review.
void project_waiting(json& document, const Event& event);

}  // namespace samvev::break_glass
