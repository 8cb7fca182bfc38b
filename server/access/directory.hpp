#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/issuer.hpp"
#include "access/principal.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"

namespace samvev::access {

struct StaffMember {
    base::Uuid id;
    std::vector<std::string> roles;  // in that unit
    std::string unit;                // UUID text of the unit worked for, or empty
};

// What somebody is, in private, to the cases here; several at once are possible.
struct Citizen {
    base::Uuid id;            // of the person's stream
    bool is_child = false;    // some case is about them
    bool represents = false;  // a guardian, or somebody's proxy
    bool is_trusted = false;  // takes part in somebody's case
};

// Who the issuers' principals are here. Absent means: nobody here, and the token is refused.
// [any thread]; answers from memory, because an io thread waits. Fails with unavailable while what
// it answers from is not loaded, and with corrupt when it cannot be read.
class Directory {
public:
    Directory() = default;
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    virtual ~Directory() = default;

    // By pid; a principal without one is nobody. `unit` (UUID text) is the one they ask to act for;
    // empty: the home unit, or the only one. Fails with unauthenticated, data.reason "unit", when
    // they do not work for that one, or work for several of which none is home (data.units).
    [[nodiscard]] virtual Result<std::optional<StaffMember>> find_staff(
        std::uint32_t tenant, const Principal& principal, std::string_view unit
    ) const = 0;
    // Likewise, as a private person.
    [[nodiscard]] virtual Result<std::optional<Citizen>> find_person(
        std::uint32_t tenant, const Principal& principal
    ) const = 0;
    // By issuer, consumer and supplier; both must be those of the account.
    [[nodiscard]] virtual Result<std::optional<ServiceAccount>> find_service(
        const Principal& principal
    ) const = 0;
};

// The service accounts that the issuers' settings name; it knows neither staff nor persons.
[[nodiscard]] std::unique_ptr<Directory> make_configured_directory(
    const std::vector<IssuerSettings>& issuers
);

}  // namespace samvev::access
