#include "store/keys/random_source.hpp"

#include <openssl/rand.h>

#include "base/assert.hpp"

namespace samvev::store {

void SystemRandom::fill(std::span<std::uint8_t> out) {
    const int ok = RAND_priv_bytes(out.data(), static_cast<int>(out.size()));
    SAMVEV_ASSERT(ok == 1);
}

}  // namespace samvev::store
