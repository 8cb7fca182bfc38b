#pragma once

#include "access/facts_fold.hpp"
#include "access/payload.hpp"

namespace samvev::access {

// Folds an event of a stream `case/<id>` into `facts`; is_case_fact(event.type) holds.
void fold_case(Facts& facts, const FactEvent& event, const Payload& data);

// Whether fold_case reads the payload of that type.
[[nodiscard]] bool is_case_fact(std::string_view type) noexcept;

}  // namespace samvev::access
