#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "store/keys/master_key.hpp"

namespace samvev::store {

// A master key that never leaves its token (a hardware security module, or SoftHSM): an AES key of
// 256 bits that may wrap and unwrap. The token does what make_master_key does in memory
// (CKM_AES_KEY_WRAP, RFC 3394), so wrapped keys look alike.
//
// `uri` (RFC 7512) names it:
//   pkcs11:token=samvev;object=master?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=FILE
// with the file of the PIN guarded like a master key's, or in CREDENTIALS_DIRECTORY.
//
// Concurrency: [any thread], one call at a time. A session that the token has lost is opened again,
// once a call, if need be with the module started anew: a token that comes back is found again.
// Fails with invalid_argument when the URI says too little or is none, with unavailable when the
// module, the token or the key cannot be reached or used, with denied when the token does not take
// the PIN, and as read_secret_file. wrap() and unwrap() fail with unavailable while the token
// cannot be reached; unwrap() with corrupt only when the token opens at that time what it is known
// to have wrapped.
//   id = first 8 bytes of SHA-256(32 zero bytes, wrapped), in hexadecimal. Stored: never change.
[[nodiscard]] Result<std::unique_ptr<MasterKey>> open_pkcs11_master_key(const std::string& uri);

}  // namespace samvev::store
