#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/facts.hpp"

namespace samvev::dispatch {

// Facts of access as text, to be kept over a start: members in the order in which
// `access/facts.hpp` declares them, in arrays. Stored: a change of that order, or of what a fact is
// folded from, takes another facts_format; rows of another format are folded again from the log.
inline constexpr std::uint8_t facts_format = 2;

// T: UnitFacts, StaffFacts, CaseFacts, PersonFacts, ServiceFacts, ConsultationFacts, Ids.
template <typename T>
[[nodiscard]] std::string facts_text(const T& facts);
// Absent when `text` was none.
template <typename T>
[[nodiscard]] std::optional<T> read_facts(std::string_view text);

}  // namespace samvev::dispatch
