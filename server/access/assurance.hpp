#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace samvev::access {

// How sure the issuer is of who it was; ordered. Names end alike at all issuers
// ("idporten-loa-high", "eidas-loa-high"); Level3, Level4 and HelseID's 3 and 4 are the older ones.
enum class Assurance { none, low, substantial, high };
[[nodiscard]] Assurance read_assurance(std::string_view text) noexcept;
// "none", "low", "substantial", "high", and nothing else.
[[nodiscard]] std::optional<Assurance> find_assurance(std::string_view name) noexcept;
[[nodiscard]] std::string_view to_text(Assurance assurance) noexcept;
// Error::data of a refusal that a login at that level would lift: reason "login_level" and acr.
[[nodiscard]] std::string stronger_login_data(Assurance needed);

}  // namespace samvev::access
