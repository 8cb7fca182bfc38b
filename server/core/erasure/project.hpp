#pragma once

#include <samvev/plugin.hpp>

namespace samvev::erasure {

// One document a request. It stays when what it is about is gone.
void project_request(json& document, const Event& event);
// One document for each thing that is or was held.
void project_hold(json& document, const Event& event);

}  // namespace samvev::erasure
