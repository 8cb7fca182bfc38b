#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/request.hpp"

namespace samvev::access {

// On the wire: never renumber. What the caller is told; `invisible` is told like "does not exist".
enum class Denial {
    none = 0,
    no_person = 40103,
    stronger_login = 40104,
    forbidden = 40301,
    wrong_purpose = 40302,
    emergency_possible = 40303,
    invisible = 40401,
};

// Groups of fields that a manifest marks; a redacted field is absent, not masked.
enum class FieldGroup { text, identifiers, address, contact, location };

// What the access log must hold, if anything; the stricter include the milder.
enum class LogDuty { none, read, search, audit, disclosure, emergency };

enum class Recipient { unit_leader, privacy_officer, subject };

struct Decision {
    bool allowed = false;
    std::string_view rule;  // stable id of the rule that decided, for logs and authz.explain
    Denial denial = Denial::invisible;
    std::vector<FieldGroup> redacted;  // ordered, each once
    LogDuty log = LogDuty::none;
    std::string basis;                // paragraph of a disclosure, or reason code of an emergency
    std::vector<Recipient> notified;  // once per grant, not per read: the door keeps count
    friend bool operator==(const Decision&, const Decision&) = default;
};

// Whether, and on what terms. Depends on its arguments alone and never fails: what no rule allows
// is denied. Item, list row, search result and event of one thing get one answer. [any thread]
[[nodiscard]] Decision decide(const Request& request, const Facts& facts, base::Timestamp now);

struct Considered {
    std::string_view rule;
    std::string_view source;  // paragraph or requirement
    bool decided = false;
};

struct Explanation {
    Decision decision;
    std::vector<Considered> considered;  // in order, up to the one that decided
};

// The same decision, with the rules that were asked before. Carries no content; for auditors.
[[nodiscard]] Explanation explain(const Request& request, const Facts& facts, base::Timestamp now);

}  // namespace samvev::access
