#pragma once

#include <samvev/plugin.hpp>

namespace samvev::privacy {

// One item a case, while a seat is to be filled.
void project_waiting(json& document, const Event& event);
// One document a withholding or block, standing or not.
void project_kept(json& document, const Event& event);

}  // namespace samvev::privacy
