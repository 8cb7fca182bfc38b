#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/issuer.hpp"
#include "access/principal.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"

namespace samvev::access {

struct StaffMember {
    base::Uuid id;
    std::vector<std::string> roles;
    std::string unit;  // UUID text of the unit worked for, or empty
};

// Who the issuers' principals are here. Absent means: nobody here, and the token is refused.
// [any thread]; answers from memory, because an io thread waits. Fails with unavailable while what
// it answers from is not loaded.
class Directory {
public:
    Directory() = default;
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    virtual ~Directory() = default;

    // By pid, or by issuer and subject when the token has none.
    [[nodiscard]] virtual Result<std::optional<StaffMember>> find_staff(
        std::uint32_t tenant, const Principal& principal
    ) const = 0;
    // Likewise; the id of the person's stream.
    [[nodiscard]] virtual Result<std::optional<base::Uuid>> find_person(
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
