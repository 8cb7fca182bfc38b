#pragma once

namespace samvev::base {

// From now on this thread runs when those that somebody waits for leave it room, and gets a quarter
// of a busy core at least (nice 5 more). For what may fall behind for a while: views, indexes.
// Cannot be taken back. A system that refuses changes nothing.
void lower_priority_of_this_thread() noexcept;

// When this thread wakes up it is given a core at once, taken from one that computes, instead of
// after that one's slice (about 5 ms on two cores): for threads that do a little for everybody who
// waits, then sleep. In return its own slices are short. Linux 6.12 and later; before, nothing
// changes.
void prefer_this_thread_on_wake() noexcept;

}  // namespace samvev::base
