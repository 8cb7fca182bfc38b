#pragma once

// Asserts stay on in release: a broken invariant in a system of record must stop the process,
// not continue with it. Never used on input from outside; one condition per assert.
#define SAMVEV_ASSERT(condition)                                              \
    do {                                                                      \
        if (!(condition)) [[unlikely]] {                                      \
            ::samvev::base::assertion_failed(#condition, __FILE__, __LINE__); \
        }                                                                     \
    } while (false)

namespace samvev::base {

// Writes the condition and place to stderr and aborts. [any thread]
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace samvev::base
