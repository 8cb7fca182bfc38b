#include "base/calendar_text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace samvev::base {
namespace {

using namespace std::chrono;

// Reads exactly `count` digits at `at`; -1 when something else stands there.
int digits_at(std::string_view text, std::size_t at, std::size_t count) noexcept {
    if (at + count > text.size()) {
        return -1;
    }
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

// "Z", "+01:00", "-0330" is not accepted: RFC 3339 wants the colon.
std::optional<minutes> parse_offset(std::string_view text) noexcept {
    if (text == "Z" || text == "z") {
        return minutes(0);
    }
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
        return std::nullopt;
    }
    const int hour = digits_at(text, 1, 2);
    const int minute = digits_at(text, 4, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return std::nullopt;
    }
    const minutes offset = hours(hour) + minutes(minute);
    return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::string to_text(Timestamp time) {
    const auto day = floor<days>(time);
    const Date date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 40> buffer{};
    const int size = std::snprintf(
        buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count())
    );
    return {buffer.data(), static_cast<std::size_t>(size)};
}

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
        text[16] != ':') {
        return std::nullopt;
    }
    const std::optional<Date> date = parse_date(text.substr(0, 10));
    const int hour = digits_at(text, 11, 2);
    const int minute = digits_at(text, 14, 2);
    const int second = digits_at(text, 17, 2);
    if (!date || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        return std::nullopt;
    }
    std::size_t at = 19;
    std::int64_t fraction_us = 0;
    if (text[at] == '.') {
        const std::size_t first = ++at;
        std::int64_t scale = 100'000;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) {
            fraction_us += (text[at] - '0') * scale;
        }
        if (at == first || at - first > 9) {
            return std::nullopt;
        }
    }
    const std::optional<minutes> offset = parse_offset(text.substr(at));
    if (!offset) {
        return std::nullopt;
    }
    return Timestamp(sys_days(*date)) + hours(hour) + minutes(minute) + seconds(second) +
           microseconds(fraction_us) - *offset;
}

std::string to_text(Date date) {
    std::array<char, 16> buffer{};
    const int size = std::snprintf(
        buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())
    );
    return {buffer.data(), static_cast<std::size_t>(size)};
}

std::optional<Date> parse_date(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const int y = digits_at(text, 0, 4);
    const int m = digits_at(text, 5, 2);
    const int d = digits_at(text, 8, 2);
    if (y < 0 || m < 0 || d < 0) {
        return std::nullopt;
    }
    const Date date(year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d)));
    if (!date.ok()) {
        return std::nullopt;
    }
    return date;
}

}  // namespace samvev::base
