#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

namespace samvev::test {

// The seed of a random test: from SAMVEV_TEST_SEED, otherwise a new one; printed either way, so
// that a failure can be repeated.
[[nodiscard]] inline std::uint64_t random_seed(std::string_view test) {
    const char* const given = std::getenv("SAMVEV_TEST_SEED");
    const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
    std::cout << "seed " << test << ": SAMVEV_TEST_SEED=" << seed << std::endl;
    return seed;
}

// A number in [0, end).
[[nodiscard]] inline std::size_t below(std::mt19937_64& random, std::size_t end) {
    return static_cast<std::size_t>(random() % end);
}

}  // namespace samvev::test
