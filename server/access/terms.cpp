#include "access/terms.hpp"

#include <algorithm>
#include <span>

#include "access/reach.hpp"

namespace samvev::access {

namespace {

using enum FieldGroup;

void redact(Decision& decision, std::initializer_list<FieldGroup> fields) {
    for (const FieldGroup field : fields) {
        const auto place = std::ranges::lower_bound(decision.redacted, field);
        if (place == decision.redacted.end() || *place != field) {
            decision.redacted.insert(place, field);
        }
    }
}

// Strict: nobody but the protection office. Confidential: public bodies with need, so the team of
// the municipality, and the address itself only for a visit. Client: not the family (X5).
void hide_places(const Situation& s, Decision& decision) {
    const Protection level = guards_addresses(s) ? Protection::none : protection_of_others(s);
    const bool inside = std::ranges::any_of(s.seats, [&](const Seat& seat) {
        const UnitFacts* unit = s.facts.units.find(seat.unit);
        return seat.rank >= Seat::Rank::member && unit != nullptr && !unit->external;
    });
    const bool visits = s.who.purpose == "visit" && holds_role(s, "address-reader");
    if (level == Protection::strictly_confidential || (level != Protection::none && !inside)) {
        redact(decision, {address, contact, location});
    } else if (level == Protection::confidential && !visits) {
        redact(decision, {address});
    }
}

void record(const Situation& s, Decision& decision) {
    if (decision.log == LogDuty::disclosure) {
        const Release* release = find_release(s, Release::Ground::statute);
        decision.basis = release == nullptr ? std::string() : release->paragraph;
    } else if (decision.log == LogDuty::emergency) {
        const EmergencyGrant* grant = find_emergency(s);
        decision.basis = grant == nullptr ? std::string() : grant->reason_code;
        decision.notified = {
            Recipient::unit_leader, Recipient::privacy_officer, Recipient::subject
        };
    } else if (decision.log == LogDuty::read && s.writes()) {
        decision.log = LogDuty::none;  // The event that comes of it says who and when.
    }
}

}  // namespace

Decision on_terms(const Situation& s, Decision decision) {
    if (!decision.allowed) {
        return decision;
    }
    const bool sensitive =
        is_health(s.item().topic) || s.item().confidentiality >= Confidentiality::restricted;
    // Their own words are nobody's secret from who writes them, also where they cannot read.
    const bool own_words = s.writes() && s.request.login_needed <= Assurance::low;
    if (s.is_person() && s.is(Resource::Kind::item) && sensitive && !own_words &&
        s.request.actor.assurance < Assurance::high) {
        Decision weak;
        weak.rule = "login.high-for-content";
        weak.denial = Denial::stronger_login;
        return weak;
    }
    hide_places(s, decision);
    record(s, decision);
    return decision;
}

}  // namespace samvev::access
