#include "store/keys/key_ring.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.hpp"
#include "base/digest.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t key_id_random_bytes = 16;

tl::unexpected<Error> missing(const KeyId& id) {
    return fail(
        ErrorCode::unavailable,
        "data key " + id.value() + " is not in the key store: restore a newer copy of it"
    );
}

tl::unexpected<Error> anothers(const KeyOwner& owner, const KeyId& id) {
    return fail(
        ErrorCode::corrupt,
        "data key " + id.value() + " belongs to another stream than " + owner.stream.text()
    );
}

bool is_closed_state(KeyState state) {
    return state == KeyState::fenced || state == KeyState::destroyed;
}

void add_missing(std::vector<KeyId>& keys, const std::vector<KeyId>& more) {
    for (const KeyId& key : more) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            keys.push_back(key);
        }
    }
}

}  // namespace

tl::unexpected<Error> stream_is_erased(const KeyOwner& owner) {
    return fail(ErrorCode::gone, "stream " + owner.stream.text() + " has been erased");
}

KeyRing::KeyRing(
    KeyTable& table, std::vector<MasterKey*> masters, RandomSource& random, std::size_t pool,
    base::Executor* executor
)
    : table_(table),
      masters_(std::move(masters)),
      random_(random),
      pool_size_(pool),
      executor_(executor) {}

KeyRing::~KeyRing() {
    KeyChanges unused;
    for (const KeyId& id : pool_) {
        unused.emplace_back(key_rows::key(id), std::nullopt);
    }
    if (!unused.empty() && !table_.database().write(unused)) {
        base::logger("store").debug("unused data keys stay: count={}", unused.size());
    }
}

Result<SealingKeyPtr> KeyRing::key_to_seal(const KeyOwner& owner) {
    if (is_closed(owner)) {
        return stream_is_erased(owner);
    }
    const std::lock_guard lock(mutex_);
    if (const auto at = current_.find(owner); at != current_.end()) {
        return at->second;
    }
    SAMVEV_TRY(StreamKeysRow row, table_.stream(owner));
    if (is_closed_state(row.state)) {
        return stream_is_erased(owner);
    }
    if (row.keys.empty()) {
        return assign(owner, std::move(row));
    }
    SAMVEV_TRY(SealingKeyPtr key, load_key(owner, row.keys.back()));
    if (key == nullptr) {
        return missing(row.keys.back());
    }
    return remember_current(owner, std::move(key));
}

Result<SealingKeyPtr> KeyRing::key_to_open(const KeyOwner& owner, const KeyId& id) {
    const std::lock_guard lock(mutex_);
    if (is_closed(owner)) {
        return SealingKeyPtr();  // The fence is put up under the same lock.
    }
    SAMVEV_TRY(SealingKeyPtr key, load_key(owner, id));
    if (key == nullptr) {
        return missing(id);
    }
    return key;
}

Result<std::monostate> KeyRing::renew(const KeyOwner& owner) {
    const std::lock_guard lock(mutex_);
    SAMVEV_TRY(StreamKeysRow row, table_.stream(owner));
    if (is_closed_state(row.state)) {
        return stream_is_erased(owner);
    }
    SAMVEV_CHECK_OK(assign(owner, std::move(row)));
    return std::monostate();
}

bool KeyRing::is_closed(const KeyOwner& owner) const {
    const std::lock_guard lock(closed_mutex_);
    return closed_.contains(owner);
}

void KeyRing::close(const KeyOwner& owner) {
    const std::lock_guard lock(closed_mutex_);
    closed_.insert(owner);
}

Result<const MasterKey*> KeyRing::master(const MasterKeyId& id) const {
    for (const MasterKey* const each : masters_) {
        if (each->id() == id) {
            return each;
        }
    }
    return fail(
        ErrorCode::unavailable,
        "data keys are wrapped by master key " + id.value() + ", which is missing"
    );
}

Result<std::monostate> KeyRing::fill_pool() {
    const std::lock_guard lock(mutex_);
    return make_pool();
}

Result<std::monostate> KeyRing::make_pool() {
    KeyChanges rows;
    std::deque<KeyId> made;
    const MasterKey& first = *masters_.front();
    for (std::size_t i = 0; i < pool_size_; ++i) {
        std::array<std::uint8_t, key_id_random_bytes> name{};
        random_.fill(name);
        Secret key;
        random_.fill(key.writable());
        const KeyId& id = made.emplace_back(
            base::to_base64url({reinterpret_cast<const char*>(name.data()), name.size()})
        );
        SAMVEV_TRY(std::string wrapped, first.wrap(key));
        rows.emplace_back(
            key_rows::key(id), key_rows::write(KeyRow{first.id(), std::nullopt, std::move(wrapped)})
        );
    }
    SAMVEV_CHECK_OK(table_.database().write_synced(rows));
    std::move(made.begin(), made.end(), std::back_inserter(pool_));
    return std::monostate();
}

// So that whoever begins a stream finds a key that is durable already.
void KeyRing::top_up() {
    if (executor_ == nullptr || topping_up_ || pool_.size() > pool_size_ / 2) {
        return;
    }
    // Without a place in the queue, whoever finds the pool empty fills it.
    topping_up_ = executor_->try_post([this] {
        const std::lock_guard lock(mutex_);
        if (const auto made = make_pool(); !made) {
            base::logger("store").warn(
                "data keys cannot be made ahead: code={} reason=\"{}\"", to_text(made.error().code),
                made.error().message
            );
        }
        topping_up_ = false;
    });
}

Result<SealingKeyPtr> KeyRing::assign(const KeyOwner& owner, StreamKeysRow row) {
    if (!table_.writes()) {
        return fail(ErrorCode::read_only, "the key store is open for reading");
    }
    if (row.keys.size() >= limits::stream_keys_max) {
        return fail(
            ErrorCode::unavailable, "stream " + owner.stream.text() + " has too many data keys"
        );
    }
    if (pool_.empty()) {
        SAMVEV_CHECK_OK(make_pool());
    }
    const KeyId id = pool_.front();
    pool_.pop_front();
    top_up();
    SAMVEV_TRY(std::optional<KeyRow> key, table_.key(id));
    SAMVEV_ASSERT(key.has_value());
    SAMVEV_ASSERT(!key->owner);
    key->owner = owner;
    row.keys.push_back(id);
    SAMVEV_CHECK_OK(table_.database().write(
        {{key_rows::key(id), key_rows::write(*key)}, {key_rows::stream(owner), key_rows::write(row)}
        }
    ));
    current_.erase(owner);
    SAMVEV_TRY(SealingKeyPtr loaded, load_key(owner, id));
    SAMVEV_ASSERT(loaded != nullptr);
    return remember_current(owner, std::move(loaded));
}

// Null when there is no such key.
Result<SealingKeyPtr> KeyRing::load_key(const KeyOwner& owner, const KeyId& id) {
    const auto cached = keys_.find(id);
    if (cached != keys_.end() && cached->second.owner == owner) {
        return cached->second.key;
    }
    SAMVEV_TRY(std::optional<KeyRow> row, table_.key(id));
    if (!row) {
        return SealingKeyPtr();
    }
    if (row->owner && *row->owner != owner) {
        return anothers(owner, id);
    }
    SAMVEV_TRY(const MasterKey* const wrapping, master(row->master));
    SAMVEV_TRY(const Secret data_key, wrapping->unwrap(row->wrapped));
    auto key = std::make_shared<const SealingKey>(id, data_key);
    if (!row->owner && table_.writes()) {
        SAMVEV_CHECK_OK(adopt(owner, id, std::move(*row)));
    }
    if (keys_.size() >= limits::data_keys_cached) {
        keys_.erase(keys_.begin());  // Any: in a table of hashes, the first is as good as random.
    }
    keys_.insert_or_assign(id, CachedKey{owner, key});
    return key;
}

// An event names a key that lies without owner: the write that gave it away was lost.
Result<std::monostate> KeyRing::adopt(const KeyOwner& owner, const KeyId& id, KeyRow row) {
    std::erase(pool_, id);
    SAMVEV_TRY(StreamKeysRow keys, table_.stream(owner));
    if (keys.keys.size() < limits::stream_keys_max) {
        // In front: what seals stays what seals.
        keys.keys.insert(keys.keys.begin(), id);
    }
    row.owner = owner;
    return table_.database().write(
        {{key_rows::key(id), key_rows::write(row)}, {key_rows::stream(owner), key_rows::write(keys)}
        }
    );
}

SealingKeyPtr KeyRing::remember_current(const KeyOwner& owner, SealingKeyPtr key) {
    if (current_.size() >= limits::data_keys_cached) {
        current_.erase(current_.begin());
    }
    current_.insert_or_assign(owner, key);
    return key;
}

void KeyRing::forget(const KeyOwner& owner, const std::vector<KeyId>& keys) {
    current_.erase(owner);
    for (const KeyId& id : keys) {
        keys_.erase(id);
        std::erase(pool_, id);
    }
}

Result<std::monostate> KeyRing::fence(Erasure& erasure) {
    const std::lock_guard lock(mutex_);
    for (const KeyId& id : erasure.keys) {
        SAMVEV_TRY(const auto key, table_.key(id));
        if (key && key->owner && *key->owner != erasure.owner) {
            return anothers(erasure.owner, id);
        }
    }
    SAMVEV_TRY(StreamKeysRow row, table_.stream(erasure.owner));
    if (is_closed_state(row.state)) {
        erasure.basis = row.basis;  // The first decision is the one that counts.
        erasure.at = row.at;
    }
    add_missing(row.keys, erasure.keys);
    erasure.keys = row.keys;
    row.state = KeyState::fenced;
    row.basis = erasure.basis;
    row.at = erasure.at;
    close(erasure.owner);
    SAMVEV_CHECK_OK(table_.database().write_synced(
        {{key_rows::stream(erasure.owner), key_rows::write(row)},
         {key_rows::closed(erasure.owner), std::string()}}
    ));
    forget(erasure.owner, erasure.keys);
    return std::monostate();
}

Result<std::monostate> KeyRing::change_state(const KeyOwner& owner, const StreamKeysRow& state) {
    const std::lock_guard lock(mutex_);
    SAMVEV_TRY(StreamKeysRow row, table_.stream(owner));
    if (is_closed_state(row.state)) {
        return stream_is_erased(owner);
    }
    row.state = state.state;
    row.basis = state.basis;
    row.at = state.at;
    return table_.database().write_synced({{key_rows::stream(owner), key_rows::write(row)}});
}

Result<std::monostate> KeyRing::wrap_anew(const std::vector<KeyId>& ids) {
    const std::lock_guard lock(mutex_);
    const MasterKey& first = *masters_.front();
    KeyChanges rows;
    for (const KeyId& id : ids) {
        SAMVEV_TRY(std::optional<KeyRow> row, table_.key(id));
        SAMVEV_ASSERT(row.has_value());  // Only erasing deletes one, and waits.
        SAMVEV_TRY(const MasterKey* const before, master(row->master));
        SAMVEV_TRY(const Secret key, before->unwrap(row->wrapped));
        SAMVEV_TRY(row->wrapped, first.wrap(key));
        row->master = first.id();
        rows.emplace_back(key_rows::key(id), key_rows::write(*row));
    }
    return table_.database().write_synced(rows);
}

}  // namespace samvev::store
