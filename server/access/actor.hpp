#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/assurance.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"

namespace samvev::access {

// Who is calling, as proven by a verified token or set by the server for itself.
struct Actor {
    enum class Kind { staff, person, service, system };
    Kind kind = Kind::staff;
    std::uint32_t tenant = 0;
    std::string id;                         // UUID text (staff, person), service name or module id
    std::vector<std::string> roles;         // e.g. "coordinator"; "system:timer" for the server
    std::string unit;                       // UUID text of the unit acted for, or empty
    std::string on_behalf_of;               // actor text, or empty
    std::string purpose;                    // "coordination", …
    Assurance assurance = Assurance::none;  // of the login; programs and the server: high
    base::Timestamp expires_at{};           // of the token; ignored for system
    // Who was let in by an invitation, without eID: by which, and to which case alone (UUID texts).
    std::string invitation{};
    std::string invited_to{};

    // "staff/<uuid>", "person/<uuid>", "service/<name>", "system/<module>".
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool has_role(std::string_view role) const noexcept;
    // Whether one of `allowed` is held; an empty list allows every actor of the tenant.
    [[nodiscard]] bool has_any_role(const std::vector<std::string>& allowed) const noexcept;
};

// Whether a service may be called that: [a-z0-9-], at most 64 bytes.
[[nodiscard]] bool is_service_name(std::string_view text) noexcept;
// Whether a token or a setting may give that role. "system:…" is what the server is when it acts
// for a module, and nobody else.
[[nodiscard]] bool is_role_name(std::string_view text) noexcept;

// "staff", "person", "service", "system".
[[nodiscard]] std::string_view to_text(Actor::Kind kind) noexcept;

// The server acting for a module: role "system:timer" or "system:reaction".
[[nodiscard]] Actor system_actor(
    std::uint32_t tenant, std::string_view module, std::string_view role
);

}  // namespace samvev::access
