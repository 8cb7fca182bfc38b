#include "access/es256.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <climits>
#include <cstdint>
#include <vector>

#include "base/freed_by.hpp"

namespace samvev::access {
namespace {

constexpr int coordinate_bytes = 32;
constexpr std::size_t signature_bytes = 64;

using KeyPointer = std::unique_ptr<EVP_PKEY, base::FreedBy<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, base::FreedBy<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, base::FreedBy<BIO_free_all>>;
using Signature = std::unique_ptr<ECDSA_SIG, base::FreedBy<ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, base::FreedBy<BN_free>>;

const unsigned char* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_p256(const EVP_PKEY* key) {
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) {
        return false;
    }
    char group[64] = {};
    std::size_t size = 0;
    return EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
           std::string_view(group, size) == "prime256v1";
}

// DER as EVP wants it; empty when r or s cannot be taken.
std::vector<unsigned char> to_der(std::string_view signature) {
    Number r(BN_bin2bn(bytes_of(signature), coordinate_bytes, nullptr));
    Number s(BN_bin2bn(bytes_of(signature) + coordinate_bytes, coordinate_bytes, nullptr));
    Signature pair(ECDSA_SIG_new());
    if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) {
        return {};
    }
    (void)r.release();  // Owned by the pair from here on.
    (void)s.release();
    const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
    if (size <= 0) {
        return {};
    }
    std::vector<unsigned char> der(static_cast<std::size_t>(size));
    unsigned char* out = der.data();
    i2d_ECDSA_SIG(pair.get(), &out);
    return der;
}

std::string from_der(const std::vector<unsigned char>& der) {
    const unsigned char* in = der.data();
    const Signature pair(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
    if (!pair) {
        return {};
    }
    unsigned char out[signature_bytes] = {};
    if (BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, coordinate_bytes) != coordinate_bytes ||
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + coordinate_bytes, coordinate_bytes) !=
            coordinate_bytes) {
        return {};
    }
    return {reinterpret_cast<const char*>(out), sizeof out};
}

}  // namespace

struct Es256Key::Key {
    KeyPointer pointer;
};

Es256Key::Es256Key(std::unique_ptr<Key> key) : key_(std::move(key)) {}
Es256Key::Es256Key(Es256Key&& other) noexcept = default;
Es256Key& Es256Key::operator=(Es256Key&& other) noexcept = default;
Es256Key::~Es256Key() = default;

Result<Es256Key> Es256Key::from_pem(std::string_view pem) {
    if (pem.size() > INT_MAX) {
        return fail(ErrorCode::invalid_argument, "the key file is far too large for a key");
    }
    const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    // An empty passphrase keeps OpenSSL from asking for one on the terminal.
    char no_passphrase[1] = {};
    KeyPointer key(
        in ? PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, no_passphrase) : nullptr
    );
    ERR_clear_error();
    if (!key) {
        return fail(ErrorCode::invalid_argument, "not an unencrypted private key in PEM");
    }
    if (!is_p256(key.get())) {
        return fail(ErrorCode::invalid_argument, "the private key is not on the curve P-256");
    }
    return Es256Key(std::make_unique<Key>(Key{std::move(key)}));
}

Result<Es256Key> Es256Key::make() {
    KeyPointer key(EVP_EC_gen("P-256"));
    if (!key) {
        ERR_clear_error();
        return fail(ErrorCode::internal, "OpenSSL could not make a P-256 key");
    }
    return Es256Key(std::make_unique<Key>(Key{std::move(key)}));
}

Result<std::string> Es256Key::to_pem() const {
    const Bio out(BIO_new(BIO_s_mem()));
    char* text = nullptr;
    if (!out || PEM_write_bio_PKCS8PrivateKey(
                    out.get(), key_->pointer.get(), nullptr, nullptr, 0, nullptr, nullptr
                ) != 1) {
        ERR_clear_error();
        return fail(ErrorCode::internal, "OpenSSL could not write the key");
    }
    const long size = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

Result<std::string> Es256Key::sign(std::string_view bytes) const {
    const DigestContext context(EVP_MD_CTX_new());
    std::size_t size = 0;
    std::vector<unsigned char> der;
    bool done =
        context &&
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pointer.get()) ==
            1 &&
        EVP_DigestSign(context.get(), nullptr, &size, bytes_of(bytes), bytes.size()) == 1;
    if (done) {
        der.resize(size);
        done = EVP_DigestSign(context.get(), der.data(), &size, bytes_of(bytes), bytes.size()) == 1;
        der.resize(size);
    }
    std::string signature = done ? from_der(der) : std::string();
    if (signature.empty()) {
        ERR_clear_error();
        return fail(ErrorCode::internal, "OpenSSL could not sign");
    }
    return signature;
}

bool Es256Key::verify(std::string_view bytes, std::string_view signature) const {
    if (signature.size() != signature_bytes) {
        return false;
    }
    const std::vector<unsigned char> der = to_der(signature);
    const DigestContext context(EVP_MD_CTX_new());
    const bool valid =
        !der.empty() && context &&
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pointer.get()) ==
            1 &&
        EVP_DigestVerify(context.get(), der.data(), der.size(), bytes_of(bytes), bytes.size()) == 1;
    ERR_clear_error();
    return valid;
}

}  // namespace samvev::access
