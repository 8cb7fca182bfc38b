#pragma once

#include <samvev/plugin.hpp>

namespace samvev::invitation {

void project_invitation(json& document, const Event& event);

}  // namespace samvev::invitation
