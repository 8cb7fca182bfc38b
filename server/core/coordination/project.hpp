#pragma once

#include <string_view>

#include "party.hpp"

// One function for each view: folds an event into the document with that key. A null document is
// absent, both ways. An event whose payload has been removed changes only what its entity tells.
namespace samvev::coordination {

void project_waiting(std::string_view key, json& document, const Event& event);
void project_deadlines(json& document, const Event& event);
void project_meetings(json& document, const Event& event);
void project_tasks(json& document, const Event& event);
void project_threads(json& document, const Event& event);
void project_activity_counts(json& document, const Event& event);
void project_handover_of_work(std::string_view key, json& document, const Event& event);
void project_unit_activity(std::string_view key, json& document, const Event& event);

// The part of project_meetings that is about minutes.
void project_minutes(json& document, const Event& event);

}  // namespace samvev::coordination
