#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/browser_sessions.hpp"
#include "access/issuer.hpp"

namespace samvev::access {

// A browser's session as it is kept over a restart, before it is sealed: the texts of the session
// and its principal, in the order in which their structs declare them (row_bytes.hpp). Stored: a
// change of that order takes another row tag; what cannot be read ends.
[[nodiscard]] std::string browser_session_text(const BrowserSession& session);
// Absent when it is none, or its issuer is none of these any more. They outlive the session.
[[nodiscard]] std::optional<BrowserSession> read_browser_session(
    std::string_view text, const std::vector<IssuerSettings>& issuers
);

}  // namespace samvev::access
