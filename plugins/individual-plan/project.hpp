#pragma once

#include <samvev/plugin.hpp>

// One function for each view; all have one document for each case. A null document is absent.
namespace samvev::individual_plan {

void project_plan(json& document, const Event& event);
void project_due(json& document, const Event& event);
void project_waiting(json& document, const Event& event);

}  // namespace samvev::individual_plan
