#include "subscriptions/position_token.hpp"

#include <openssl/evp.h>

#include <array>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/assert.hpp"
#include "base/digest.hpp"

namespace samvev::subscriptions {
namespace {

// The block before encryption, 16 bytes, integers big-endian:
//   block    := position epoch check
//   position := u64
//   epoch    := 40 bits of the mixed epoch
//   check    := 24 bits, zero
// A token that was not made with this tenant's key decrypts to a random block, and its check is
// zero once in 16 million times (and then its epoch is another one: gone).
constexpr std::size_t block_bytes = 16;
constexpr std::size_t key_bytes = 16;
constexpr std::size_t secret_bytes_min = 32;
constexpr std::size_t token_characters = 22;
using Block = std::array<unsigned char, block_bytes>;

// Spreads the epoch over 64 bits, so that 40 of them tell any two epochs apart in practice.
std::uint64_t mixed(std::uint64_t epoch) noexcept {
    epoch ^= epoch >> 30;
    epoch *= 0xbf58476d1ce4e5b9ULL;
    epoch ^= epoch >> 27;
    epoch *= 0x94d049bb133111ebULL;
    return (epoch ^ (epoch >> 31)) >> 24;
}

Block make_block(std::uint64_t epoch, store::Position position) noexcept {
    Block block{};
    for (std::size_t i = 0; i < 8; ++i) {
        block[i] = static_cast<unsigned char>(position.value() >> (8 * (7 - i)));
    }
    const std::uint64_t short_epoch = mixed(epoch);
    for (std::size_t i = 0; i < 5; ++i) {
        block[8 + i] = static_cast<unsigned char>(short_epoch >> (8 * (4 - i)));
    }
    return block;
}

std::uint64_t number(const Block& block, std::size_t from, std::size_t count) noexcept {
    std::uint64_t out = 0;
    for (std::size_t i = from; i < from + count; ++i) {
        out = (out << 8) | block[i];
    }
    return out;
}

int base64url_value(char c) noexcept {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

// False unless `token` is the one spelling of 16 bytes: the last character carries two bits only.
bool decode(std::string_view token, Block& block) noexcept {
    if (token.size() != token_characters) {
        return false;
    }
    std::uint32_t buffer = 0;
    int bits = 0;
    std::size_t out = 0;
    for (const char c : token) {
        const int value = base64url_value(c);
        if (value < 0) {
            return false;
        }
        buffer = (buffer << 6) | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            block[out++] = static_cast<unsigned char>((buffer >> bits) & 0xff);
        }
    }
    return (buffer & 0xf) == 0;
}

// One tenant's key, scheduled once in each direction. A context is not thread-safe; one block takes
// some 50 ns, so a lock around it costs less than a context per call.
class TenantKey {
public:
    explicit TenantKey(std::string_view key)
        : encrypt_(make_context(key, 1)), decrypt_(make_context(key, 0)) {}

    Block encrypt(const Block& block) { return run(encrypt_.get(), block); }
    Block decrypt(const Block& block) { return run(decrypt_.get(), block); }

private:
    struct Free {
        void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    };
    using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

    // ECB of a single block is the bare permutation, which is what is wanted here.
    static Context make_context(std::string_view key, int direction) {
        SAMVEV_ASSERT(key.size() == key_bytes);
        Context context(EVP_CIPHER_CTX_new());
        SAMVEV_ASSERT(context != nullptr);
        const int ok = EVP_CipherInit_ex(
            context.get(), EVP_aes_128_ecb(), nullptr,
            reinterpret_cast<const unsigned char*>(key.data()), nullptr, direction
        );
        SAMVEV_ASSERT(ok == 1);
        const int unpadded = EVP_CIPHER_CTX_set_padding(context.get(), 0);
        SAMVEV_ASSERT(unpadded == 1);
        return context;
    }

    Block run(EVP_CIPHER_CTX* context, const Block& block) {
        Block out{};
        int size = 0;
        const std::lock_guard lock(mutex_);
        const int ok = EVP_CipherUpdate(
            context, out.data(), &size, block.data(), static_cast<int>(block.size())
        );
        SAMVEV_ASSERT(ok == 1);
        SAMVEV_ASSERT(size == static_cast<int>(block_bytes));
        return out;
    }

    std::mutex mutex_;  // Guards both contexts.
    Context encrypt_;
    Context decrypt_;
};

}  // namespace

// One key per tenant that ever asked; tenants are few (municipalities).
struct PositionTokens::Keys {
    explicit Keys(std::string_view secret_bytes) : secret(secret_bytes) {}

    TenantKey& of(store::TenantId tenant) {
        {
            const std::shared_lock lock(mutex);
            if (const auto found = keys.find(tenant); found != keys.end()) {
                return *found->second;
            }
        }
        const base::Digest digest =
            base::hmac_sha256(secret, "samvev position token/" + std::to_string(tenant.value()));
        const std::unique_lock lock(mutex);
        std::unique_ptr<TenantKey>& key = keys[tenant];
        if (!key) {
            key = std::make_unique<TenantKey>(base::as_view(digest).substr(0, key_bytes));
        }
        return *key;
    }

    const std::string secret;
    std::shared_mutex mutex;  // Guards keys, not the keys' contents.
    std::unordered_map<store::TenantId, std::unique_ptr<TenantKey>> keys;
};

PositionTokens::PositionTokens(std::string_view secret) : keys_(std::make_unique<Keys>(secret)) {
    SAMVEV_ASSERT(secret.size() >= secret_bytes_min);
}

PositionTokens::~PositionTokens() = default;

std::string PositionTokens::make(
    store::TenantId tenant, std::uint64_t epoch, store::Position position
) const {
    const Block token = keys_->of(tenant).encrypt(make_block(epoch, position));
    return base::to_base64url({reinterpret_cast<const char*>(token.data()), token.size()});
}

Result<store::Position> PositionTokens::read(
    store::TenantId tenant, std::uint64_t epoch, std::string_view token
) const {
    Block sealed{};
    if (!decode(token, sealed)) {
        return fail(
            ErrorCode::invalid_argument,
            "The position is not a token of this server: 22 characters of base64url."
        );
    }
    const Block block = keys_->of(tenant).decrypt(sealed);
    if (number(block, 13, 3) != 0) {
        return fail(
            ErrorCode::invalid_argument,
            "The position is not a token of this tenant: use one that its events came with."
        );
    }
    if (number(block, 8, 5) != mixed(epoch)) {
        return fail(
            ErrorCode::gone,
            "The position belongs to an earlier history of this tenant: read anew from \"start\"."
        );
    }
    return store::Position(number(block, 0, 8));
}

}  // namespace samvev::subscriptions
