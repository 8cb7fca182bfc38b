#include "app/duration_text.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace samvev::app {

std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept {
    constexpr std::int64_t seconds_max = 100LL * 366 * 24 * 3600;
    if (text.size() < 2) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    const char* const unit = text.data() + text.size() - 1;
    const auto [end, error] = std::from_chars(text.data(), unit, number);
    if (error != std::errc() || end != unit || number < 0 || number > seconds_max) {
        return std::nullopt;
    }
    std::chrono::seconds one{1};
    switch (*unit) {
        case 's':
            break;
        case 'm':
            one = std::chrono::minutes(1);
            break;
        case 'h':
            one = std::chrono::hours(1);
            break;
        case 'd':
            one = std::chrono::days(1);
            break;
        default:
            return std::nullopt;
    }
    if (number > seconds_max / one.count()) {
        return std::nullopt;
    }
    return number * one;
}

}  // namespace samvev::app
