#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "store/keys/context.hpp"
#include "store/keys/dictionary.hpp"
#include "store/keys/master_key.hpp"
#include "store/keys/sealing_key.hpp"

namespace samvev::store {

// What a stream's keys may be used for. Stored: never renumber.
enum class KeyState : std::uint8_t {
    active = 0,
    held = 1,       // used as before, but must not be destroyed (legal hold)
    fenced = 2,     // to be erased: nothing is sealed or opened any more; goes on to destroyed
    destroyed = 3,  // no key is left
};

// A data key as it is stored. Without an owner it lies in a pool, or lay there when the server
// fell: then an event may name it, and reading that tells whose it is.
struct KeyRow {
    MasterKeyId master;
    std::optional<KeyOwner> owner;
    std::string wrapped;
    friend bool operator==(const KeyRow&, const KeyRow&) = default;
};

// The keys of a stream, oldest first; the last one seals.
struct StreamKeysRow {
    KeyState state = KeyState::active;
    std::string basis;   // of the hold or the erasure
    base::Timestamp at;  // of the hold or the erasure
    std::vector<KeyId> keys;
    friend bool operator==(const StreamKeysRow&, const StreamKeysRow&) = default;
};

// How much of the erasure register has been applied.
struct AppliedRow {
    std::uint64_t count = 0;
    std::string chain;
    friend bool operator==(const AppliedRow&, const AppliedRow&) = default;
};

// Keys and rows of the key store. Stored: never change; a new form gets a new row format.
//
//   "format"              u32 key_store_format
//   "masters"             u8 count, count × text: the master keys that rows may be wrapped by
//   "applied"             u64 count, text chain
//   'k', key id           u8 1, text master id, u8 has owner, [place], text wrapped
//   's', place            u8 1, u8 KeyState, text basis, u64 at (µs since 1970), u16 count,
//                         count × text key id
//   'c', place            (empty) for each stream that is fenced or destroyed
//   'd', u64 dictionary   text module, dictionary
//
// `place` as in context.hpp.
namespace key_rows {

inline constexpr std::uint32_t key_store_format = 1;
inline constexpr std::string_view format_key = "format";
inline constexpr std::string_view masters_key = "masters";
inline constexpr std::string_view applied_key = "applied";
inline constexpr char key_tag = 'k';
inline constexpr char stream_tag = 's';
inline constexpr char closed_tag = 'c';
inline constexpr char dictionary_tag = 'd';

[[nodiscard]] std::string key(const KeyId& id);
[[nodiscard]] KeyId id_of(std::string_view key);
[[nodiscard]] std::string stream(const KeyOwner& owner);
[[nodiscard]] std::string closed(const KeyOwner& owner);
[[nodiscard]] std::optional<KeyOwner> owner_of(std::string_view key);
[[nodiscard]] std::string dictionary(DictionaryId id);

[[nodiscard]] std::string write(const KeyRow& row);
[[nodiscard]] std::string write(const StreamKeysRow& row);
[[nodiscard]] std::string write(const AppliedRow& row);
[[nodiscard]] std::string write(const std::vector<MasterKeyId>& masters);
// Absent when malformed.
[[nodiscard]] std::optional<KeyRow> read_key(std::string_view bytes);
[[nodiscard]] std::optional<StreamKeysRow> read_stream(std::string_view bytes);
[[nodiscard]] std::optional<AppliedRow> read_applied(std::string_view bytes);
[[nodiscard]] std::optional<std::vector<MasterKeyId>> read_masters(std::string_view bytes);

}  // namespace key_rows

}  // namespace samvev::store
