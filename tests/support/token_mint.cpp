#include "support/token_mint.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <vector>

#include "base/assert.hpp"
#include "base/digest.hpp"

namespace samvev::test {
namespace {

using access::Algorithm;
using access::KeyType;

const EVP_MD* digest_of(Algorithm algorithm) {
    const std::string_view name = to_text(algorithm);
    return name.ends_with("256")   ? EVP_sha256()
           : name.ends_with("384") ? EVP_sha384()
                                   : EVP_sha512();
}

std::string evp_sign(EVP_PKEY* key, std::string_view bytes, const EVP_MD* digest, bool is_pss) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
        EVP_MD_CTX_new(), EVP_MD_CTX_free
    );
    EVP_PKEY_CTX* options = nullptr;
    SAMVEV_ASSERT(EVP_DigestSignInit(context.get(), &options, digest, nullptr, key) == 1);
    if (is_pss) {
        SAMVEV_ASSERT(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
        SAMVEV_ASSERT(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t size = 0;
    SAMVEV_ASSERT(EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) == 1);
    std::vector<unsigned char> out(size);
    SAMVEV_ASSERT(EVP_DigestSign(context.get(), out.data(), &size, data, bytes.size()) == 1);
    return {reinterpret_cast<const char*>(out.data()), size};
}

std::string to_raw(const std::string& der, std::size_t size) {
    const auto* in = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size()));
    SAMVEV_ASSERT(pair != nullptr);
    std::vector<unsigned char> out(size);
    const int half = static_cast<int>(size / 2);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), out.data(), half);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out.data() + half, half);
    ECDSA_SIG_free(pair);
    return {reinterpret_cast<const char*>(out.data()), out.size()};
}

}  // namespace

std::string signing_input(std::string_view header, std::string_view claims) {
    return base::to_base64url(header) + "." + base::to_base64url(claims);
}

MintKey MintKey::rsa(unsigned bits) {
    EVP_PKEY* const key = EVP_RSA_gen(bits);
    SAMVEV_ASSERT(key != nullptr);
    return MintKey(key);
}

MintKey MintKey::on_curve(std::string_view curve) {
    EVP_PKEY* const key = EVP_EC_gen(std::string(curve).c_str());
    SAMVEV_ASSERT(key != nullptr);
    return MintKey(key);
}

std::string MintKey::number(const char* name, std::size_t bytes) const {
    BIGNUM* value = nullptr;
    SAMVEV_ASSERT(EVP_PKEY_get_bn_param(key_.get(), name, &value) == 1);
    const std::size_t size = bytes == 0 ? static_cast<std::size_t>(BN_num_bytes(value)) : bytes;
    std::vector<unsigned char> out(size);
    BN_bn2binpad(value, out.data(), static_cast<int>(size));
    BN_free(value);
    return base::to_base64url({reinterpret_cast<const char*>(out.data()), out.size()});
}

std::string MintKey::jwk(std::string_view kid, std::string_view more) const {
    std::string out = R"({"kid":")" + std::string(kid) + R"(",)";
    if (EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_RSA) {
        out += R"("kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
               number(OSSL_PKEY_PARAM_RSA_E, 0) + '"';
    } else {
        const int bits = EVP_PKEY_get_bits(key_.get());
        const auto bytes = static_cast<std::size_t>((bits + 7) / 8);
        out += R"("kty":"EC","crv":"P-)" + std::to_string(bits) + R"(","x":")" +
               number(OSSL_PKEY_PARAM_EC_PUB_X, bytes) + R"(","y":")" +
               number(OSSL_PKEY_PARAM_EC_PUB_Y, bytes) + '"';
    }
    return out + std::string(more) + "}";
}

std::string MintKey::private_jwk(std::string_view kid, std::string_view more) const {
    std::string members;
    if (EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_RSA) {
        const std::pair<const char*, const char*> names[] = {
            {"d", OSSL_PKEY_PARAM_RSA_D},          {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
            {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
            {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2}, {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}
        };
        for (const auto& [name, parameter] : names) {
            members += std::string(",\"") + name + "\":\"" + number(parameter, 0) + '"';
        }
    } else {
        members = R"(,"d":")" + number(OSSL_PKEY_PARAM_PRIV_KEY, 0) + '"';
    }
    return jwk(kid, members + std::string(more));
}

std::string MintKey::private_pem() const {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out, &text);
    std::string pem(text, static_cast<std::size_t>(size));
    BIO_free(out);
    return pem;
}

std::string MintKey::sign(std::string_view bytes, access::Algorithm algorithm) const {
    const auto& rules = access::rules_of(algorithm);
    const bool is_pss = rules.name.starts_with("PS");
    const std::string made = evp_sign(key_.get(), bytes, digest_of(algorithm), is_pss);
    return rules.key_type == KeyType::rsa ? made : to_raw(made, rules.signature_bytes);
}

std::string MintKey::sign_der(std::string_view bytes) const {
    return evp_sign(key_.get(), bytes, EVP_sha256(), false);
}

std::string MintKey::public_pem() const {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(out, key_.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out, &text);
    std::string pem(text, static_cast<std::size_t>(size));
    BIO_free(out);
    return pem;
}

std::string MintKey::token(
    std::string_view header, std::string_view claims, access::Algorithm algorithm
) const {
    const std::string input = signing_input(header, claims);
    return input + "." + base::to_base64url(sign(input, algorithm));
}

}  // namespace samvev::test
