#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "store/keys/key_store.hpp"
#include "support/store_commits.hpp"
#include "support/temporary_directory.hpp"

namespace samvev::test {

// A master key of 32 bytes `byte`.
[[nodiscard]] std::unique_ptr<store::MasterKey> master_of(std::uint8_t byte);
[[nodiscard]] store::KeyOwner owner_of(std::uint64_t stream);
[[nodiscard]] store::Erasure erasure_of(std::uint64_t stream);

// Opens a key store as a test wants it, with "keys/" and "erasures" in `directory`.
[[nodiscard]] store::KeyStoreOptions key_options(
    const std::string& directory, std::vector<store::MasterKey*> masters,
    store::RandomSource& random
);

// A key store in a directory of its own.
class KeysUnderTest {
public:
    KeysUnderTest();
    [[nodiscard]] store::KeyStore& keys() { return *keys_; }
    void close() { keys_.reset(); }
    // Throws when it does not open.
    void reopen();
    [[nodiscard]] Result<std::unique_ptr<store::KeyStore>> open() const;
    [[nodiscard]] const std::string& directory() const { return directory_.path(); }
    // The directory of the keys, without their register, as a backup would copy it.
    void copy_keys_to(const std::string& path) const;
    void restore_keys_from(const std::string& path);

    std::unique_ptr<store::MasterKey> master = master_of(1);
    store::SystemRandom random;
    store::KeyStoreOptions options;

private:
    TemporaryDirectory directory_;
    std::unique_ptr<store::KeyStore> keys_;
};

// The wrapped bytes of a key in a closed key store.
[[nodiscard]] std::string wrapped_key(const std::string& directory, const store::KeyId& id);
// Files below `directory` that hold these bytes, as text.
[[nodiscard]] std::string files_with(const std::string& directory, std::string_view bytes);

}  // namespace samvev::test
