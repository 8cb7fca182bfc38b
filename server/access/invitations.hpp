#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "access/token_verifier.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

// What stands as issuer of who was let in by an invitation; its session is the invitation.
inline constexpr std::string_view invitation_issuer = "samvev-invitation";

// Children without eID, and relatives: a coordinator invites them, they type a code, and from then
// on their device is known, for one case, at a low level of login. Who is let in, and until when,
// the history says; so a device outlives a restart, and is shut out by the event that ends it.
// [any thread]
class Invitations {
public:
    Invitations() = default;
    Invitations(const Invitations&) = delete;
    Invitations& operator=(const Invitations&) = delete;
    virtual ~Invitations() = default;

    struct Device {
        std::string cookie;         // what the device has from now on
        base::Timestamp ends_at{};  // when it is worth nothing at the latest
    };
    using Completion = std::function<void(Result<Device>)>;
    // Runs `done` once, on another thread, when the redemption is durable. Fails with
    // unauthenticated, data.reason "code", for each code that lets nobody in, whatever was wrong
    // with it; overloaded, unavailable, read_only.
    virtual void redeem(std::string code, Completion done) = 0;

    // By its form alone.
    [[nodiscard]] virtual bool is_device(std::string_view cookie) const = 0;
    // Who has it, now. Fails with unauthenticated, data.reason "expired", and unavailable.
    [[nodiscard]] virtual Result<VerifiedActor> use(
        std::string_view cookie, const Capacity& capacity
    ) const = 0;
    // Whoever has it signs out, for ever. Runs `done` once, on any thread, when that is durable.
    using Ended = std::function<void(Result<void>)>;
    virtual void end(std::string_view cookie, Ended done) = 0;
};

}  // namespace samvev::access
