#include "access/jwk.hpp"

#include <cjose/cjose.h>
#include <openssl/err.h>

#include <bit>
#include <optional>

#include "access/base64url.hpp"
#include "access/token_json.hpp"
#include "base/digest.hpp"
#include "base/freed_by.hpp"
#include "base/json_text.hpp"

namespace samvev::access {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t modulus_bits_min = 2048;
constexpr std::size_t modulus_bits_max = 8192;  // More would cost more than a request is worth.
constexpr std::size_t exponent_bytes_max = 8;

using KeyPointer = std::unique_ptr<cjose_jwk_t, base::FreedBy<cjose_jwk_release>>;
using JwsPointer = std::unique_ptr<cjose_jws_t, base::FreedBy<cjose_jws_release>>;

struct CurveRules {
    std::string_view name;
    std::size_t coordinate_bytes;
};
constexpr CurveRules curves[] = {{"P-256", 32}, {"P-384", 48}, {"P-521", 66}};

tl::unexpected<Error> bad_key(std::string message) {
    return fail(ErrorCode::invalid_argument, std::move(message));
}

tl::unexpected<Error> other_key(std::string message) {
    return fail(ErrorCode::unsupported, std::move(message));
}

std::optional<std::string_view> text_of(const dom::object& jwk, std::string_view name) {
    std::string_view text;
    return jwk[name].get(text) == simdjson::SUCCESS ? std::optional(text) : std::nullopt;
}

bool has(const dom::object& jwk, std::string_view name) {
    return jwk[name].error() == simdjson::SUCCESS;
}

std::size_t bit_count(std::string_view big_endian) {
    const std::size_t first = big_endian.find_first_not_of('\0');
    if (first == std::string_view::npos) {
        return 0;
    }
    const auto top = static_cast<unsigned char>(big_endian[first]);
    return (big_endian.size() - first - 1) * 8 + static_cast<std::size_t>(std::bit_width(top));
}

// A key that says what it is for must be for checking signatures.
Result<void> check_purpose(const dom::object& jwk) {
    if (has(jwk, "use") && text_of(jwk, "use") != "sig") {
        return other_key("its use is not sig");
    }
    if (!has(jwk, "key_ops")) {
        return {};
    }
    dom::array operations;
    if (jwk["key_ops"].get(operations) != simdjson::SUCCESS) {
        return bad_key("its key_ops is not a list");
    }
    for (const auto operation : operations) {
        std::string_view text;
        if (operation.get(text) == simdjson::SUCCESS && text == "verify") {
            return {};
        }
    }
    return other_key("its key_ops do not hold verify");
}

// The members that make the key, in the order of RFC 7638 §3.2: digested, the thumbprint.
Result<std::string> rsa_members(const dom::object& jwk, std::size_t& modulus_bytes) {
    const auto n_text = text_of(jwk, "n");
    const auto e_text = text_of(jwk, "e");
    const auto n = n_text ? from_base64url(*n_text) : std::nullopt;
    const auto e = e_text ? from_base64url(*e_text) : std::nullopt;
    if (!n || !e) {
        return bad_key("n or e is not base64url");
    }
    const std::size_t bits = bit_count(*n);
    if (bits < modulus_bits_min || bits > modulus_bits_max) {
        return bad_key("an RSA key has 2048 to 8192 bits, this one " + std::to_string(bits));
    }
    // e = 1 signs everything, and an even one cannot be undone.
    const bool is_odd = !e->empty() && (static_cast<unsigned char>(e->back()) & 1U) != 0;
    if (e->size() > exponent_bytes_max || bit_count(*e) < 2 || !is_odd) {
        return bad_key("e is not an odd number from 3 on");
    }
    modulus_bytes = (bits + 7) / 8;
    return base::JsonObject().text("e", *e_text).text("kty", "RSA").text("n", *n_text).take();
}

Result<std::string> curve_members(const dom::object& jwk, std::string& curve) {
    const auto name = text_of(jwk, "crv");
    const auto x_text = text_of(jwk, "x");
    const auto y_text = text_of(jwk, "y");
    for (const CurveRules& rules : curves) {
        if (name != rules.name) {
            continue;
        }
        const auto x = x_text ? from_base64url(*x_text) : std::nullopt;
        const auto y = y_text ? from_base64url(*y_text) : std::nullopt;
        if (!x || !y || x->size() != rules.coordinate_bytes ||
            y->size() != rules.coordinate_bytes) {
            return bad_key("x or y is not a coordinate of its curve");
        }
        curve = rules.name;
        return base::JsonObject()
            .text("crv", rules.name)
            .text("kty", "EC")
            .text("x", *x_text)
            .text("y", *y_text)
            .take();
    }
    return other_key("its curve is not P-256, P-384 or P-521");
}

}  // namespace

struct Jwk::Key {
    KeyPointer pointer;
    KeyType type = KeyType::rsa;
    std::string curve;              // of an elliptic curve
    std::size_t modulus_bytes = 0;  // of RSA
    std::string key_id;
    std::optional<Algorithm> only;  // the JWK's own "alg"
    std::string thumbprint;
};

Jwk::Jwk(std::unique_ptr<Key> key) : key_(std::move(key)) {}
Jwk::Jwk(Jwk&& other) noexcept = default;
Jwk& Jwk::operator=(Jwk&& other) noexcept = default;
Jwk::~Jwk() = default;

Result<Jwk> Jwk::import(std::string_view json) {
    dom::parser parser;
    dom::object jwk;
    if (!parse_token_json(parser, json, jwk)) {
        return bad_key("not a JSON object without duplicate keys");
    }
    auto key = std::make_unique<Key>();
    SAMVEV_CHECK_OK(check_purpose(jwk));
    if (has(jwk, "alg")) {
        const auto name = text_of(jwk, "alg");
        key->only = name ? find_algorithm(*name) : std::nullopt;
        if (!key->only) {
            return other_key("its alg is none of RS, PS and ES");
        }
    }
    const auto type = text_of(jwk, "kty");
    std::string members;
    if (type == "RSA") {
        SAMVEV_TRY(members, rsa_members(jwk, key->modulus_bytes));
    } else if (type == "EC") {
        key->type = KeyType::elliptic_curve;
        SAMVEV_TRY(members, curve_members(jwk, key->curve));
    } else {
        return other_key("its kty is neither RSA nor EC");
    }
    key->key_id = text_of(jwk, "kid").value_or("");
    key->thumbprint = base::to_base64url(base::as_view(base::sha256(members)));
    cjose_err error{};
    key->pointer.reset(cjose_jwk_import(members.data(), members.size(), &error));
    ERR_clear_error();
    if (!key->pointer) {
        return bad_key("it is not a public key: a point must lie on its curve");
    }
    return Jwk(std::move(key));
}

const std::string& Jwk::key_id() const noexcept {
    return key_->key_id;
}

const std::string& Jwk::thumbprint() const noexcept {
    return key_->thumbprint;
}

bool Jwk::fits(Algorithm algorithm) const noexcept {
    const AlgorithmRules& rules = rules_of(algorithm);
    return rules.key_type == key_->type && rules.curve == key_->curve &&
           (!key_->only || *key_->only == algorithm);
}

bool Jwk::verify(const CompactJws& jws, Algorithm algorithm) const {
    const AlgorithmRules& rules = rules_of(algorithm);
    const std::size_t size =
        rules.key_type == KeyType::rsa ? key_->modulus_bytes : rules.signature_bytes;
    // cjose goes by the header, which must therefore say what the caller has allowed.
    if (!fits(algorithm) || jws.algorithm != rules.name || jws.signature.size() != size) {
        return false;
    }
    cjose_err error{};
    const JwsPointer parsed(cjose_jws_import(jws.token.data(), jws.token.size(), &error));
    const bool valid = parsed && cjose_jws_verify(parsed.get(), key_->pointer.get(), &error);
    ERR_clear_error();
    return valid;
}

}  // namespace samvev::access
