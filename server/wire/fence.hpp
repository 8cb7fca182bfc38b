#pragma once

#include <exception>
#include <string_view>

namespace samvev::wire {

// One line in the log. [any thread]
void report_failure(std::string_view where, std::string_view reason) noexcept;

// Runs `work`. What it throws (memory is short, a library failed) is logged once, and `give_up`
// ends the one connection that it was for: the loop goes on for all the others.
template <typename Work, typename GiveUp>
void fenced(std::string_view where, const Work& work, const GiveUp& give_up) noexcept {
    try {
        work();
        return;
    } catch (const std::exception& error) {
        report_failure(where, error.what());
    } catch (...) {
        report_failure(where, "no exception of the standard library");
    }
    try {
        give_up();
    } catch (...) {
        report_failure(where, "giving up failed, too");
    }
}

}  // namespace samvev::wire
