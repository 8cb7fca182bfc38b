#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/strong_id.hpp"
#include "store/keys/dictionary.hpp"
#include "store/keys/random_source.hpp"
#include "store/keys/secret.hpp"

namespace samvev::store {

// Names a data key: 22 characters, random. Stands in the envelope of what is sealed under it.
using KeyId = base::StrongId<struct DataKeyTag, std::string>;
inline constexpr std::size_t key_id_bytes = 22;

// A data key, ready to be used: the key that seals, and the commitment that stands beside what is
// sealed. AES-GCM alone would let somebody who holds two keys make bytes that open to one text
// under the one and to another under the other; the commitment says which key was meant.
//
// Stored: never change; a new form gets a new format number.
//   sealed     = u8 1, u8 encoding, u64 dictionary (0: none), 12 nonce, ciphertext, 16 tag
//   encoding   = 0 the text as it is, 1 the text compressed with zstd
//   associated = u8 1, u8 encoding, u64 dictionary, text key id, context (context.hpp)
//   seal key   = HKDF-SHA-256(data key, "samvev seal 1")
//   commitment = HKDF-SHA-256(data key, "samvev commitment 1" text key id)
// The nonce is random and not derived from a revision: a commit may be decided and sealed again.
//
// Concurrency: [any thread].
// Limitations: 2^32 texts a key (random nonces of 96 bits); no stream comes near. The length of a
// text shows, and what compression made of it.
class SealingKey {
public:
    SealingKey(KeyId id, const Secret& data_key);

    [[nodiscard]] const KeyId& id() const noexcept { return id_; }
    [[nodiscard]] const base::Digest& commitment() const noexcept { return commitment_; }

    // Compresses with the dictionary of `module`, then seals.
    [[nodiscard]] std::string seal(
        std::string_view context, std::string_view module, std::string_view text,
        const Dictionaries& dictionaries, RandomSource& random
    ) const;
    // Fails with corrupt when key, context or a bit is another, with unavailable when the
    // dictionary is missing, with unsupported when a newer format wrote it.
    [[nodiscard]] Result<std::string> open(
        std::string_view context, std::string_view sealed, std::string_view commitment,
        const Dictionaries& dictionaries
    ) const;

private:
    KeyId id_;
    Secret seal_key_;
    base::Digest commitment_{};
};

// Bytes that sealing adds to a text at most.
inline constexpr std::size_t sealed_overhead_bytes = 1 + 1 + 8 + 12 + 16;
// The same where no envelope holds key id and commitment (stream_seal.hpp).
inline constexpr std::size_t sealed_data_overhead_bytes =
    1 + 1 + key_id_bytes + 32 + sealed_overhead_bytes;

}  // namespace samvev::store
