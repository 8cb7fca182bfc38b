#include "calendar.hpp"

namespace samvev::individual_plan {

using namespace std::chrono;

namespace {

// Gregorian Easter Sunday (Meeus/Jones/Butcher).
sys_days easter(year in) {
    const int y = static_cast<int>(in);
    const int a = y % 19;
    const int b = y / 100;
    const int c = y % 100;
    const int d = b / 4;
    const int e = b % 4;
    const int g = (8 * b + 13) / 25;
    const int h = (19 * a + b - d - g + 15) % 30;
    const int i = c / 4;
    const int k = c % 4;
    const int l = (32 + 2 * e + 2 * i - h - k) % 7;
    const int m = (a + 11 * h + 22 * l) / 451;
    const int n = h + l - 7 * m + 114;
    return sys_days(
        in / month(static_cast<unsigned>(n / 31)) / day(static_cast<unsigned>(n % 31 + 1))
    );
}

bool is_working_day(sys_days date) {
    const weekday on(date);
    if (on == Saturday || on == Sunday) {
        return false;
    }
    const Date day(date);
    for (const month_day holiday : {January / 1, May / 1, May / 17, December / 25, December / 26}) {
        if (holiday == day.month() / day.day()) {
            return false;
        }
    }
    // Maundy Thursday, Good Friday, Easter Monday, Ascension Day, Whit Monday.
    for (const int after_easter : {-3, -2, 1, 39, 50}) {
        if (date == easter(day.year()) + days(after_easter)) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string plus_days(std::string_view date, int days_count) {
    return to_text(Date(sys_days(parse_date(date)) + days(days_count)));
}

std::string plus_months(std::string_view date, int months_count) {
    const Date from = parse_date(date);
    const year_month month = from.year() / from.month() + months(months_count);
    const Date same_day = month / from.day();
    return to_text(same_day.ok() ? same_day : Date(month / last));
}

std::string day_of(std::string_view date_or_time) {
    return to_text(parse_date(date_or_time));
}

std::string working_day_from(std::string_view date) {
    sys_days day(parse_date(date));
    while (!is_working_day(day)) {
        day += days(1);
    }
    return to_text(Date(day));
}

Time end_of_day(std::string_view date) {
    return oslo_midnight(parse_date(plus_days(date, 1)));
}

}  // namespace samvev::individual_plan
