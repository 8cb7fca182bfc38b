#pragma once

#include <cstdint>
#include <span>

namespace samvev::store {

// Where keys and nonces come from. A parameter, so that golden tests can repeat them.
class RandomSource {
public:
    RandomSource() = default;
    RandomSource(const RandomSource&) = delete;
    RandomSource& operator=(const RandomSource&) = delete;
    virtual ~RandomSource() = default;

    virtual void fill(std::span<std::uint8_t> out) = 0;  // [any thread]
};

// OpenSSL's generator for private values. Ends the process when the system has no randomness.
class SystemRandom final : public RandomSource {
public:
    void fill(std::span<std::uint8_t> out) override;
};

}  // namespace samvev::store
