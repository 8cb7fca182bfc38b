#include "calendar.hpp"

#include <samvev/working_days.hpp>

namespace samvev::individual_plan {

using namespace std::chrono;

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
    Date day = parse_date(date);
    while (!is_working_day(day)) {
        day = Date(sys_days(day) + days(1));
    }
    return to_text(day);
}

Time end_of_day(std::string_view date) {
    return oslo_midnight(parse_date(plus_days(date, 1)));
}

}  // namespace samvev::individual_plan
