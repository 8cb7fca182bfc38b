#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/strong_id.hpp"
#include "store/keys/secret.hpp"

namespace samvev::store {

// Names a master key without saying anything of it: 16 hexadecimal digits.
using MasterKeyId = base::StrongId<struct MasterKeyTag, std::string>;

// Wraps data keys. It lies outside the data directory and its backups: whoever has both has
// everything.
class MasterKey {
public:
    MasterKey() = default;
    MasterKey(const MasterKey&) = delete;
    MasterKey& operator=(const MasterKey&) = delete;
    virtual ~MasterKey() = default;

    [[nodiscard]] virtual const MasterKeyId& id() const noexcept = 0;
    // 40 bytes (RFC 3394). Fails with unavailable when the key cannot be reached. [any thread]
    [[nodiscard]] virtual Result<std::string> wrap(const Secret& key) const = 0;
    // Fails with corrupt when it was not wrapped by this key or has changed. [any thread]
    [[nodiscard]] virtual Result<Secret> unwrap(std::string_view wrapped) const = 0;
};

// A master key in memory.
//   id = first 8 bytes of HKDF-SHA-256(key, "samvev master key id 1"), in hexadecimal. Stored:
//   never change.
[[nodiscard]] std::unique_ptr<MasterKey> make_master_key(const Secret& key);

// From a file of 64 hexadecimal digits and nothing else but a line end (`openssl rand -hex 32`),
// for nobody else to read. Fails as read_secret_file, and with invalid_argument when it holds
// something else.
[[nodiscard]] Result<std::unique_ptr<MasterKey>> load_master_key_file(const std::string& path);

// The same from a credential that systemd has put into `credentials_directory` (the environment's
// CREDENTIALS_DIRECTORY, or empty). systemd guards that directory, so the mode is not looked at.
[[nodiscard]] Result<std::unique_ptr<MasterKey>> load_master_key_credential(
    const std::string& credentials_directory, const std::string& name
);

}  // namespace samvev::store
