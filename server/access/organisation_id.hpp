#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace samvev::access {

// A Norwegian organisation as tokens name it. Grammar (two to four elements, parsed and never cut
// out by position):
//   ("0192" | "9908") ":" number [":" unit]          ISO 6523, "0192:991825827"
//   "NO" ":" "ORGNR" ":" number [":" unit]           HelseID
//   number                                           HelseID's orgnr claims, configuration
// number and unit have nine digits, the last of which checks the others (modulus 11).
struct OrganisationId {
    std::string number;  // the legal entity
    std::string unit;    // a part of it, or empty
    friend bool operator==(const OrganisationId&, const OrganisationId&) = default;
};

// Absent when malformed.
[[nodiscard]] std::optional<OrganisationId> parse_organisation_id(std::string_view text);

}  // namespace samvev::access
