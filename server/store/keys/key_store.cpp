#include "store/keys/key_store.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "store/bytes.hpp"
#include "store/keys/key_table.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t overwritten_bytes = 64;

class RocksKeyStore final : public KeyStore {
public:
    RocksKeyStore(
        const KeyStoreOptions& options, std::unique_ptr<KeyDatabase> database,
        std::unique_ptr<ErasureRegister> erasures
    )
        : options_(options),
          table_(std::move(database)),
          erasures_(std::move(erasures)),
          ring_(table_, options.masters, *options.random, options.pool, options.executor) {}

    // Called once before anything else.
    Result<std::monostate> start() {
        SAMVEV_CHECK_OK(table_.check_format());
        SAMVEV_CHECK_OK(check_masters());
        SAMVEV_CHECK_OK(table_.load_dictionaries(dictionaries_));
        SAMVEV_CHECK_OK(check_applied());
        if (!table_.writes()) {
            return close_erased();
        }
        SAMVEV_CHECK_OK(finish_erasures());
        SAMVEV_CHECK_OK(ring_.fill_pool());
        step("pool filled");
        return std::monostate();
    }

    Result<SealingKeyPtr> key_to_seal(const KeyOwner& owner) override {
        return ring_.key_to_seal(owner);
    }
    Result<SealingKeyPtr> key_to_open(const KeyOwner& owner, const KeyId& id) override {
        return ring_.key_to_open(owner, id);
    }
    bool is_closed(const KeyOwner& owner) const override { return ring_.is_closed(owner); }
    Result<StreamKeysRow> stream_keys(const KeyOwner& owner) const override {
        return table_.stream(owner);
    }
    Result<std::monostate> renew(const KeyOwner& owner) override { return ring_.renew(owner); }

    Result<std::monostate> hold(const KeyOwner& owner, const std::string& basis, base::Timestamp at)
        override {
        SAMVEV_CHECK_OK(check_basis(basis));
        const std::lock_guard erasing(erasing_mutex_);
        return ring_.change_state(owner, {KeyState::held, basis, at, {}});
    }
    Result<std::monostate> release(const KeyOwner& owner) override {
        const std::lock_guard erasing(erasing_mutex_);
        return ring_.change_state(owner, {});
    }

    Result<std::monostate> erase(const Erasure& erasure) override;

    Result<std::size_t> rewrap(std::size_t count) override;
    Result<std::map<MasterKeyId, std::size_t>> keys_per_master() const override;

    Result<std::monostate> use_dictionary(std::string_view module, std::string_view dictionary)
        override {
        const DictionaryId id = dictionary_id(dictionary);
        if (!dictionaries_.knows(id)) {
            std::string row;
            ByteWriter(row).text(module);
            row.append(dictionary);
            // Durable before the first text that needs it.
            SAMVEV_CHECK_OK(table_.database().write_synced({{key_rows::dictionary(id), row}}));
            dictionaries_.add(dictionary);
        }
        dictionaries_.use(module, id);
        return std::monostate();
    }
    const Dictionaries& dictionaries() const noexcept override { return dictionaries_; }

    std::string register_text() const override {
        const std::lock_guard lock(erasing_mutex_);
        return erasures_->text();
    }
    Result<std::monostate> extend_register(std::string_view copy) override {
        {
            const std::lock_guard lock(erasing_mutex_);
            SAMVEV_CHECK_OK(erasures_->extend_from(copy));
        }
        return finish_erasures();
    }
    std::vector<Erasure> erasures() const override {
        const std::lock_guard lock(erasing_mutex_);
        return erasures_->entries();
    }

private:
    [[nodiscard]] Result<std::monostate> check_masters();
    [[nodiscard]] Result<std::monostate> check_applied();
    [[nodiscard]] Result<std::monostate> close_erased();
    [[nodiscard]] Result<std::monostate> finish_erasures();
    // erasing_mutex_ is held by the caller of these.
    [[nodiscard]] Result<bool> lives(const Erasure& entry) const;
    [[nodiscard]] Result<std::monostate> finish(std::vector<Erasure> erasures);
    [[nodiscard]] Result<std::monostate> enter(const Erasure& erasure);
    [[nodiscard]] Result<std::monostate> finish_rewrapping();

    void step(std::string_view name) const {
        if (options_.at_step) {
            options_.at_step(name);
        }
    }

    const KeyStoreOptions options_;
    KeyTable table_;
    Dictionaries dictionaries_;

    mutable std::mutex erasing_mutex_;  // Guards the register and the cursor.
    const std::unique_ptr<ErasureRegister> erasures_;
    std::string rewrap_from_;

    KeyRing ring_;
};

Result<std::monostate> RocksKeyStore::check_masters() {
    SAMVEV_ASSERT(!options_.masters.empty());
    SAMVEV_TRY(std::vector<MasterKeyId> known, table_.masters());
    for (const MasterKeyId& id : known) {
        SAMVEV_CHECK_OK(ring_.master(id));
    }
    const MasterKeyId& first = options_.masters.front()->id();
    if (!table_.writes() || std::find(known.begin(), known.end(), first) != known.end()) {
        return std::monostate();
    }
    known.push_back(first);
    return table_.database().write_synced(
        {{std::string(key_rows::masters_key), key_rows::write(known)}}
    );
}

Result<std::monostate> RocksKeyStore::check_applied() {
    SAMVEV_TRY(const std::optional<AppliedRow> applied, table_.applied());
    const bool continues = !applied || (applied->count <= erasures_->entries().size() &&
                                        erasures_->chain_at(applied->count) == applied->chain);
    if (!continues) {
        return fail(
            ErrorCode::corrupt,
            "the erasure register does not hold the " + std::to_string(applied->count) +
                " erasures that the key store has seen in it: bring its newest copy back"
        );
    }
    return std::monostate();
}

// For reading only: what is decided counts, whether its keys are still there or not.
Result<std::monostate> RocksKeyStore::close_erased() {
    SAMVEV_TRY(const auto closed, table_.closed());
    for (const KeyTable::Closed& each : closed) {
        ring_.close(each.owner);
    }
    for (const Erasure& entry : erasures_->entries()) {
        ring_.close(entry.owner);
    }
    return std::monostate();
}

Result<bool> RocksKeyStore::lives(const Erasure& entry) const {
    SAMVEV_TRY(const StreamKeysRow row, table_.stream(entry.owner));
    if (row.state != KeyState::destroyed) {
        return true;
    }
    for (const KeyId& id : entry.keys) {
        SAMVEV_TRY(const auto key, table_.key(id));
        if (key) {
            return true;
        }
    }
    return false;
}

Result<std::monostate> RocksKeyStore::finish_erasures() {
    const std::lock_guard lock(erasing_mutex_);
    SAMVEV_TRY(const auto closed, table_.closed());
    std::vector<Erasure> open;
    for (const KeyTable::Closed& each : closed) {
        ring_.close(each.owner);
        if (each.row.state == KeyState::fenced) {
            open.push_back({each.owner, each.row.keys, each.row.basis, each.row.at});
        }
    }
    for (const Erasure& entry : erasures_->entries()) {
        SAMVEV_TRY(const bool again, lives(entry));
        if (again) {
            Erasure whole = entry;
            SAMVEV_CHECK_OK(ring_.fence(whole));
            open.push_back(std::move(whole));
        }
    }
    if (!open.empty()) {
        base::logger("store").warn("erasures are finished or done again: count={}", open.size());
    }
    return finish(std::move(open));
}

Result<std::monostate> RocksKeyStore::erase(const Erasure& erasure) {
    SAMVEV_CHECK_OK(check_basis(erasure.basis));
    if (!table_.writes()) {
        return fail(ErrorCode::read_only, "the key store is open for reading");
    }
    const std::lock_guard erasing(erasing_mutex_);
    SAMVEV_TRY(const StreamKeysRow row, table_.stream(erasure.owner));
    if (row.state == KeyState::held) {
        return fail(
            ErrorCode::rejected, "stream " + erasure.owner.stream.text() +
                                     " must not be erased: it is held, basis " + row.basis
        );
    }
    Erasure whole = erasure;
    SAMVEV_CHECK_OK(ring_.fence(whole));
    step("fenced");
    return finish({std::move(whole)});
}

Result<std::monostate> RocksKeyStore::enter(const Erasure& erasure) {
    for (const Erasure& entry : erasures_->entries()) {
        const bool covers =
            entry.owner == erasure.owner &&
            std::all_of(erasure.keys.begin(), erasure.keys.end(), [&entry](const KeyId& id) {
                return std::find(entry.keys.begin(), entry.keys.end(), id) != entry.keys.end();
            });
        if (covers) {
            return std::monostate();
        }
    }
    return erasures_->append(erasure);
}

// The streams are fenced.
Result<std::monostate> RocksKeyStore::finish(std::vector<Erasure> erasures) {
    if (erasures.empty()) {
        return std::monostate();
    }
    KeyChanges deleted;
    KeyChanges destroyed;
    std::vector<std::string> rows;
    for (const Erasure& erasure : erasures) {
        SAMVEV_CHECK_OK(enter(erasure));
        StreamKeysRow row{KeyState::destroyed, erasure.basis, erasure.at, erasure.keys};
        destroyed.emplace_back(key_rows::stream(erasure.owner), key_rows::write(row));
        for (const KeyId& id : erasure.keys) {
            rows.push_back(key_rows::key(id));
            // Overwritten as well: whoever reads the log of writes up to here sees zeros last.
            deleted.emplace_back(rows.back(), std::string(overwritten_bytes, '\0'));
            deleted.emplace_back(rows.back(), std::nullopt);
        }
    }
    step("registered");
    SAMVEV_CHECK_OK(table_.database().write_synced(deleted));
    step("deleted");
    SAMVEV_CHECK_OK(table_.database().purge(rows));
    step("purged");
    const std::size_t count = erasures_->entries().size();
    destroyed.emplace_back(
        std::string(key_rows::applied_key),
        key_rows::write(AppliedRow{count, erasures_->chain_at(count)})
    );
    SAMVEV_CHECK_OK(table_.database().write_synced(destroyed));
    step("destroyed");
    return std::monostate();
}

Result<std::size_t> RocksKeyStore::rewrap(std::size_t count) {
    const std::lock_guard erasing(erasing_mutex_);
    const MasterKeyId& first = options_.masters.front()->id();
    const std::size_t most = std::min(count, limits::rewrap_batch);
    std::vector<KeyId> old;
    SAMVEV_CHECK_OK(table_.visit_keys(rewrap_from_, [&](std::string_view key, const KeyRow& row) {
        rewrap_from_ = key;
        if (row.master != first) {
            old.push_back(key_rows::id_of(key));
        }
        return old.size() < most;
    }));
    if (!old.empty()) {
        SAMVEV_CHECK_OK(ring_.wrap_anew(old));
        step("rewrapped");
        return old.size();
    }
    rewrap_from_.clear();
    SAMVEV_CHECK_OK(finish_rewrapping());
    return 0;
}

Result<std::monostate> RocksKeyStore::finish_rewrapping() {
    SAMVEV_TRY(const std::vector<MasterKeyId> known, table_.masters());
    const std::vector<MasterKeyId> only{options_.masters.front()->id()};
    if (known == only) {
        return std::monostate();
    }
    SAMVEV_CHECK_OK(table_.database().purge_all());
    step("rewrapping purged");
    return table_.database().write_synced(
        {{std::string(key_rows::masters_key), key_rows::write(only)}}
    );
}

Result<std::map<MasterKeyId, std::size_t>> RocksKeyStore::keys_per_master() const {
    const std::lock_guard erasing(erasing_mutex_);  // What it looks at must not keep files alive.
    std::map<MasterKeyId, std::size_t> out;
    SAMVEV_CHECK_OK(table_.visit_keys({}, [&out](std::string_view, const KeyRow& row) {
        ++out[row.master];
        return true;
    }));
    return out;
}

}  // namespace

Result<std::unique_ptr<KeyStore>> open_key_store(const KeyStoreOptions& options) {
    SAMVEV_TRY(
        std::unique_ptr<KeyDatabase> database,
        KeyDatabase::open(options.directory, options.env, options.mode)
    );
    SAMVEV_TRY(
        std::unique_ptr<ErasureRegister> erasures,
        ErasureRegister::open(options.register_path, options.mode)
    );
    auto store = std::make_unique<RocksKeyStore>(options, std::move(database), std::move(erasures));
    SAMVEV_CHECK_OK(store->start());
    return std::unique_ptr<KeyStore>(std::move(store));
}

}  // namespace samvev::store
