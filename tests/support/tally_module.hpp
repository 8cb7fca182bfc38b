#pragma once

#include <memory>

#include "modules/module.hpp"

namespace samvev::test {

// A small module for tests of the machinery: a `tally` counts up to its limit.
//   tally.open {name, limit}   creates; claims tally.name
//   tally.add {by, itemId?}    rejects tally.too-much, tally.closed (both when both hold); by 0 is
//   a no-op tally.add-as-other {otherId}  adds as much as the other tally holds (reads it)
//   tally.close {inSeconds?}   closes now, or by timer through tally.expire (which only
//   the server may send); releases the name
//   tally.close-other {otherId}: emits tally.close-asked, to which the module reacts with
//   tally.close
// View tally.sum (stream; index byName ["/name"]), tally.items (entity; index byTally
// ["/tally","/by"]).
[[nodiscard]] std::unique_ptr<modules::Module> make_tally_module();

}  // namespace samvev::test
