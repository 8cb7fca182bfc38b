#include "identifier.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace samvev::person {

namespace {

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

unsigned number_at(std::string_view text, std::size_t at, std::size_t count) {
    unsigned value = 0;
    for (const char c : text.substr(at, count)) {
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

// The control digit of mod 11 for the leading digits; 10 means that the number is never issued.
template <std::size_t N>
unsigned control_digit(std::string_view digits, const std::array<unsigned, N>& weights) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < N; ++i) {
        sum += weights[i] * static_cast<unsigned>(digits[i] - '0');
    }
    return (11 - sum % 11) % 11;
}

bool control_digits_hold(std::string_view digits) {
    constexpr std::array<unsigned, 9> first{3, 7, 6, 1, 8, 9, 4, 5, 2};
    constexpr std::array<unsigned, 10> second{5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
    return control_digit(digits, first) == number_at(digits, 9, 1) &&
           control_digit(digits, second) == number_at(digits, 10, 1);
}

// Month without the mark that a number made for tests carries.
unsigned plain_month(unsigned month) {
    for (const unsigned mark : {80U, 65U, 40U}) {
        if (month > mark && month <= mark + 12) {
            return month - mark;
        }
    }
    return month;
}

// The century is in the serial number; 29 February is let through for every year.
bool is_day_and_month(unsigned day, unsigned month) {
    using namespace std::chrono;
    return (std::chrono::year(2000) / std::chrono::month(month) / std::chrono::day(day)).ok();
}

bool is_dated(std::string_view digits, unsigned day_mark) {
    const unsigned day = number_at(digits, 0, 2);
    return day > day_mark && is_day_and_month(day - day_mark, plain_month(number_at(digits, 2, 2)));
}

bool is_possible(std::string_view kind, std::string_view number) {
    if (kind == "temporary") {
        return !number.empty();
    }
    if (!all_digits(number)) {
        return false;
    }
    if (kind == "duf") {
        const bool twelve = number.size() == 12;
        return twelve && number_at(number, 0, 4) >= 1970 && number_at(number, 0, 4) <= 2099;
    }
    if (number.size() != 11 || !control_digits_hold(number)) {
        return false;
    }
    if (kind == "fhn") {
        return number[0] == '8' || number[0] == '9';
    }
    return is_dated(number, kind == "dnr" ? 40 : 0);
}

}  // namespace

std::optional<std::string> parse_identifier(std::string_view kind, std::string_view number) {
    std::string plain(number);
    if (kind != "temporary") {
        std::erase(plain, ' ');
    }
    return is_possible(kind, plain) ? std::optional(std::move(plain)) : std::nullopt;
}

std::optional<std::string> identifier_claim_key(std::string_view kind, std::string_view number) {
    const bool register_form = kind == "temporary" && number.size() == 11 && all_digits(number);
    if (register_form) {
        const std::string_view tail = number.substr(6);
        if (tail == "00100" || tail == "00200" || tail == "99999") {
            return std::nullopt;
        }
    }
    return std::string(kind) + ":" + std::string(number);
}

}  // namespace samvev::person
