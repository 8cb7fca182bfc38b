#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace samvev::base {

// application/x-www-form-urlencoded, as in bodies and queries (WHATWG URL §5).

using FormFields = std::vector<std::pair<std::string, std::string>>;

// "name=value" with "&" before it unless `out` is empty.
void append_form_field(std::string& out, std::string_view name, std::string_view value);
// Percent-encoded but for letters, digits and "-._~".
[[nodiscard]] std::string form_encoded(std::string_view text);
// Absent when a percent sign is not followed by two hexadecimal digits, or a name is there twice:
// two readers might take different ones.
[[nodiscard]] std::optional<FormFields> parse_form(std::string_view text);
// The value of a field, or empty.
[[nodiscard]] std::string_view field_of(const FormFields& fields, std::string_view name) noexcept;

}  // namespace samvev::base
