#include "wire/json_rpc.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/json_text.hpp"

namespace samvev::wire {
namespace {

using base::ErrorCode;

// On the wire: never renumber. Rows with a reason stand before the row of their code without one.
constexpr std::array table = {
    ErrorRow{ErrorCode::invalid_argument, "parse_error", -32700, 400, "parse-error", "Parse error"},
    ErrorRow{
        ErrorCode::invalid_argument, "invalid_request", -32600, 400, "invalid-request",
        "Invalid Request"
    },
    ErrorRow{ErrorCode::invalid_argument, "", -32602, 400, "invalid-params", "Invalid params"},
    ErrorRow{ErrorCode::unsupported, "", -32601, 404, "method-not-found", "Method not found"},
    ErrorRow{ErrorCode::cancelled, "", -32800, 499, "cancelled", "Request cancelled"},
    ErrorRow{ErrorCode::unauthenticated, "", 40101, 401, "unauthenticated", "Not authenticated"},
    ErrorRow{ErrorCode::unauthenticated, "expired", 40102, 401, "token-expired", "Token expired"},
    ErrorRow{ErrorCode::unauthenticated, "malformed", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "algorithm", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "signature", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{
        ErrorCode::unauthenticated, "not_yet_valid", 40103, 401, "token-invalid", "Token invalid"
    },
    ErrorRow{ErrorCode::unauthenticated, "revoked", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "issuer", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "audience", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "claims", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "type", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "scope", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "tenant", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "unknown", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "unit", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{ErrorCode::unauthenticated, "proof", 40103, 401, "token-invalid", "Token invalid"},
    ErrorRow{
        ErrorCode::unauthenticated, "login_level", 40104, 401, "stronger-login-needed",
        "Stronger login needed"
    },
    ErrorRow{ErrorCode::denied, "", 40301, 403, "denied", "Denied"},
    ErrorRow{
        ErrorCode::denied, "purpose", 40302, 403, "purpose-not-allowed",
        "Purpose missing or not allowed"
    },
    ErrorRow{
        ErrorCode::denied, "break_glass", 40303, 403, "break-glass-possible", "Break-glass possible"
    },
    ErrorRow{ErrorCode::not_found, "", 40401, 404, "not-found", "Not found"},
    ErrorRow{
        ErrorCode::revision_conflict, "", 40901, 409, "revision-conflict", "Revision conflict"
    },
    ErrorRow{
        ErrorCode::idempotency_mismatch, "", 40902, 409, "command-id-reused",
        "Command id used for other content"
    },
    ErrorRow{ErrorCode::busy, "", 40903, 409, "busy", "Busy"},
    ErrorRow{ErrorCode::duplicate, "", 40904, 409, "duplicate", "Id exists already"},
    ErrorRow{ErrorCode::gone, "", 41001, 410, "position-unknown", "Position unknown"},
    ErrorRow{ErrorCode::gone, "too_old", 41002, 410, "position-too-old", "Position too old"},
    ErrorRow{ErrorCode::too_large, "", 41301, 413, "too-large", "Too large"},
    ErrorRow{ErrorCode::rejected, "", 42201, 422, "rejected", "Rejected by a rule"},
    ErrorRow{ErrorCode::claim_taken, "", 42201, 422, "rejected", "Rejected by a rule"},
    ErrorRow{ErrorCode::overloaded, "rate", 42901, 429, "rate-limited", "Rate limited"},
    ErrorRow{
        ErrorCode::overloaded, "in_flight", 42902, 429, "too-many-in-flight",
        "Too many calls in flight"
    },
    ErrorRow{
        ErrorCode::overloaded, "subscriptions", 42903, 429, "too-many-subscriptions",
        "Too many subscriptions"
    },
    ErrorRow{
        ErrorCode::overloaded, "connections", 42904, 429, "too-many-sessions", "Too many sessions"
    },
    ErrorRow{ErrorCode::overloaded, "", 50304, 503, "overloaded", "Overloaded"},
    ErrorRow{ErrorCode::internal, "", 50001, 500, "internal", "Internal error"},
    ErrorRow{ErrorCode::module_fault, "", 50002, 500, "module-fault", "A module failed"},
    ErrorRow{ErrorCode::corrupt, "", 50003, 500, "corrupt", "Stored bytes do not verify"},
    ErrorRow{ErrorCode::unavailable, "", 50301, 503, "unavailable", "Unavailable"},
    ErrorRow{ErrorCode::read_only, "", 50302, 503, "read-only", "Read-only"},
    ErrorRow{
        ErrorCode::unavailable, "quarantined", 50303, 503, "module-quarantined",
        "Module quarantined"
    },
    ErrorRow{
        ErrorCode::module_fault, "quarantined", 50303, 503, "module-quarantined",
        "Module quarantined"
    },
    ErrorRow{ErrorCode::outcome_unknown, "", 50305, 503, "outcome-unknown", "Outcome unknown"},
};

constexpr std::array own_members = {
    std::string_view("type"), std::string_view("title"), std::string_view("status"),
    std::string_view("detail"), std::string_view("traceId")
};

bool has_reasons(ErrorCode code) {
    return std::any_of(table.begin(), table.end(), [code](const ErrorRow& row) {
        return row.code == code && !row.reason.empty();
    });
}

const ErrorRow* find_row(ErrorCode code, std::string_view reason) {
    const auto* row = std::find_if(table.begin(), table.end(), [&](const ErrorRow& candidate) {
        return candidate.code == code && candidate.reason == reason;
    });
    return row == table.end() ? nullptr : row;
}

// Members of `data` that do not clash with the problem's own.
void append_data(base::JsonObject& out, const std::string& data) {
    simdjson::dom::parser parser;
    simdjson::dom::object members;
    if (data.empty() || parser.parse(data.data(), data.size()).get(members) != simdjson::SUCCESS) {
        return;
    }
    for (const auto member : members) {
        if (std::find(own_members.begin(), own_members.end(), member.key) == own_members.end()) {
            out.raw(member.key, simdjson::minify(member.value));
        }
    }
}

std::string problem_of(const ErrorRow& row, const Error& error, const TraceId& trace) {
    base::JsonObject out;
    out.text("type", problem_type(row.slug)).text("title", row.title).number("status", row.status);
    // What went wrong inside is for the log, under the same trace id.
    out.text(
        "detail",
        error.code == ErrorCode::internal
            ? std::string_view("the server failed; its log has the reason under this traceId")
            : std::string_view(error.message)
    );
    append_data(out, error.data);
    return out.text("traceId", trace.text()).take();
}

}  // namespace

std::span<const ErrorRow> error_table() noexcept {
    return table;
}

std::string reason_of(const Error& error) {
    simdjson::dom::parser parser;
    std::string_view reason;
    if (error.data.empty() ||
        parser.parse(error.data.data(), error.data.size())["reason"].get(reason) !=
            simdjson::SUCCESS) {
        return {};
    }
    return std::string(reason);
}

const ErrorRow& row_of(const Error& error) {
    if (has_reasons(error.code)) {
        if (const ErrorRow* row = find_row(error.code, reason_of(error))) {
            return *row;
        }
    }
    const ErrorRow* row = find_row(error.code, "");
    return row != nullptr ? *row : *find_row(ErrorCode::internal, "");
}

Error parse_error(std::string detail) {
    return {ErrorCode::invalid_argument, std::move(detail), R"({"reason":"parse_error"})"};
}

Error invalid_request(std::string detail) {
    return {ErrorCode::invalid_argument, std::move(detail), R"({"reason":"invalid_request"})"};
}

std::string problem_object(const Error& error, const TraceId& trace) {
    return problem_of(row_of(error), error, trace);
}

std::string error_object(const Error& error, const TraceId& trace) {
    const ErrorRow& row = row_of(error);
    return base::JsonObject()
        .number("code", row.rpc_code)
        .text("message", row.title)
        .raw("data", problem_of(row, error, trace))
        .take();
}

std::string result_response(std::string_view id, std::string_view result) {
    std::string out;
    out.reserve(response_prefix.size() + id.size() + result_member.size() + result.size() + 1);
    out.append(response_prefix).append(id).append(result_member).append(result).push_back('}');
    return out;
}

std::string error_response(std::string_view id, const Error& error, const TraceId& trace) {
    std::string out(response_prefix);
    out.append(id).append(error_member).append(error_object(error, trace)).push_back('}');
    return out;
}

std::string notification(std::string_view method, std::string_view params) {
    std::string out = R"({"jsonrpc":"2.0","method":")";
    out.append(method).append(R"(","params":)").append(params).push_back('}');
    return out;
}

std::string problem_type(std::string_view slug) {
    return "https://samvev.example/problems/" + std::string(slug);
}

}  // namespace samvev::wire
