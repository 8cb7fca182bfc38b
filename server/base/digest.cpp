#include "base/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/assert.hpp"

namespace samvev::base {

struct Sha256::Context {
    EVP_MD_CTX* evp = nullptr;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    context_->evp = EVP_MD_CTX_new();
    SAMVEV_ASSERT(context_->evp != nullptr);
    const int ok = EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr);
    SAMVEV_ASSERT(ok == 1);
}

Sha256::~Sha256() {
    EVP_MD_CTX_free(context_->evp);
}

void Sha256::update(std::string_view bytes) {
    const int ok = EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
    SAMVEV_ASSERT(ok == 1);
}

void Sha256::update_length_prefixed(std::string_view bytes) {
    std::array<char, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i) {
        length[i] = static_cast<char>(static_cast<std::uint64_t>(bytes.size()) >> (8 * (7 - i)));
    }
    update({length.data(), length.size()});
    update(bytes);
}

Digest Sha256::finish() {
    Digest out{};
    unsigned int size = 0;
    const int ok = EVP_DigestFinal_ex(context_->evp, out.data(), &size);
    SAMVEV_ASSERT(ok == 1);
    SAMVEV_ASSERT(size == out.size());
    return out;
}

Digest sha256(std::string_view bytes) {
    // One fetched algorithm for the process: EVP_sha256() with EVP_Digest looks it up on each call.
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
        EVP_MD_CTX_new(), &EVP_MD_CTX_free
    );
    Digest out{};
    unsigned int size = 0;
    const bool ok = EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), out.data(), &size) == 1;
    SAMVEV_ASSERT(ok);
    return out;
}

namespace {

struct FreeMac {
    void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

// HMAC() looks the algorithm up on each call, which takes longer than the hashing.
MacContext make_hmac_sha256() {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    MacContext context(EVP_MAC_CTX_new(algorithm));
    std::array<char, 7> name{"SHA256"};
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
        OSSL_PARAM_construct_end()
    };
    const int ok = EVP_MAC_CTX_set_params(context.get(), parameters.data());
    SAMVEV_ASSERT(ok == 1);
    return context;
}

}  // namespace

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
    thread_local const MacContext context = make_hmac_sha256();
    // Without a key, OpenSSL would go on with the one before.
    constexpr unsigned char no_key = 0;
    const auto* const key_bytes =
        key.empty() ? &no_key : reinterpret_cast<const unsigned char*>(key.data());
    Digest out{};
    std::size_t size = 0;
    const bool ok =
        EVP_MAC_init(context.get(), key_bytes, key.size(), nullptr) == 1 &&
        EVP_MAC_update(
            context.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()
        ) == 1 &&
        EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1;
    SAMVEV_ASSERT(ok);
    SAMVEV_ASSERT(size == out.size());
    return out;
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto value = static_cast<std::uint8_t>(c);
        out.push_back(digits[value >> 4]);
        out.push_back(digits[value & 0x0f]);
    }
    return out;
}

std::string to_base64url(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char c : bytes) {
        buffer = (buffer << 8) | static_cast<std::uint8_t>(c);
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            out.push_back(digits[(buffer >> bits) & 0x3f]);
        }
    }
    if (bits > 0) {
        out.push_back(digits[(buffer << (6 - bits)) & 0x3f]);
    }
    return out;
}

}  // namespace samvev::base
