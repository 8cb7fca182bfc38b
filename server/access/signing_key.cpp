#include "access/signing_key.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <vector>

#include "access/base64url.hpp"
#include "access/token_json.hpp"
#include "base/digest.hpp"
#include "base/freed_by.hpp"

namespace samvev::access {
namespace {

namespace dom = simdjson::dom;

constexpr int modulus_bits_min = 2048;

using KeyPointer = std::unique_ptr<EVP_PKEY, base::FreedBy<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, base::FreedBy<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, base::FreedBy<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, base::FreedBy<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, base::FreedBy<BN_clear_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, base::FreedBy<ECDSA_SIG_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, base::FreedBy<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, base::FreedBy<OSSL_PARAM_free>>;

struct Curve {
    std::string_view name;     // of the JWK
    std::string_view openssl;  // of the group
    int coordinate_bytes;
    Algorithm algorithm;
};
constexpr std::array<Curve, 3> curves{{
    {"P-256", "prime256v1", 32, Algorithm::es256},
    {"P-384", "secp384r1", 48, Algorithm::es384},
    {"P-521", "secp521r1", 66, Algorithm::es512},
}};

tl::unexpected<Error> bad_key(const std::string& why) {
    ERR_clear_error();
    return fail(ErrorCode::invalid_argument, why);
}

tl::unexpected<Error> openssl_failed(const std::string& what) {
    ERR_clear_error();
    return fail(ErrorCode::internal, "OpenSSL could not " + what);
}

const unsigned char* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<std::string> bytes_in(const dom::object& jwk, std::string_view name) {
    std::string_view text;
    return jwk[name].get(text) == simdjson::SUCCESS ? from_base64url(text) : std::nullopt;
}

// --- in ------------------------------------------------------------------------------------

KeyPointer built(const char* type, OSSL_PARAM_BLD* from) {
    const Params params(OSSL_PARAM_BLD_to_param(from));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
        return nullptr;
    }
    return KeyPointer(key);
}

KeyPointer rsa_of(const dom::object& jwk) {
    struct Member {
        const char* jwk;
        const char* openssl;
        bool is_needed;
    };
    constexpr std::array<Member, 8> members{{
        {"n", OSSL_PKEY_PARAM_RSA_N, true},
        {"e", OSSL_PKEY_PARAM_RSA_E, true},
        {"d", OSSL_PKEY_PARAM_RSA_D, true},
        {"p", OSSL_PKEY_PARAM_RSA_FACTOR1, false},
        {"q", OSSL_PKEY_PARAM_RSA_FACTOR2, false},
        {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1, false},
        {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2, false},
        {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1, false},
    }};
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    std::vector<Number> numbers;  // Until the key is built.
    for (const Member& member : members) {
        const auto bytes = bytes_in(jwk, member.jwk);
        if (!bytes && !member.is_needed) {
            continue;
        }
        numbers.emplace_back(
            bytes ? BN_bin2bn(bytes_of(*bytes), static_cast<int>(bytes->size()), nullptr) : nullptr
        );
        if (!numbers.back() ||
            OSSL_PARAM_BLD_push_BN(builder.get(), member.openssl, numbers.back().get()) != 1) {
            return nullptr;
        }
    }
    return built("RSA", builder.get());
}

KeyPointer curve_of(const dom::object& jwk) {
    std::string_view name;
    const bool is_named = jwk["crv"].get(name) == simdjson::SUCCESS;
    const auto* const curve = std::ranges::find(curves, name, &Curve::name);
    const auto x = bytes_in(jwk, "x");
    const auto y = bytes_in(jwk, "y");
    const auto d = bytes_in(jwk, "d");
    if (!is_named || curve == curves.end() || !x || !y || !d ||
        x->size() != static_cast<std::size_t>(curve->coordinate_bytes) || y->size() != x->size()) {
        return nullptr;
    }
    const std::string point = '\x04' + *x + *y;
    const Number secret(BN_bin2bn(bytes_of(*d), static_cast<int>(d->size()), nullptr));
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    const bool pushed =
        secret && builder &&
        OSSL_PARAM_BLD_push_utf8_string(
            builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->openssl.data(), curve->openssl.size()
        ) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(
            builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()
        ) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) == 1;
    return pushed ? built("EC", builder.get()) : nullptr;
}

KeyPointer pem_of(std::string_view text) {
    const Bio in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    // An empty passphrase keeps OpenSSL from asking for one on the terminal.
    char no_passphrase[1] = {};
    return KeyPointer(
        in ? PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, no_passphrase) : nullptr
    );
}

// --- out -----------------------------------------------------------------------------------

std::string number_in(const EVP_PKEY* key, const char* name, int size) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &number) != 1) {
        return {};
    }
    const Number owned(number);
    std::string out(static_cast<std::size_t>(std::max(size, BN_num_bytes(number))), '\0');
    const int written = BN_bn2binpad(
        number, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())
    );
    return written < 0 ? std::string() : base::to_base64url(out);
}

const Curve* curve_of(const EVP_PKEY* key) {
    std::array<char, 64> group{};
    std::size_t size = 0;
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
        EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) != 1) {
        return nullptr;
    }
    const auto* const found =
        std::ranges::find(curves, std::string_view(group.data(), size), &Curve::openssl);
    return found == curves.end() ? nullptr : found;
}

std::string to_raw(std::string_view der, int coordinate_bytes) {
    const unsigned char* in = bytes_of(der);
    const Signature pair(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
    std::string out(2 * static_cast<std::size_t>(coordinate_bytes), '\0');
    auto* const bytes = reinterpret_cast<unsigned char*>(out.data());
    const bool whole =
        pair &&
        BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes, coordinate_bytes) == coordinate_bytes &&
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes + coordinate_bytes, coordinate_bytes) ==
            coordinate_bytes;
    return whole ? out : std::string();
}

const EVP_MD* digest_of(Algorithm algorithm) {
    const std::string_view name = to_text(algorithm);
    return name.ends_with("256") ? EVP_sha256()
                                 : (name.ends_with("384") ? EVP_sha384() : EVP_sha512());
}

bool is_pss(Algorithm algorithm) {
    return to_text(algorithm).starts_with("PS");
}

}  // namespace

struct SigningKey::Key {
    KeyPointer pointer;
    const Curve* curve = nullptr;  // null: RSA
    std::string key_id;
    std::optional<Algorithm> only;  // the JWK's own "alg"
    std::string public_jwk;
};

SigningKey::SigningKey(std::unique_ptr<Key> key) : key_(std::move(key)) {}
SigningKey::SigningKey(SigningKey&& other) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&& other) noexcept = default;
SigningKey::~SigningKey() = default;

namespace {

// What is said of a key of either form. Fails with invalid_argument.
Result<std::string> public_jwk_of(const EVP_PKEY* key, const Curve* curve) {
    if (curve != nullptr) {
        return base::JsonObject()
            .text("crv", curve->name)
            .text("kty", "EC")
            .text("x", number_in(key, OSSL_PKEY_PARAM_EC_PUB_X, curve->coordinate_bytes))
            .text("y", number_in(key, OSSL_PKEY_PARAM_EC_PUB_Y, curve->coordinate_bytes))
            .take();
    }
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < modulus_bits_min) {
        return bad_key("the key is neither RSA of 2048 bits or more nor on P-256, P-384 or P-521");
    }
    return base::JsonObject()
        .text("e", number_in(key, OSSL_PKEY_PARAM_RSA_E, 0))
        .text("kty", "RSA")
        .text("n", number_in(key, OSSL_PKEY_PARAM_RSA_N, 0))
        .take();
}

}  // namespace

Result<SigningKey> SigningKey::parse(std::string_view text) {
    if (text.size() > INT_MAX) {
        return bad_key("it is far too large for a key");
    }
    auto key = std::make_unique<Key>();
    dom::parser parser;
    dom::object jwk;
    if (text.find("-----BEGIN") != std::string_view::npos) {
        key->pointer = pem_of(text);
    } else if (parse_token_json(parser, text, jwk)) {
        std::string_view type;
        std::string_view word;
        const bool is_rsa = jwk["kty"].get(type) == simdjson::SUCCESS && type == "RSA";
        key->pointer = is_rsa ? rsa_of(jwk) : curve_of(jwk);
        if (jwk["kid"].get(word) == simdjson::SUCCESS) {
            key->key_id = word;
        }
        if (jwk["alg"].get(word) == simdjson::SUCCESS) {
            key->only = find_algorithm(word);
        }
    }
    if (!key->pointer) {
        return bad_key(
            "it holds neither a private key in PEM without a passphrase nor a private JWK"
        );
    }
    key->curve = curve_of(key->pointer.get());
    SAMVEV_TRY(key->public_jwk, public_jwk_of(key->pointer.get(), key->curve));
    const std::string_view curve = key->curve == nullptr ? "" : key->curve->name;
    if (key->only && rules_of(*key->only).curve != curve) {
        return bad_key("alg of the JWK is not for a key of its type");
    }
    return SigningKey(std::move(key));
}

Result<SigningKey> SigningKey::make() {
    auto key = std::make_unique<Key>();
    key->pointer.reset(EVP_EC_gen("P-256"));
    if (!key->pointer) {
        return openssl_failed("make a P-256 key");
    }
    key->curve = curves.data();
    SAMVEV_TRY(key->public_jwk, public_jwk_of(key->pointer.get(), key->curve));
    return SigningKey(std::move(key));
}

std::optional<Algorithm> SigningKey::choose(std::span<const std::string> taken) const {
    std::vector<Algorithm> able;
    if (key_->only) {
        able = {*key_->only};
    } else if (key_->curve != nullptr) {
        able = {key_->curve->algorithm};
    } else {
        able = {Algorithm::ps256, Algorithm::rs256};
    }
    const auto found = std::ranges::find_if(able, [taken](Algorithm one) {
        return taken.empty() || std::ranges::find(taken, to_text(one)) != taken.end();
    });
    return found == able.end() ? std::nullopt : std::optional(*found);
}

const std::string& SigningKey::key_id() const noexcept {
    return key_->key_id;
}

const std::string& SigningKey::public_jwk() const noexcept {
    return key_->public_jwk;
}

Result<std::string> SigningKey::sign(
    Algorithm algorithm, base::JsonObject header, std::string_view claims
) const {
    const std::string input = base::to_base64url(header.text("alg", to_text(algorithm)).take()) +
                              "." + base::to_base64url(claims);
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr;
    std::size_t size = 0;
    bool done =
        context && EVP_DigestSignInit(
                       context.get(), &options, digest_of(algorithm), nullptr, key_->pointer.get()
                   ) == 1;
    if (done && is_pss(algorithm)) {
        done = EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
    }
    std::string signature;
    if (done && EVP_DigestSign(context.get(), nullptr, &size, bytes_of(input), input.size()) == 1) {
        signature.resize(size);
        done = EVP_DigestSign(
                   context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                   bytes_of(input), input.size()
               ) == 1;
        signature.resize(size);
    }
    if (done && key_->curve != nullptr) {
        signature = to_raw(signature, key_->curve->coordinate_bytes);
    }
    if (!done || signature.empty()) {
        return openssl_failed("sign");
    }
    return input + "." + base::to_base64url(signature);
}

}  // namespace samvev::access
