#include "access/token_identity.hpp"

namespace samvev::access {

bool EndedLogin::covers(const TokenIdentity& token) const noexcept {
    if (token.issuer != issuer) {
        return false;
    }
    if (!session_id.empty()) {
        return token.session_id == session_id;
    }
    return !subject.empty() && token.subject == subject && token.issued_at <= at;
}

}  // namespace samvev::access
