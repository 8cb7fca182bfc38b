#pragma once

#include <array>
#include <cstdint>

#include "base/digest.hpp"
#include "store/keys/sealing_key.hpp"

namespace samvev::test {

inline constexpr std::uint64_t key_store_streams = 40;

// What key_store_crash_writer has done: bytes of this machine, fewer than PIPE_BUF.
struct KeyStoreAcknowledgement {
    enum class What : std::uint64_t { sealed, erased };
    What what = What::sealed;
    std::uint64_t stream = 0;
    std::array<char, store::key_id_bytes> key{};
    base::Digest commitment{};
};

}  // namespace samvev::test
