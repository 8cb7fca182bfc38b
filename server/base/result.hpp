#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace samvev::base {

// Named by what the caller should do next; the message is for people, the code for code.
enum class ErrorCode {
    invalid_argument,      // Do not retry: the input is wrong; the message says where.
    unauthenticated,       // Present a (new) token.
    denied,                // Do not retry: this actor may not.
    not_found,             // Absent, or invisible to this actor: the same answer.
    revision_conflict,     // Read again, decide again, retry.
    idempotency_mismatch,  // The command id was used for other content: make a new id.
    duplicate,             // The event id exists already: make a new id.
    rejected,              // A business rule said no; `data` lists every reason.
    claim_taken,           // A unique key is held by another stream.
    busy,                  // Someone else holds the one place there is.
    gone,                  // The position belongs to another history or is no longer kept.
    too_large,             // Send less; `data` has size and maximum.
    overloaded,            // Retry later; `data.retryAfterMs` says when.
    read_only,             // Writing is stopped until an operator has acted or space is back.
    unavailable,           // Not now: shutting down, or a part is missing.
    unsupported,           // This build or module does not know the thing asked for.
    cancelled,             // The caller withdrew the call.
    outcome_unknown,       // It may or may not have happened: retry with the same command id.
    corrupt,               // Stored bytes do not verify; the message names which.
    module_fault,          // A module broke its contract in this call only.
    internal,              // A bug of ours.
};

// The code as it stands in logs, e.g. "revision_conflict".
[[nodiscard]] std::string_view to_text(ErrorCode code) noexcept;

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;  // What happened, to what, and what to do next. English, no personal data.
    std::string data{};   // Machine-readable members: a JSON object as text, or empty.
};

// An expected outcome: a value or an Error. [[nodiscard]] because a dropped error is a bug.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
    // NOLINTNEXTLINE(google-explicit-constructor): the wrapper is invisible.
    Result(tl::expected<T, Error> other) : tl::expected<T, Error>(std::move(other)) {}
};

[[nodiscard]] inline tl::unexpected<Error> fail(
    ErrorCode code, std::string message, std::string data = {}
) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(data)});
}

}  // namespace samvev::base

namespace samvev {
using base::Error;
using base::ErrorCode;
using base::fail;
using base::Result;
}  // namespace samvev

#define SAMVEV_CONCAT_INNER(a, b) a##b
#define SAMVEV_CONCAT(a, b) SAMVEV_CONCAT_INNER(a, b)

// SAMVEV_TRY(const auto x, f()); declares x or returns f's error. Plain functions only (g++ 12:
// never in a coroutine).
#define SAMVEV_TRY(declaration, expression) \
    SAMVEV_TRY_INNER(declaration, expression, SAMVEV_CONCAT(samvev_try_, __LINE__))
#define SAMVEV_TRY_INNER(declaration, expression, name)                          \
    auto name = (expression);                                                    \
    if (!(name)) {                                                               \
        return tl::unexpected<::samvev::base::Error>(std::move((name).error())); \
    }                                                                            \
    declaration = std::move(*(name))

// SAMVEV_CHECK_OK(f()); returns f's error, drops its value.
#define SAMVEV_CHECK_OK(expression)                                                               \
    do {                                                                                          \
        auto samvev_check_result = (expression);                                                  \
        if (!samvev_check_result) {                                                               \
            return tl::unexpected<::samvev::base::Error>(std::move(samvev_check_result.error())); \
        }                                                                                         \
    } while (false)
