#include "base/result.hpp"

namespace samvev::base {

std::string_view to_text(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::invalid_argument:
            return "invalid_argument";
        case ErrorCode::unauthenticated:
            return "unauthenticated";
        case ErrorCode::denied:
            return "denied";
        case ErrorCode::not_found:
            return "not_found";
        case ErrorCode::revision_conflict:
            return "revision_conflict";
        case ErrorCode::idempotency_mismatch:
            return "idempotency_mismatch";
        case ErrorCode::duplicate:
            return "duplicate";
        case ErrorCode::rejected:
            return "rejected";
        case ErrorCode::claim_taken:
            return "claim_taken";
        case ErrorCode::busy:
            return "busy";
        case ErrorCode::gone:
            return "gone";
        case ErrorCode::too_large:
            return "too_large";
        case ErrorCode::overloaded:
            return "overloaded";
        case ErrorCode::read_only:
            return "read_only";
        case ErrorCode::unavailable:
            return "unavailable";
        case ErrorCode::unsupported:
            return "unsupported";
        case ErrorCode::cancelled:
            return "cancelled";
        case ErrorCode::outcome_unknown:
            return "outcome_unknown";
        case ErrorCode::corrupt:
            return "corrupt";
        case ErrorCode::module_fault:
            return "module_fault";
        case ErrorCode::internal:
            return "internal";
    }
    return "internal";
}

}  // namespace samvev::base
