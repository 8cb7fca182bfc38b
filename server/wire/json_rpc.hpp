#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "wire/trace.hpp"

namespace samvev::wire {

// How one kind of failure is told on the wire. On the wire: never renumber.
struct ErrorRow {
    ErrorCode code;           // together with
    std::string_view reason;  // data.reason of the Error; empty = any other
    int rpc_code;             // JSON-RPC: -32xxx, or HTTP status x 100 + n
    int status;               // HTTP
    std::string_view slug;    // of the problem type
    std::string_view title;   // the JSON-RPC message: constant per code, so that clients can group
};

// The one table of errors on the wire.
[[nodiscard]] std::span<const ErrorRow> error_table() noexcept;
// The row of `error`: its code and data.reason, else its code alone.
[[nodiscard]] const ErrorRow& row_of(const Error& error);

// data.reason, or empty.
[[nodiscard]] std::string reason_of(const Error& error);

// Errors of the envelope, which no layer below knows.
[[nodiscard]] Error parse_error(std::string detail);
[[nodiscard]] Error invalid_request(std::string detail);

// An RFC 9457 problem object: type, title, status, detail, the members of error.data, traceId.
[[nodiscard]] std::string problem_object(const Error& error, const TraceId& trace);
// {"code":…,"message":…,"data":{problem}}
[[nodiscard]] std::string error_object(const Error& error, const TraceId& trace);

// The bytes around a result or error object: prefix + id + "," + "\"result\":" + … + "}".
inline constexpr std::string_view response_prefix = R"({"jsonrpc":"2.0","id":)";
inline constexpr std::string_view result_member = R"(,"result":)";
inline constexpr std::string_view error_member = R"(,"error":)";
[[nodiscard]] std::string result_response(std::string_view id, std::string_view result);
[[nodiscard]] std::string error_response(
    std::string_view id, const Error& error, const TraceId& trace
);

// {"jsonrpc":"2.0","method":…,"params":…} without an id: the server never asks.
[[nodiscard]] std::string notification(std::string_view method, std::string_view params);

// "https://samvev.example/problems/<slug>".
[[nodiscard]] std::string problem_type(std::string_view slug);

}  // namespace samvev::wire
