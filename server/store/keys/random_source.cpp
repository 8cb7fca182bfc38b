#include "store/keys/random_source.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace samvev::store {

namespace {

// Asking OpenSSL takes longer than sealing a short text; names and nonces, which are no secrets,
// are drawn many at a time.
constexpr std::size_t short_bytes_max = 16;
constexpr std::size_t drawn_bytes = 1024;

void draw(std::span<std::uint8_t> out) {
    const int ok = RAND_priv_bytes(out.data(), static_cast<int>(out.size()));
    SAMVEV_ASSERT(ok == 1);
}

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
    if (out.size() > short_bytes_max) {
        draw(out);
        return;
    }
    thread_local std::array<std::uint8_t, drawn_bytes> drawn;
    thread_local std::size_t left = 0;
    if (left < out.size()) {
        draw(drawn);
        left = drawn.size();
    }
    const auto from = drawn.end() - static_cast<std::ptrdiff_t>(left);
    std::copy_n(from, out.size(), out.begin());
    left -= out.size();
}

}  // namespace samvev::store
