#include "access/personal_number.hpp"

#include <algorithm>

namespace samvev::access {

std::optional<PersonalNumber> PersonalNumber::parse(std::string_view text) {
    constexpr std::size_t digits = 11;
    const bool is_number = text.size() == digits &&
                           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    return is_number ? std::optional(PersonalNumber(text)) : std::nullopt;
}

}  // namespace samvev::access
