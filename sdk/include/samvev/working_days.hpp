#pragma once

#include <algorithm>
#include <array>
#include <chrono>

// Norwegian working days: Monday to Friday, except the fixed red days (1 January, 1 and 17 May, 25
// and 26 December) and those that follow Easter. Computed, so there is no year it does not know.
// Christmas Eve and New Year's Eve are working days: no act says otherwise.
namespace samvev {

// Easter Sunday of a year of the Gregorian calendar (the anonymous algorithm of 1876).
[[nodiscard]] constexpr std::chrono::year_month_day easter_sunday(std::chrono::year year) noexcept {
    const int y = static_cast<int>(year);
    const int golden = y % 19;
    const int century = y / 100;
    const int moon =
        (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    const int weekday = (32 + 2 * (century % 4) + 2 * (y % 100 / 4) - moon - y % 4) % 7;
    const int shift = (golden + 11 * moon + 22 * weekday) / 451;
    const int month_and_day = moon + weekday - 7 * shift + 114;
    return year / std::chrono::month(static_cast<unsigned>(month_and_day / 31)) /
           std::chrono::day(static_cast<unsigned>(month_and_day % 31) + 1U);
}

[[nodiscard]] constexpr bool is_working_day(std::chrono::year_month_day date) noexcept {
    using namespace std::chrono;
    const weekday day(date);
    if (day == Saturday || day == Sunday) {
        return false;
    }
    const month_day in_year = date.month() / date.day();
    constexpr std::array fixed{January / 1, May / 1, May / 17, December / 25, December / 26};
    // Maundy Thursday, Good Friday, Easter Monday, Ascension Day, Whit Monday.
    constexpr std::array from_easter{-3, -2, 1, 39, 50};
    const auto since_easter = (sys_days(date) - sys_days(easter_sunday(date.year()))).count();
    return std::find(fixed.begin(), fixed.end(), in_year) == fixed.end() &&
           std::find(from_easter.begin(), from_easter.end(), since_easter) == from_easter.end();
}

// The working day that is `count` working days after `date`, which itself does not count.
[[nodiscard]] constexpr std::chrono::year_month_day add_working_days(
    std::chrono::year_month_day date, int count
) noexcept {
    std::chrono::sys_days day(date);
    while (count > 0) {
        day += std::chrono::days(1);
        count -= is_working_day(std::chrono::year_month_day(day)) ? 1 : 0;
    }
    return std::chrono::year_month_day(day);
}

}  // namespace samvev
