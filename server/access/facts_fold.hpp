#pragma once

#include <memory>
#include <string_view>

#include "access/facts.hpp"
#include "base/result.hpp"

namespace samvev::access {

// A recorded event, as neutral as access needs it. Views are read during fold() only.
struct FactEvent {
    std::string_view type;
    std::string_view stream_kind;
    std::string_view stream_id;  // UUID text
    std::string_view entity;     // UUID text, or empty
    base::Timestamp recorded_at{};
    std::string_view actor;    // "staff/<uuid>" …
    std::string_view payload;  // JSON object, unsealed; empty when it was taken out
};

// Keeps one tenant's facts: the synchronous view. Events come in the order of their positions.
// Concurrency: one owner (the committer's listener) folds; whoever holds a snapshot reads on.
//
// Reads these events and members (and no other event changes a fact):
//   organisation.unit-registered       parentId external leaderId
//   organisation.unit-reorganised      parentId
//   organisation.unit-closed           closesOn (absent: at once)
//   organisation.leader-appointed      leaderId
//   organisation.unit-hidden, organisation.unit-shown
//   organisation.staff-registered      unitId personId
//   organisation.staff-linked-to-person   personId (absent: no change)
//   organisation.staff-role-assigned   role unitId from until; entity: the assignment
//   organisation.staff-role-ended      endsOn (absent: at once); entity
//   organisation.staff-role-lapsed     entity
//   organisation.confidentiality-declaration-signed
//   organisation.substitute-set        substituteId from until
//   person.person-registered, person.unborn-child-registered   birthDate; by whom
//   person.child-born                  birthDate
//   person.death-recorded
//   person.address-protection-set      level (absent or unknown: the strictest)
//   person.guardian-recorded, person.guardian-ended                       from until; entity
//   person.contact-restricted, person.contact-restriction-lifted          from until; entity
//   person.proxy-given, person.proxy-ended                                topics from until; entity
//   person.care-taken-over             unitId
//   person.care-ended
//   consultation.asked                 unitId askedUnitIds
//   case.concern-raised                personId concernOwnerId concernUnitId
//   case.concern-owner-assigned        concernOwnerId concernUnitId
//   case.case-opened, case.case-reopened, case.level-set
//                                      level personId concernOwnerId concernUnitId coordinatorId
//                                      coordinatorUnitId coordinatingUnitId
//   case.person-identified             personId
//   case.level-overdue                 toId unitId
//   case.case-closed
//   case.case-linked                   linkedCaseId
//   case.coordinator-appointed         coordinatorId coordinatorUnitId
//   case.coordinating-service-assigned coordinatingUnitId
//   case.handover-offered              toId toUnitId
//   case.handover-escalated            toId unitId
//   case.handover-accepted, case.handover-decided   coordinatorId coordinatorUnitId
//   case.handover-rejected, case.handover-withdrawn
//   case.participant-invited           staffId unitId personId topics from until; entity
//   case.invitation-accepted           staffId unitId personId topics; entity
//   case.invitation-declined, case.participation-ended   entity
//   case.scope-changed                 topics; entity
//   case.participation-extended        until; entity
//   case.guest-added                   personId until; entity
//   case.consent-granted               topics recipientUnitIds sourceUnitIds excludedTopics
//                                      excludedUnitIds from until; entity
//   case.consent-withdrawn             entity
//   case.statutory-basis-recorded      topics unitIds until paragraph; entity
//   privacy.item-withheld              itemId withheldFrom; entity: the withholding
//   privacy.item-released              entity
//   privacy.access-blocked, privacy.access-unblocked                      staffId or unitId; until
//   invitation.invited                 personId locator codeDigest redeemBy endsAt (times); entity
//   invitation.redeemed                deviceDigest; entity
//   invitation.withdrawn, invitation.expired, invitation.locked, invitation.signed-out     entity
//   break-glass.started                staffId unitId reasonCode until (a time); entity: the grant
//   break-glass.ended, break-glass.reviewed                               reviewerId; entity
//
// Facts::services has no event yet (organisation.service-granted / service-revoked).
// Facts::declaration_required comes from the server's settings; the roles auditor and
// privacy-officer from the token.
class FactsFold {
public:
    explicit FactsFold(Facts start);
    ~FactsFold();
    FactsFold(const FactsFold&) = delete;
    FactsFold& operator=(const FactsFold&) = delete;

    // Whether an event of that type changes facts: decidable before it is recorded. [any thread]
    [[nodiscard]] static bool is_fact(std::string_view stream_kind, std::string_view type) noexcept;

    // Whether `event` changed a fact. Fails with corrupt when the payload of an event listed above
    // is no JSON object: the tenant must then serve nothing, for what was lost may have ended
    // somebody's access. A payload that was taken out (empty) gives what it gave to nobody.
    [[nodiscard]] Result<bool> fold(const FactEvent& event);

    // The facts as they are now; later events do not change what was handed out.
    [[nodiscard]] const Facts& facts() const noexcept { return facts_; }

private:
    struct Parser;
    Facts facts_;
    std::unique_ptr<Parser> parser_;
};

// Whether an event of that type ends an invitation.
[[nodiscard]] bool ends_invitation(std::string_view type) noexcept;

}  // namespace samvev::access
