#pragma once

#include "access/actor.hpp"
#include "access/directory.hpp"
#include "access/issuer.hpp"
#include "access/principal.hpp"
#include "access/token_identity.hpp"
#include "access/token_verifier.hpp"
#include "base/result.hpp"

namespace samvev::access {

// Who an issuer's principal is here: the tenant by the organisation in the token, the rest by the
// directory. A program's actor is service/<name>; acting for its consumer by delegation, it is on
// behalf of organisation/<number>. What kind of people an issuer speaks for, its profile says: who
// is both staff and somebody's parent is one or the other, by the token (fvl § 6).
//
// Fails as TokenVerifier::verify: "tenant", "unknown", "claims" (no pid), "unit"; denied. [any
// thread]
[[nodiscard]] Result<VerifiedActor> find_actor(
    const IssuerSettings& issuer, const Principal& principal, const Capacity& capacity,
    const Directory& directory
);
// The actor that a citizen is, without tenant and level of login.
[[nodiscard]] Actor actor_of(const Citizen& citizen, const Capacity& capacity);
[[nodiscard]] TokenIdentity identity_of(const Principal& principal);

}  // namespace samvev::access
