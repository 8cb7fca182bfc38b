#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "modules/module.hpp"

namespace samvev::dispatch {

// A command's parameters, taken apart once:
// {<kind>Id, commandId, expectedRevision?, occurredOn?, purpose?, validateOnly?, meta?, …data}.
struct CommandParams {
    base::Uuid target;
    base::Uuid command_id;
    std::optional<std::string> expected_revision;  // decimal digits, or "none"
    std::string occurred_on;
    std::string purpose;
    bool validate_only = false;
    std::string traceparent;
    std::string data;       // JSON object: what is left, already valid against the command's schema
    std::string entity;     // what expectedRevision is about, or empty
    std::string code;       // drawn for a command with oneTimeCode, for its first answer; or empty
    base::Digest digest{};  // HMAC(key, method, target and all parameters but commandId and meta)
};

// A command with what is looked up once per method.
struct CommandMethod {
    const modules::Module* module = nullptr;
    const modules::CommandType* type = nullptr;
    // The command's own schema has a property of that name: then it stays in the data too.
    bool data_has_occurred_on = false;
    bool data_has_purpose = false;
};
[[nodiscard]] CommandMethod make_command_method(
    const modules::Module& module, const modules::CommandType& type
);

// "caseId" for "case", "dataRequestId" for "data-request".
[[nodiscard]] std::string target_parameter(std::string_view stream_kind);

// Fails with invalid_argument; data: {"violations":[{"field","problem"}, …]}, everything that is
// wrong at once.
[[nodiscard]] Result<CommandParams> parse_command_params(
    const CommandMethod& method, std::string_view params, std::string_view digest_key
);

}  // namespace samvev::dispatch
