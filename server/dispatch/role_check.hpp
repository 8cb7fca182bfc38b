#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace samvev::dispatch {

// `denied`, naming the roles that would do. Roles the server takes for itself are not told.
[[nodiscard]] inline Error role_missing(
    std::string_view method, const std::vector<std::string>& allowed
) {
    std::string roles;
    for (const std::string& role : allowed) {
        if (!role.starts_with("system:")) {
            roles += (roles.empty() ? "" : ", ") + role;
        }
    }
    return {
        ErrorCode::denied,
        std::string(method) + " takes one of these roles: " + roles + ". Yours are others."
    };
}

}  // namespace samvev::dispatch
