#pragma once

#include <samvev/plugin.hpp>

namespace samvev::consultation {

// One document a consultation.
void project_board(json& document, const Event& event);

}  // namespace samvev::consultation
