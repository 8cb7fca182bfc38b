#pragma once

#include <memory>

#include "store/keys/key_store.hpp"
#include "store/payload_seal.hpp"

namespace samvev::store {

// Seals with the keys of a key store. `keys` and `random` outlive it.
//
// Stored: never change.
//   sealed data of timers, snapshots and what is derived =
//       u8 1, text key id, 32 commitment, sealed (sealing_key.hpp)
[[nodiscard]] std::unique_ptr<PayloadSeal> make_payload_seal(KeyStore& keys, RandomSource& random);

// Erases a stream of `log` (sealed or not): the keys that the store knows of and those that the
// envelopes name. Fails as KeyStore::erase. What is derived from the stream (views, indexes,
// snapshots, caches) is the caller's.
[[nodiscard]] Result<std::monostate> erase_stream(
    const EventLog& log, KeyStore& keys, const Erasure& erasure
);

}  // namespace samvev::store
