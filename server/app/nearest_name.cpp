#include "app/nearest_name.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace samvev::app {
namespace {

// Levenshtein's distance: letters inserted, removed or exchanged.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t exchanged = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, exchanged});
        }
    }
    return row.back();
}

// "warning" of "warn".
bool is_longer_form(std::string_view longer, std::string_view shorter) {
    constexpr std::size_t told_apart = 3;
    return shorter.size() >= told_apart && longer.starts_with(shorter);
}

}  // namespace

std::optional<std::string_view> nearest_name(
    std::string_view written, const std::vector<std::string_view>& known
) {
    constexpr std::size_t always_allowed = 2;
    const std::size_t allowed = std::max(always_allowed, written.size() / 3);
    std::optional<std::string_view> nearest;
    std::size_t smallest = SIZE_MAX;
    for (const std::string_view name : known) {
        const std::size_t far = distance(written, name);
        const bool close =
            far <= allowed || is_longer_form(written, name) || is_longer_form(name, written);
        if (close && far < smallest) {
            smallest = far;
            nearest = name;
        }
    }
    return nearest;
}

}  // namespace samvev::app
