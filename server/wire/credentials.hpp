#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/token_verifier.hpp"
#include "base/result.hpp"
#include "wire/frame.hpp"
#include "wire/server_state.hpp"
#include "wire/upgrade.hpp"

namespace samvev::wire {

// What session.authenticate and rpc.login bring, or an HTTP request.
struct Credentials {
    // Where they came in: what a proof of possession must name. In a session it is that of the
    // handshake, GET /ws/v1.
    enum class Door { socket, post };
    std::string token;
    std::string purpose{};  // or empty, like the next two: access::Capacity
    std::string unit{};
    std::string representing{};
    std::string proof{};  // of possession of the token's key (DPoP), or empty
    Door door = Door::socket;
};

// {"token":…,"purpose"?:…,"unit"?:…,"representing"?:…,"dpop"?:…,"meta"?:{…}}. Fails with
// invalid_argument, also for members that are not understood: one ignored would be a wrong
// identity.
[[nodiscard]] Result<Credentials> read_authenticate_params(const FrameEntry& entry);
// {"token":…}, [{"token":…}] or ["…"], as users of rpc-websockets write it.
[[nodiscard]] Result<Credentials> read_login_params(const FrameEntry& entry);

// What a program that can set headers asks to be: Samvev-Purpose, Samvev-Unit, Samvev-Representing.
// Fails with invalid_argument for one that is there twice or too long.
[[nodiscard]] Result<void> read_capacity_headers(
    const HttpHeader& header, Credentials& credentials
);

[[nodiscard]] access::Capacity capacity_of(const Credentials& credentials) noexcept;

// Verifies at this door; refusals are counted and logged with `remote`, without the token. Fails
// as TokenVerifier::verify. [any thread]
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
