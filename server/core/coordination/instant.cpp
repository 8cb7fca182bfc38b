#include "instant.hpp"

namespace samvev::coordination {

namespace {

int two_digits(std::string_view text, std::size_t at) {
    if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' ||
        text[at + 1] > '9') {
        throw Fault("not a time: '" + std::string(text) + "'");
    }
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// Up to six digits after the point at `at`; moves `at` past all of them.
std::chrono::microseconds fraction(std::string_view text, std::size_t& at) {
    std::int64_t value = 0;
    std::int64_t unit = 100'000;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        value += unit * (text[at] - '0');
        unit /= 10;
    }
    return std::chrono::microseconds(value);
}

}  // namespace

Time instant_of(std::string_view text) {
    using namespace std::chrono;
    const Date date = parse_date(text.substr(0, 10));
    if (text.size() == 10) {
        return oslo_midnight(date);
    }
    Time time = Time(sys_days(date)) + hours(two_digits(text, 11)) + minutes(two_digits(text, 14)) +
                seconds(two_digits(text, 17));
    std::size_t at = 19;
    if (at < text.size() && text[at] == '.') {
        time += fraction(text, at);
    }
    if (at >= text.size()) {
        throw Fault("a time without an offset: '" + std::string(text) + "'");
    }
    if (text[at] == '+' || text[at] == '-') {
        const auto offset = hours(two_digits(text, at + 1)) + minutes(two_digits(text, at + 4));
        return text[at] == '+' ? time - offset : time + offset;
    }
    return time;
}

Time end_of_day(Date date) {
    return oslo_midnight(Date(std::chrono::sys_days(date) + std::chrono::days(1)));
}

}  // namespace samvev::coordination
