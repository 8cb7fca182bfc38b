#pragma once

#include <functional>
#include <string_view>

#include "base/result.hpp"
#include "store/ids.hpp"

namespace samvev::app {

// Whether a tenant is among those that a setting names: "9999, 9998", "all", or empty for none.
// Fails with invalid_argument, naming what is no tenant.
[[nodiscard]] Result<std::function<bool(store::TenantId)>> tenants_named(std::string_view text);

}  // namespace samvev::app
