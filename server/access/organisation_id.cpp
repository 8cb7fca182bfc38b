#include "access/organisation_id.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace samvev::access {
namespace {

constexpr std::size_t elements_max = 4;

bool is_organisation_number(std::string_view text) noexcept {
    constexpr std::array<int, 8> weights = {3, 2, 7, 6, 5, 4, 3, 2};
    if (text.size() != weights.size() + 1 ||
        !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
        return false;
    }
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += weights[i] * (text[i] - '0');
    }
    return (11 - sum % 11) % 11 == text.back() - '0';
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> elements;
    while (elements.size() <= elements_max) {
        const std::size_t colon = text.find(':');
        elements.push_back(text.substr(0, colon));
        if (colon == std::string_view::npos) {
            break;
        }
        text.remove_prefix(colon + 1);
    }
    return elements;
}

}  // namespace

std::optional<OrganisationId> parse_organisation_id(std::string_view text) {
    const std::vector<std::string_view> elements = split(text);
    std::size_t first = 0;
    if (elements.size() > 1) {
        const bool is_iso6523 = elements[0] == "0192" || elements[0] == "9908";
        const bool is_orgnr = elements[0] == "NO" && elements[1] == "ORGNR";
        if (!is_iso6523 && !is_orgnr) {
            return std::nullopt;
        }
        first = is_iso6523 ? 1 : 2;
    }
    const std::size_t count = elements.size() - std::min(first, elements.size());
    if (count < 1 || count > 2 || !is_organisation_number(elements[first]) ||
        (count == 2 && !is_organisation_number(elements[first + 1]))) {
        return std::nullopt;
    }
    return OrganisationId{
        .number = std::string(elements[first]),
        .unit = count == 2 ? std::string(elements[first + 1]) : std::string()
    };
}

}  // namespace samvev::access
