#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/token_verifier.hpp"
#include "base/result.hpp"
#include "wire/frame.hpp"
#include "wire/server_state.hpp"

namespace samvev::wire {

// What session.authenticate and rpc.login bring, or an HTTP request.
struct Credentials {
    // Where they came in: what a proof of possession must name. In a session it is that of the
    // handshake, GET /ws/v1.
    enum class Door { socket, post };
    std::string token;
    std::string purpose;  // or empty
    std::string proof{};  // of possession of the token's key (DPoP), or empty
    Door door = Door::socket;
};

// {"token":…,"purpose"?:…,"dpop"?:…,"meta"?:{…}}. Fails with invalid_argument, also for members
// that are not understood: "representing" ignored would be a wrong identity.
[[nodiscard]] Result<Credentials> read_authenticate_params(const FrameEntry& entry);
// {"token":…}, [{"token":…}] or ["…"], as users of rpc-websockets write it.
[[nodiscard]] Result<Credentials> read_login_params(const FrameEntry& entry);

// Verifies at this door; refusals are counted and logged with `remote`, without the token. Fails
// with unauthenticated. [any thread]
[[nodiscard]] Result<std::shared_ptr<const access::VerifiedActor>> admit(
    ServerState& state, const Credentials& credentials, std::string_view remote
);

// Why a user with as many sessions as one may have gets no further one.
[[nodiscard]] Error too_many_sessions();

// The same person or service of the same tenant by the same login name at the same issuer, for the
// same other one or for none, whatever the roles.
[[nodiscard]] bool is_same_principal(
    const access::VerifiedActor& left, const access::VerifiedActor& right
) noexcept;
// The result of session.authenticate.
[[nodiscard]] std::string principal_json(const access::Actor& actor);

}  // namespace samvev::wire
