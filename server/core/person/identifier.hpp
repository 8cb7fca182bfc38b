#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace samvev::person {

// The number without spaces when it is a possible number of that kind, else nothing.
//
// fnr and dnr: eleven digits, both control digits right, and a date, with the marks of numbers made
// for tests (month +40, +65, +80) and of D-numbers (day +40). fhn: eleven digits that begin with 8
// or 9, control digits right. duf: twelve digits, the first four a year. temporary: any text.
// Sex is never read from a number.
[[nodiscard]] std::optional<std::string> parse_identifier(
    std::string_view kind, std::string_view number
);

// The key under which a number is unique in the tenant: "fnr:…". Nothing for the temporary numbers
// that the child-welfare register makes of a date alone (DDMMYY00100, …00200, …99999): children
// born on the same day share them.
[[nodiscard]] std::optional<std::string> identifier_claim_key(
    std::string_view kind, std::string_view number
);

}  // namespace samvev::person
