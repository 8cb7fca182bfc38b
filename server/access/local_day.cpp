#include "access/local_day.hpp"

#include <utility>

namespace samvev::access {

namespace {

base::Timestamp last_sunday(std::chrono::year year, std::chrono::month month) {
    using namespace std::chrono_literals;
    return base::Timestamp(
               std::chrono::sys_days(year / month / std::chrono::Sunday[std::chrono::last])
           ) +
           1h;
}

}  // namespace

base::Date local_day(base::Timestamp time) {
    using std::chrono::floor;
    const auto year = base::Date(floor<std::chrono::days>(time)).year();
    const bool summer = time >= last_sunday(year, std::chrono::March) &&
                        time < last_sunday(year, std::chrono::October);
    return floor<std::chrono::days>(time + std::chrono::hours(summer ? 2 : 1));
}

int age_on(base::Date birth, base::Date day) {
    const int years = static_cast<int>(day.year()) - static_cast<int>(birth.year());
    const bool had_birthday =
        std::pair(day.month(), day.day()) >= std::pair(birth.month(), birth.day());
    return had_birthday ? years : years - 1;
}

}  // namespace samvev::access
