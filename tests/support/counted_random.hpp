#pragma once

#include <atomic>
#include <cstdint>

#include "store/keys/random_source.hpp"

namespace samvev::test {

// Bytes that are never the same twice in one test, and the same in each run.
class CountedRandom final : public store::RandomSource {
public:
    void fill(std::span<std::uint8_t> out) override {
        const std::uint64_t number = next_.fetch_add(1);
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = static_cast<std::uint8_t>(i < 8 ? number >> (8 * i) : number * 31 + i);
        }
    }

private:
    std::atomic<std::uint64_t> next_{1};
};

}  // namespace samvev::test
