#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace samvev::person {

// What a name is found by: each of its words in lower case, whole and by its first three letters
// and more, both as written and with accents folded (é as e, ä as æ, ö as ø). Sorted, no doubles.
[[nodiscard]] std::vector<std::string> search_tokens(std::string_view name);

}  // namespace samvev::person
