#include "dispatch/gate/refusal.hpp"

#include "base/json_text.hpp"

namespace samvev::dispatch {

namespace {

// The rule for staff who have not signed the declaration of confidentiality.
constexpr std::string_view undeclared = "staff.declaration-missing";

std::string reason_data(std::string_view word) {
    return base::JsonObject().text("reason", word).take();
}

}  // namespace

std::optional<Error> refusal_of_call(
    const access::Decision& decision, const access::Request& request, const std::string& what
) {
    if (decision.rule == undeclared) {
        return Error{
            ErrorCode::denied,
            what +
                " waits for your declaration of confidentiality. Sign it first, with "
                "organisation.sign-confidentiality.",
            reason_data("declaration")
        };
    }
    switch (decision.denial) {
        case access::Denial::no_person:
            return Error{
                ErrorCode::unauthenticated, "Your login does not say who you are.",
                reason_data("claims")
            };
        case access::Denial::stronger_login: {
            const access::Assurance needed = request.actor.assurance < request.login_needed
                                                 ? request.login_needed
                                                 : access::Assurance::high;
            return Error{
                ErrorCode::unauthenticated,
                what + " needs a stronger login: log in at level " + std::string(to_text(needed)) +
                    ".",
                access::stronger_login_data(needed)
            };
        }
        case access::Denial::wrong_purpose:
            return Error{
                ErrorCode::denied,
                what + ": the purpose is missing or does not fit. Say what you do it for.",
                reason_data("purpose")
            };
        case access::Denial::forbidden:
        case access::Denial::emergency_possible:
        case access::Denial::none:
        case access::Denial::invisible:
            break;
    }
    return std::nullopt;
}

Error refusal(
    const access::Decision& decision, const access::Request& request, const std::string& method,
    const store::StreamId& stream
) {
    const std::string what = method + " on " + stream.text();
    if (auto refused = refusal_of_call(decision, request, what)) {
        return std::move(*refused);
    }
    if (decision.denial == access::Denial::forbidden) {
        return {
            ErrorCode::denied,
            what + " is not yours to do. Ask the coordinator, or the leader of your unit."
        };
    }
    if (decision.denial == access::Denial::emergency_possible) {
        return {
            ErrorCode::denied, what + " takes an emergency with a reason.",
            reason_data("break_glass")
        };
    }
    return not_visible(stream.text());
}

Error not_visible(std::string_view what) {
    return {ErrorCode::not_found, std::string(what) + " does not exist or is not visible to you."};
}

}  // namespace samvev::dispatch
