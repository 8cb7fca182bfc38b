#pragma once

#include <string_view>

#include "access/situation.hpp"

// How far an item reaches: questions that the rules ask of it, each about one side of the table.
namespace samvev::access {

// --- what it is -------------------------------------------------------------------------------
// What everybody at the table shares; any other topic needs its own service, or a release.
[[nodiscard]] bool is_frame(std::string_view topic) noexcept;
[[nodiscard]] bool is_health(std::string_view topic) noexcept;
[[nodiscard]] bool is_strict(const Situation& s) noexcept;
[[nodiscard]] bool is_case_item(const Situation& s) noexcept;
[[nodiscard]] bool is_identity_item(const Situation& s) noexcept;  // of a person's own stream
// Neither addressed to some nor withheld from any.
[[nodiscard]] bool is_unaddressed(const Situation& s) noexcept;
// Addressed to nobody in particular, or to the caller or a unit of theirs.
[[nodiscard]] bool is_addressed_to(const Situation& s);
// Asks about a case or a person, known here or not.
[[nodiscard]] bool names_somebody(const Situation& s) noexcept;
// The case or person itself, and not to change it.
[[nodiscard]] bool reads_about(const Situation& s) noexcept;
[[nodiscard]] bool is_older(const Situation& s, int years) noexcept;  // no when the age is unknown
[[nodiscard]] bool searches_person(const Situation& s) noexcept;
[[nodiscard]] bool creates(const Situation& s) noexcept;  // a case or person nobody has heard of

// --- citizens ---------------------------------------------------------------------------------
[[nodiscard]] bool is_withheld_from(const Situation& s, std::string_view id);
// No service's own notes, nothing addressed to others, and when writing only what citizens write.
[[nodiscard]] bool reaches_citizen(const Situation& s);
// Who may keep something from somebody, or shut somebody out: the child from 12; until it is 16 its
// parents too, unless child welfare has taken over the care (pbrl §§ 3-4, 4-3, 5-3).
[[nodiscard]] bool may_decide_access(const Situation& s);
// Who may give or take back a consent for the item's topics: the child at 18; health at 16; school
// and child welfare at 15; before that the parents, or child welfare that has taken over the care.
[[nodiscard]] bool may_consent(const Situation& s);

// --- staff ------------------------------------------------------------------------------------
// Addressed to that seat, and not withheld from its service.
[[nodiscard]] bool reaches(const Situation& s, const Seat& seat);
// What the table shares; of the child's own stream everything, to be changed by who coordinates.
[[nodiscard]] bool reaches_table(const Situation& s);
[[nodiscard]] bool reaches_own_service(const Situation& s);
// The release under which one of the seats may be told, if that is why. To be told: never to write.
[[nodiscard]] const Release* find_release(const Situation& s, Release::Ground ground);
[[nodiscard]] bool sits(const Situation& s);         // as member or coordinator
[[nodiscard]] bool coordinates(const Situation& s);  // or answers for it at level 0
// Child welfare that has taken over the care, until the child is 18.
[[nodiscard]] bool holds_care(const Situation& s);
// The case, its persons and its coordination, of which nothing but metadata may be shown.
[[nodiscard]] bool shows_metadata(const Situation& s);
[[nodiscard]] bool in_directory(const Situation& s);
// Asked to answer something in the case: invited or taking part, in person or in service.
[[nodiscard]] bool is_asked_to_answer(const Situation& s);
// Of a module's own, about no case, person or unit.
[[nodiscard]] bool is_about_nobody(const Situation& s);
[[nodiscard]] bool is_asked(const Situation& s);  // in a consultation: its unit or one it is put to

}  // namespace samvev::access
