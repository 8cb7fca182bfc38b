#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/executor.hpp"
#include "base/result.hpp"
#include "store/keys/erasure_register.hpp"
#include "store/keys/key_table.hpp"
#include "store/keys/random_source.hpp"
#include "store/keys/sealing_key.hpp"

namespace samvev::store {

// Shared, because a key may be dropped while a thread opens a text with it; wiped with its last
// user.
using SealingKeyPtr = std::shared_ptr<const SealingKey>;

// What a key store holds in memory: keys ready to be used, those made ahead, and which streams are
// closed. Gives keys to streams.
// Concurrency: [any thread]. Looking at what is closed never waits for a disk.
class KeyRing {
public:
    // All outlive it; `masters` are those of the key store. With an executor the next pool is made
    // there, when half of this one is used.
    KeyRing(
        KeyTable& table, std::vector<MasterKey*> masters, RandomSource& random, std::size_t pool,
        base::Executor* executor
    );
    KeyRing(const KeyRing&) = delete;
    KeyRing& operator=(const KeyRing&) = delete;
    // What nobody was given is deleted: no envelope names it.
    ~KeyRing();

    // As KeyStore.
    [[nodiscard]] Result<SealingKeyPtr> key_to_seal(const KeyOwner& owner);
    [[nodiscard]] Result<SealingKeyPtr> key_to_open(const KeyOwner& owner, const KeyId& id);
    [[nodiscard]] Result<std::monostate> renew(const KeyOwner& owner);
    [[nodiscard]] bool is_closed(const KeyOwner& owner) const;
    [[nodiscard]] Result<const MasterKey*> master(const MasterKeyId& id) const;

    // Durable when it returns.
    [[nodiscard]] Result<std::monostate> fill_pool();
    void close(const KeyOwner& owner);
    // Durable when it returns; from then on nothing of the stream is sealed or opened. Adds the
    // keys that the store knows of to `erasure`.
    [[nodiscard]] Result<std::monostate> fence(Erasure& erasure);
    // Not of a stream that is closed: gone.
    [[nodiscard]] Result<std::monostate> change_state(
        const KeyOwner& owner, const StreamKeysRow& state
    );
    // Durable when it returns.
    [[nodiscard]] Result<std::monostate> wrap_anew(const std::vector<KeyId>& ids);

private:
    struct CachedKey {
        KeyOwner owner;
        SealingKeyPtr key;
    };

    // mutex_ is held by the caller of these.
    [[nodiscard]] Result<std::monostate> make_pool();
    void top_up();
    [[nodiscard]] Result<SealingKeyPtr> assign(const KeyOwner& owner, StreamKeysRow row);
    [[nodiscard]] Result<SealingKeyPtr> load_key(const KeyOwner& owner, const KeyId& id);
    [[nodiscard]] Result<std::monostate> adopt(const KeyOwner& owner, const KeyId& id, KeyRow row);
    SealingKeyPtr remember_current(const KeyOwner& owner, SealingKeyPtr key);
    void forget(const KeyOwner& owner, const std::vector<KeyId>& keys);

    KeyTable& table_;
    const std::vector<MasterKey*> masters_;
    RandomSource& random_;
    const std::size_t pool_size_;
    base::Executor* const executor_;

    std::mutex mutex_;  // Guards pool and caches, and orders writes of key and stream rows.
    std::deque<KeyId> pool_;
    bool topping_up_ = false;
    std::unordered_map<KeyId, CachedKey> keys_;
    std::map<KeyOwner, SealingKeyPtr> current_;  // what seals

    mutable std::mutex closed_mutex_;  // Taken last, and held for a look only. Guards closed_.
    std::set<KeyOwner> closed_;
};

// Fails with gone.
[[nodiscard]] tl::unexpected<Error> stream_is_erased(const KeyOwner& owner);

}  // namespace samvev::store
