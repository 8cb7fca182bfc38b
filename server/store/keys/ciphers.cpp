#include "store/keys/ciphers.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>

#include "base/assert.hpp"

namespace samvev::store {

namespace {

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
    void operator()(EVP_KDF_CTX* context) const noexcept { EVP_KDF_CTX_free(context); }
};
// Made anew each time: freeing it is what wipes the key's schedule.
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

CipherContext new_context() {
    CipherContext context(EVP_CIPHER_CTX_new());
    SAMVEV_ASSERT(context != nullptr);
    return context;
}

// Looked up once for the process: the look-up takes longer than sealing.
const EVP_CIPHER* gcm() {
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    SAMVEV_ASSERT(cipher != nullptr);
    return cipher;
}
const EVP_CIPHER* key_wrap() {
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-WRAP", nullptr);
    SAMVEV_ASSERT(cipher != nullptr);
    return cipher;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
int length_of(std::string_view text) {
    SAMVEV_ASSERT(text.size() <= INT32_MAX - 64);
    return static_cast<int>(text.size());
}

}  // namespace

std::string gcm_seal(
    const Secret& key, const Nonce& nonce, std::string_view associated, std::string_view text
) {
    static_assert(tag_bytes == 16);
    const CipherContext context = new_context();
    std::string out(text.size() + tag_bytes, '\0');
    int length = 0;
    bool ok =
        EVP_EncryptInit_ex2(context.get(), gcm(), key.bytes().data(), nonce.data(), nullptr) == 1 &&
        EVP_EncryptUpdate(
            context.get(), nullptr, &length, bytes_of(associated), length_of(associated)
        ) == 1;
    if (ok && !text.empty()) {
        ok = EVP_EncryptUpdate(
                 context.get(), bytes_of(out), &length, bytes_of(text), length_of(text)
             ) == 1;
    }
    ok = ok && EVP_EncryptFinal_ex(context.get(), bytes_of(out) + text.size(), &length) == 1 &&
         EVP_CIPHER_CTX_ctrl(
             context.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes, bytes_of(out) + text.size()
         ) == 1;
    SAMVEV_ASSERT(ok);
    return out;
}

std::optional<std::string> gcm_open(
    const Secret& key, const Nonce& nonce, std::string_view associated, std::string_view sealed
) {
    if (sealed.size() < tag_bytes) {
        return std::nullopt;
    }
    const std::string_view text = sealed.substr(0, sealed.size() - tag_bytes);
    std::string tag(sealed.substr(text.size()));
    const CipherContext context = new_context();
    std::string out(text.size(), '\0');
    int length = 0;
    bool ok =
        EVP_DecryptInit_ex2(context.get(), gcm(), key.bytes().data(), nonce.data(), nullptr) == 1 &&
        EVP_DecryptUpdate(
            context.get(), nullptr, &length, bytes_of(associated), length_of(associated)
        ) == 1;
    if (ok && !text.empty()) {
        ok = EVP_DecryptUpdate(
                 context.get(), bytes_of(out), &length, bytes_of(text), length_of(text)
             ) == 1;
    }
    ok = ok &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes, bytes_of(tag)) == 1;
    SAMVEV_ASSERT(ok);
    unsigned char nothing = 0;
    if (EVP_DecryptFinal_ex(context.get(), &nothing, &length) != 1) {
        return std::nullopt;
    }
    return out;
}

std::string wrap_key(const Secret& wrapping, const Secret& key) {
    const CipherContext context = new_context();
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    std::string out(wrapped_bytes, '\0');
    int length = 0;
    const bool ok =
        EVP_EncryptInit_ex2(context.get(), key_wrap(), wrapping.bytes().data(), nullptr, nullptr) ==
            1 &&
        EVP_EncryptUpdate(
            context.get(), bytes_of(out), &length, key.bytes().data(), Secret::size
        ) == 1;
    SAMVEV_ASSERT(ok);
    SAMVEV_ASSERT(length == static_cast<int>(wrapped_bytes));
    return out;
}

std::optional<Secret> unwrap_key(const Secret& wrapping, std::string_view wrapped) {
    if (wrapped.size() != wrapped_bytes) {
        return std::nullopt;
    }
    const CipherContext context = new_context();
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    // OpenSSL asks for room for the input.
    std::array<std::uint8_t, wrapped_bytes> out{};
    int length = 0;
    const int ready =
        EVP_DecryptInit_ex2(context.get(), key_wrap(), wrapping.bytes().data(), nullptr, nullptr);
    SAMVEV_ASSERT(ready == 1);
    const bool verifies =
        EVP_DecryptUpdate(
            context.get(), out.data(), &length, bytes_of(wrapped), length_of(wrapped)
        ) == 1 &&
        length == static_cast<int>(Secret::size);
    std::optional<Secret> key;
    if (verifies) {
        key.emplace(std::span<const std::uint8_t, Secret::size>(out.data(), Secret::size));
    }
    wipe(out);
    return key;
}

Secret derive_secret(const Secret& key, std::string_view purpose) {
    static EVP_KDF* const algorithm = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    const std::unique_ptr<EVP_KDF_CTX, FreeContext> context(EVP_KDF_CTX_new(algorithm));
    std::string digest = "SHA256";
    std::string info(purpose);
    Secret input(key.bytes());
    const std::array<OSSL_PARAM, 4> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_octet_string(
            OSSL_KDF_PARAM_KEY, input.writable().data(), Secret::size
        ),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
        OSSL_PARAM_construct_end()
    };
    Secret out;
    const int ok =
        EVP_KDF_derive(context.get(), out.writable().data(), Secret::size, parameters.data());
    SAMVEV_ASSERT(ok == 1);
    return out;
}

}  // namespace samvev::store
