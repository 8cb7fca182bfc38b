#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "store/keys/context.hpp"
#include "store/keys/erasure_register.hpp"
#include "store/keys/key_ring.hpp"
#include "store/keys/key_rows.hpp"
#include "store/keys/master_key.hpp"
#include "store/keys/sealing_key.hpp"

namespace rocksdb {
class Env;
}

namespace samvev::store {

// The data keys of all streams, each wrapped by a master key, in a database of their own: to be
// kept in another backup domain than the log, and for a shorter time, because an erasure is
// complete only when the last copy of the key is gone.
//
// A new stream costs no sync: its key comes from a pool of synced keys, and is given to it by a
// write that is not synced. If the machine loses that write, the key lies without owner and the
// envelope that names it gives it back; new texts of the stream then get another key. A pool is
// never used after a restart, because an event may name any key in it; what is left of it at an
// orderly end is deleted.
//
// Erasing = fence (synced) → erasure register (synced) → keys deleted (synced) → their bytes gone
// from the files → destroyed. What was begun is finished when the store opens; what the register
// says is done again, so that a restored copy forgets what it should not know.
//
// Concurrency: [any thread]; erasing and rewrapping wait for each other, and let others through.
// Limitations: limits::data_keys_cached, key_pool, stream_keys_max.
class KeyStore {
public:
    KeyStore() = default;
    KeyStore(const KeyStore&) = delete;
    KeyStore& operator=(const KeyStore&) = delete;
    virtual ~KeyStore() = default;

    // The key that seals what is new; a stream without one gets one. Fails with gone when the
    // stream is erased, else with unavailable or corrupt.
    [[nodiscard]] virtual Result<SealingKeyPtr> key_to_seal(const KeyOwner& owner) = 0;
    // The key that an envelope names; null when the stream is erased. Fails with unavailable when
    // the key should be there and is not, with corrupt when it belongs to another stream.
    [[nodiscard]] virtual Result<SealingKeyPtr> key_to_open(
        const KeyOwner& owner, const KeyId& id
    ) = 0;
    // Fenced or destroyed. Never waits for a disk.
    [[nodiscard]] virtual bool is_closed(const KeyOwner& owner) const = 0;
    [[nodiscard]] virtual Result<StreamKeysRow> stream_keys(const KeyOwner& owner) const = 0;

    // New texts get a new key; old ones keep theirs.
    [[nodiscard]] virtual Result<std::monostate> renew(const KeyOwner& owner) = 0;
    // Legal hold: as long as it lasts, erasing is refused. Fails with gone when it is too late.
    [[nodiscard]] virtual Result<std::monostate> hold(
        const KeyOwner& owner, const std::string& basis, base::Timestamp at
    ) = 0;
    [[nodiscard]] virtual Result<std::monostate> release(const KeyOwner& owner) = 0;
    // Destroys every key of the stream; `erasure.keys` are those its envelopes name. Idempotent.
    // Fails with rejected (held), invalid_argument (basis), corrupt (a key is of another stream);
    // with unavailable it is begun, and finished by a repetition or the next opening.
    [[nodiscard]] virtual Result<std::monostate> erase(const Erasure& erasure) = 0;

    // Wraps up to `count` keys anew with the first master key; returns how many, and with 0 no
    // byte is left that was wrapped by another. Goes on where it was when the server fell.
    [[nodiscard]] virtual Result<std::size_t> rewrap(std::size_t count) = 0;
    // How many keys each master key still wraps: one with none may be destroyed.
    [[nodiscard]] virtual Result<std::map<MasterKeyId, std::size_t>> keys_per_master() const = 0;

    // Kept for ever: what was compressed with a dictionary needs it.
    [[nodiscard]] virtual Result<std::monostate> use_dictionary(
        std::string_view module, std::string_view dictionary
    ) = 0;
    [[nodiscard]] virtual const Dictionaries& dictionaries() const noexcept = 0;

    // What has been erased, oldest first.
    [[nodiscard]] virtual std::vector<Erasure> erasures() const = 0;
    // The erasure register, to be copied to another place; and what a copy knows more, applied.
    [[nodiscard]] virtual std::string register_text() const = 0;
    [[nodiscard]] virtual Result<std::monostate> extend_register(std::string_view copy) = 0;
};

struct KeyStoreOptions {
    std::string directory;            // created when missing, mode 0700
    std::string register_path;        // a file outside `directory` and its backups
    std::vector<MasterKey*> masters;  // the first wraps what is new; all outlive the store
    RandomSource* random = nullptr;   // outlives the store
    std::size_t pool = limits::key_pool;
    // read_only works beside a running server: opens what was there when it was opened, and every
    // change fails with read_only.
    KeyFilesMode mode = KeyFilesMode::write;
    // Makes keys ahead, so that a new stream never waits for a sync; stopped before the store is
    // destroyed. Not an inline one. Null: whoever finds the pool empty fills it.
    base::Executor* executor = nullptr;
    rocksdb::Env* env = nullptr;  // The files, or null for the system's. For tests; outlives it.
    // Called between the steps of an erasure or rewrapping with the step's name. For crash tests.
    std::function<void(std::string_view step)> at_step;
};

// Opens or creates it, finishes erasures and applies the register. Fails with unavailable (locked,
// or a master key is missing: named), corrupt (also when the register is shorter than what has been
// applied), invalid_argument (written by a newer format), for reading only not_found.
[[nodiscard]] Result<std::unique_ptr<KeyStore>> open_key_store(const KeyStoreOptions& options);

}  // namespace samvev::store
