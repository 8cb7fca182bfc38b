#pragma once

// Times and dates as modules meet them: instants in UTC, days as a calendar in Norway shows them.

#include <samvev/json.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace samvev {

using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Date = std::chrono::year_month_day;

// The calendar day of a UTC instant in Europe/Oslo: +1 hour, +2 from the last Sunday of March to
// the last Sunday of October, switching at 01:00 UTC (EU directive 2000/84/EC).
[[nodiscard]] Date oslo_date(Time time);
// The first instant of that day in Europe/Oslo, as UTC.
[[nodiscard]] Time oslo_midnight(Date date);
[[nodiscard]] std::string to_text(Date date);
// RFC 3339 UTC with microseconds.
[[nodiscard]] std::string to_text(Time time);
// YYYY-MM-DD, or the day in Europe/Oslo of an RFC 3339 time. Throws Fault: schemas check first.
[[nodiscard]] Date parse_date(std::string_view text);

namespace detail {

[[nodiscard]] inline std::string two(unsigned value) {
    return {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
}

// The UTC instant at which that year's summer time starts (March) or ends (October).
[[nodiscard]] inline Time switch_of(std::chrono::year year, std::chrono::month month) {
    using namespace std::chrono;
    return Time(sys_days(year / month / Sunday[last])) + hours(1);
}

[[nodiscard]] inline std::chrono::hours oslo_offset(Time time) {
    using namespace std::chrono;
    const year year = Date(floor<days>(time)).year();
    return time >= switch_of(year, March) && time < switch_of(year, October) ? hours(2) : hours(1);
}

}  // namespace detail

inline Date oslo_date(Time time) {
    return Date(std::chrono::floor<std::chrono::days>(time + detail::oslo_offset(time)));
}

inline Time oslo_midnight(Date date) {
    const Time as_if_utc = Time(std::chrono::sys_days(date));
    // Midnight is never inside a switch (01:00 UTC), so the offset one hour earlier is the offset.
    return as_if_utc - detail::oslo_offset(as_if_utc - std::chrono::hours(1));
}

inline std::string to_text(Date date) {
    const int year = static_cast<int>(date.year());
    return detail::two(static_cast<unsigned>(year / 100)) +
           detail::two(static_cast<unsigned>(year % 100)) + "-" +
           detail::two(static_cast<unsigned>(date.month())) + "-" +
           detail::two(static_cast<unsigned>(date.day()));
}

inline std::string to_text(Time time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const hh_mm_ss clock(time - day);
    std::string us = std::to_string(clock.subseconds().count());
    us.insert(0, 6 - us.size(), '0');
    return to_text(Date(day)) + "T" + detail::two(static_cast<unsigned>(clock.hours().count())) +
           ":" + detail::two(static_cast<unsigned>(clock.minutes().count())) + ":" +
           detail::two(static_cast<unsigned>(clock.seconds().count())) + "." + us + "Z";
}

inline Date parse_date(std::string_view text) {
    using namespace std::chrono;
    const auto number = [&](std::size_t at, std::size_t count) {
        unsigned value = 0;
        for (std::size_t i = at; i < at + count; ++i) {
            if (i >= text.size() || text[i] < '0' || text[i] > '9') {
                throw Fault("not a date: '" + std::string(text) + "'");
            }
            value = value * 10 + static_cast<unsigned>(text[i] - '0');
        }
        return value;
    };
    const Date date(year(static_cast<int>(number(0, 4))), month(number(5, 2)), day(number(8, 2)));
    if (!date.ok() || text[4] != '-' || text[7] != '-') {
        throw Fault("not a date: '" + std::string(text) + "'");
    }
    if (text.size() == 10) {
        return date;
    }
    auto offset = hours(0) + minutes(0);
    const char sign = text.size() > 6 ? text[text.size() - 6] : 'Z';
    if (sign == '+' || sign == '-') {
        const auto size = text.size();
        offset = hours(number(size - 5, 2)) + minutes(number(size - 2, 2));
        offset = sign == '-' ? -offset : offset;
    }
    return oslo_date(
        Time(sys_days(date)) + hours(number(11, 2)) + minutes(number(14, 2)) +
        seconds(number(17, 2)) - offset
    );
}

}  // namespace samvev
