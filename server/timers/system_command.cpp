#include "timers/system_command.hpp"

#include "access/actor.hpp"
#include "base/json_text.hpp"
#include "dispatch/command_params.hpp"

namespace samvev::timers {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// The members of a JSON object without its braces; empty for {} and for no text at all.
std::string_view members_of(std::string_view object) noexcept {
    const std::size_t open = object.find('{');
    const std::size_t close = object.rfind('}');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
        return {};
    }
    const std::string_view inside = object.substr(open + 1, close - open - 1);
    return inside.find_first_not_of(blanks) == std::string_view::npos ? std::string_view() : inside;
}

Verdict judge(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::invalid_argument:
        case ErrorCode::denied:
        case ErrorCode::not_found:
        case ErrorCode::idempotency_mismatch:
        case ErrorCode::duplicate:
        case ErrorCode::rejected:
        case ErrorCode::claim_taken:
        case ErrorCode::gone:
        case ErrorCode::too_large:
        case ErrorCode::unsupported:
            return Verdict::refused;
        case ErrorCode::module_fault:
        case ErrorCode::internal:
        case ErrorCode::corrupt:
            return Verdict::faulted;
        case ErrorCode::unauthenticated:
        case ErrorCode::revision_conflict:
        case ErrorCode::busy:
        case ErrorCode::overloaded:
        case ErrorCode::read_only:
        case ErrorCode::unavailable:
        case ErrorCode::cancelled:
        case ErrorCode::outcome_unknown:
            return Verdict::later;
    }
    return Verdict::later;
}

}  // namespace

dispatch::Request make_request(const SystemCommand& command) {
    dispatch::Request request;
    request.method = command.command;
    std::string& params = request.params;
    params = "{";
    base::append_json_string(params, dispatch::target_parameter(command.target.kind));
    params.append(":\"").append(command.target.id.text());
    params.append("\",\"commandId\":\"").append(command.command_id.text()).push_back('"');
    if (const std::string_view members = members_of(command.data); !members.empty()) {
        params.append(",").append(members);
    }
    params.push_back('}');
    request.actor = std::make_shared<const access::Actor>(
        access::system_actor(command.tenant.value(), command.module, command.role)
    );
    return request;
}

Verdict judge(const Result<std::string>& answer) noexcept {
    return answer ? Verdict::done : judge(answer.error().code);
}

}  // namespace samvev::timers
