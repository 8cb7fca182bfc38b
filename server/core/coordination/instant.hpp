#pragma once

#include <samvev/plugin.hpp>

#include <string_view>

namespace samvev::coordination {

// The instant of an RFC 3339 time, or of the start in Europe/Oslo of a YYYY-MM-DD. Throws Fault on
// anything else: schemas check first.
[[nodiscard]] Time instant_of(std::string_view text);

// The first instant after that day in Europe/Oslo: what is due on a day is late from then.
[[nodiscard]] Time end_of_day(Date date);

}  // namespace samvev::coordination
