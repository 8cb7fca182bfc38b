#include "occurred_on.hpp"

#include <samvev/plugin.hpp>

#include <cstddef>
#include <optional>

namespace samvev::cases {

namespace {

// Reads the parts of a time one after the other; `failed` once something was not as expected.
class TimeText {
public:
    explicit TimeText(std::string_view text) : rest_(text) {}

    unsigned digits(std::size_t count) {
        unsigned value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') {
                failed_ = true;
                return 0;
            }
            value = value * 10 + static_cast<unsigned>(rest_[0] - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    bool skip(std::string_view any_of) {
        if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }
    void expect(std::string_view any_of) { failed_ = !skip(any_of) || failed_; }
    // Microseconds; finer digits are dropped.
    unsigned fraction() {
        unsigned value = 0;
        for (unsigned unit = 100'000; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
             unit /= 10) {
            value += unit * static_cast<unsigned>(rest_[0] - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }
    [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_[0]; }

private:
    std::string_view rest_;
    bool failed_ = false;
};

std::optional<Time> parse_time(std::string_view text) {
    using namespace std::chrono;
    TimeText in(text);
    const auto year_number = static_cast<int>(in.digits(4));
    in.expect("-");
    const unsigned month_number = in.digits(2);
    in.expect("-");
    const Date date(year(year_number), month(month_number), day(in.digits(2)));
    in.expect("Tt ");
    const hours hour(in.digits(2));
    in.expect(":");
    const minutes minute(in.digits(2));
    in.expect(":");
    const seconds second(in.digits(2));
    const microseconds fraction(in.skip(".") ? in.fraction() : 0);
    auto offset = minutes(0);
    if (const char sign = in.front(); sign == '+' || sign == '-') {
        in.skip("+-");
        const hours offset_hours(in.digits(2));
        in.expect(":");
        offset = offset_hours + minutes(in.digits(2));
        offset = sign == '-' ? -offset : offset;
    } else {
        in.expect("Zz");
    }
    if (!in.done() || !date.ok()) {
        return std::nullopt;
    }
    return Time(sys_days(date)) + hour + minute + second + fraction - offset;
}

}  // namespace

std::string sortable_time(std::string_view occurred_on) {
    const auto time = parse_time(occurred_on);
    return time ? to_text(*time) : std::string(occurred_on);
}

}  // namespace samvev::cases
