#include "access/proof_checker.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "access/compact_jws.hpp"
#include "access/jwk.hpp"
#include "access/registered_claims.hpp"
#include "access/token_json.hpp"
#include "base/digest.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"

namespace samvev::access {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t id_bytes_max = 256;

tl::unexpected<Error> refuse_proof(std::string message) {
    return refuse_token("proof", std::move(message));
}

bool has_text(const dom::object& claims, std::string_view name, std::string_view expected) {
    std::string_view text;
    return claims[name].get(text) == simdjson::SUCCESS && text == expected;
}

// The key that the proof brings along: public, and the one that the token is bound to.
Result<Jwk> read_key(const CompactJws& jws, std::string_view thumbprint) {
    dom::parser parser;
    dom::object header;
    dom::object jwk;
    if (!parse_token_json(parser, jws.header, header) ||
        header["jwk"].get(jwk) != simdjson::SUCCESS) {
        return refuse_proof("the proof's header has no jwk");
    }
    for (const std::string_view name : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
        if (jwk[name].error() == simdjson::SUCCESS) {
            return refuse_proof("the proof's jwk holds a private key: make a new one, it is known");
        }
    }
    Result<Jwk> key = Jwk::import(simdjson::minify(dom::element(header["jwk"])));
    if (!key) {
        return refuse_proof("the proof's jwk cannot be used: " + key.error().message);
    }
    if (key->thumbprint() != thumbprint) {
        return refuse_proof("the proof is made with another key than the token is bound to");
    }
    return key;
}

struct Normalised {
    std::string origin;
    std::string_view path;
    friend bool operator==(const Normalised&, const Normalised&) = default;
};

std::optional<Normalised> normalise(std::string_view uri) {
    uri = uri.substr(0, uri.find_first_of("?#"));
    const std::size_t colon = uri.find("://");
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t slash = std::min(uri.find('/', colon + 3), uri.size());
    Normalised out{.origin = std::string(uri.substr(0, slash)), .path = uri.substr(slash)};
    std::ranges::transform(out.origin, out.origin.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    for (const auto& [scheme, port] :
         {std::pair{"https://", ":443"}, std::pair{"http://", ":80"}}) {
        if (out.origin.starts_with(scheme) && out.origin.ends_with(port)) {
            out.origin.resize(out.origin.size() - std::string_view(port).size());
        }
    }
    if (out.path.empty()) {
        out.path = "/";
    }
    return out;
}

}  // namespace

bool is_same_target(std::string_view left, std::string_view right) {
    const auto one = normalise(left);
    return one && one == normalise(right);
}

Result<void> ProofChecker::check(
    const ProofOfPossession& proof, std::string_view token, std::string_view thumbprint
) {
    const Result<CompactJws> jws = parse_compact_jws(proof.proof);
    if (!jws) {
        return refuse_proof("the header DPoP does not hold one proof");
    }
    const auto algorithm = find_algorithm(jws->algorithm);
    if (jws->type != "dpop+jwt" || !algorithm) {
        return refuse_proof("the proof's typ is not dpop+jwt, or its alg none of RS, PS and ES");
    }
    SAMVEV_TRY(const Jwk key, read_key(*jws, thumbprint));
    if (!key.verify(*jws, *algorithm)) {
        return refuse_proof("the proof's signature is not that of its key");
    }
    dom::parser parser;
    dom::object claims;
    std::string_view target;
    std::string_view id;
    if (!parse_token_json(parser, jws->claims, claims) || !has_text(claims, "htm", proof.method) ||
        claims["htu"].get(target) != simdjson::SUCCESS || !is_same_target(target, proof.uri)) {
        return refuse_proof(
            "the proof is for another request: htm and htu must name this one, as " +
            std::string(proof.method) + " " + std::string(proof.uri)
        );
    }
    if (!has_text(claims, "ath", base::to_base64url(base::as_view(base::sha256(token))))) {
        return refuse_proof("the proof is for another token: ath must be this one's SHA-256");
    }
    if (claims["jti"].get(id) != simdjson::SUCCESS || id.empty() || id.size() > id_bytes_max) {
        return refuse_proof("the proof has no jti");
    }
    const base::Timestamp now = clock_.now();
    const auto issued = read_time(claims, "iat");
    if (!issued || !*issued || **issued > now + limits::proof_skew ||
        **issued + limits::proof_age_max + limits::proof_skew <= now) {
        return refuse_proof(
            "the proof's iat is not now: make one for each request, or set the clock"
        );
    }
    return take_once(
        base::to_hex(base::as_view(base::sha256(std::string(thumbprint) + "." + std::string(id)))),
        **issued + limits::proof_age_max + limits::proof_skew
    );
}

Result<void> ProofChecker::take_once(const std::string& id, base::Timestamp until) {
    const base::Timestamp now = clock_.now();
    const std::lock_guard lock(mutex_);
    // By arrival is nearly by age: what is at the front a little longer does no harm.
    while (!order_.empty() && order_.front().first <= now) {
        seen_.erase(order_.front().second);
        order_.pop_front();
    }
    if (seen_.contains(id)) {
        return refuse_proof("the proof was used before: make one for each request");
    }
    if (order_.size() >= limits::proofs_remembered_max) {
        return fail(
            ErrorCode::overloaded, "too many proofs of possession at once: try again in a moment",
            base::JsonObject().number("retryAfterMs", limits::key_retry_after.count()).take()
        );
    }
    seen_.insert(id);
    order_.emplace_back(until, id);
    return {};
}

}  // namespace samvev::access
