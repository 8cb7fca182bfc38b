#pragma once

#include <string>
#include <string_view>
#include <vector>

// One parser that meets bytes from outside. Each file <name>_fuzz.cpp implements both functions;
// mutate_main.cpp (ctest) or libfuzzer_main.cpp (preset fuzz) calls them.
namespace samvev::fuzz {

// Inputs that are right, or nearly: what mutations start from.
[[nodiscard]] std::vector<std::string> seeds();

// Hands `input` to the parser, and asserts what it promises of whatever it accepts. `input` lies in
// a buffer of just its size.
void try_input(std::string_view input);

}  // namespace samvev::fuzz
