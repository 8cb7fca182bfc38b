#pragma once

#include <samvev/testing.hpp>

#include <string>

// Entries of the built-in modules under test.
namespace samvev::builtin {
const samvev_entry& person();
const samvev_entry& organisation();
const samvev_entry& case_();
}  // namespace samvev::builtin

namespace samvev::core_test {

using testing::event;
using testing::given;
using testing::Outcome;
using testing::Sender;
using testing::TestEvent;
using testing::TestModule;
using testing::TestStream;

// A repeatable UUID for a short name made of a letter and a number.
[[nodiscard]] inline std::string id(char kind, unsigned number) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "01890000-0000-7000-8000-00000000";
    out += "00";
    out.back() = digits[static_cast<unsigned char>(kind) % 16];
    out[out.size() - 2] = digits[static_cast<unsigned char>(kind) / 16];
    out += digits[number / 16 % 16];
    out += digits[number % 16];
    return out;
}

// Noon UTC on that day.
[[nodiscard]] inline Time noon(int year, unsigned month, unsigned day) {
    return Time(std::chrono::sys_days(
               std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)
           )) +
           std::chrono::hours(12);
}

}  // namespace samvev::core_test
