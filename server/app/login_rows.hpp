#pragma once

#include <memory>
#include <string>

#include "access/kept_rows.hpp"
#include "base/result.hpp"

namespace samvev::app {

// What a restart must not forget of logins, in a table of its own: browsers' sessions, and logins
// that were ended. Fails like store::open_rocks_table.
[[nodiscard]] Result<std::unique_ptr<access::KeptRows>> open_login_rows(const std::string& directory
);

}  // namespace samvev::app
