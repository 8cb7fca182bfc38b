#include "access/jwt_verifier.hpp"

#include <algorithm>
#include <map>

#include "access/compact_jws.hpp"
#include "access/issuer_claims.hpp"
#include "access/logout_token.hpp"
#include "access/token_json.hpp"
#include "access/verified_tokens.hpp"
#include "base/limits.hpp"

namespace samvev::access {
namespace {

struct TrustedIssuer {
    TrustedIssuer(IssuerSettings with, const IssuerKeysParts& parts)
        : settings(std::move(with)), keys(settings.keys, parts) {}

    [[nodiscard]] bool takes(Algorithm algorithm) const {
        const auto& list = settings.algorithms.empty() ? rules_of(settings.profile).algorithms
                                                       : settings.algorithms;
        return std::ranges::find(list, algorithm) != list.end();
    }

    const IssuerSettings settings;
    IssuerKeys keys;
};

class ConfiguredVerifier final : public JwtVerifier {
public:
    explicit ConfiguredVerifier(const base::Clock& clock) : clock_(clock) {}

    Result<void> trust(IssuerSettings settings, const IssuerKeysParts& parts) {
        const std::string name = settings.issuer;
        const auto problems = problems_of(settings);
        if (!problems.empty()) {
            return fail(ErrorCode::invalid_argument, "issuer " + name + ": " + problems.front());
        }
        const bool is_file = settings.keys.kind == KeySource::Kind::file;
        auto trusted = std::make_unique<TrustedIssuer>(std::move(settings), parts);
        if (is_file) {
            SAMVEV_CHECK_OK(load_keys(*trusted));
        } else {
            trusted->keys.prefetch();
        }
        if (!issuers_.emplace(name, std::move(trusted)).second) {
            return fail(
                ErrorCode::invalid_argument,
                "issuer " + name + " is configured twice; keep one of them"
            );
        }
        return {};
    }

    Result<Verified> verify(std::string_view token) override {
        if (token.size() > token_bytes_max) {
            return refuse_token("malformed", "the token is longer than 8 KiB");
        }
        const base::Digest digest = base::sha256(token);
        const base::Timestamp now = clock_.now();
        if (auto known = verified_.find(digest, now)) {
            TrustedIssuer& issuer = *issuers_.find(known->principal.issuer)->second;
            if (issuer.keys.generation() == known->generation) {
                return Verified{std::move(known->principal), issuer.settings};
            }
        }
        return verify_anew(token, digest, now);
    }

    Result<EndedLogin> verify_logout(std::string_view token) override {
        SAMVEV_TRY(const Opened opened, open(token));
        return read_logout_claims(
            opened.jws.claims,
            {.issuer = opened.issuer.settings, .type = opened.jws.type, .now = clock_.now()}
        );
    }

    Result<IdToken> verify_id_token(std::string_view token, std::string_view nonce) override {
        SAMVEV_TRY(const Opened opened, open(token));
        return read_id_token(
            opened.jws.claims, {.issuer = opened.issuer.settings,
                                .type = opened.jws.type,
                                .nonce = nonce,
                                .now = clock_.now()}
        );
    }

private:
    static Result<void> load_keys(TrustedIssuer& trusted) {
        const Result<void> loaded = trusted.keys.load();
        if (!loaded) {
            return fail(
                loaded.error().code, "issuer " + trusted.settings.issuer + ": jwks_file " +
                                         trusted.settings.keys.place + ": " + loaded.error().message
            );
        }
        return {};
    }

    // Claims that nobody has vouched for yet say only whose keys are to be tried.
    TrustedIssuer* issuer_of(std::string_view claims_json) {
        simdjson::dom::parser parser;
        simdjson::dom::object claims;
        std::string_view name;
        if (!parse_token_json(parser, claims_json, claims) ||
            claims["iss"].get(name) != simdjson::SUCCESS) {
            return nullptr;
        }
        const auto found = issuers_.find(name);
        return found == issuers_.end() ? nullptr : found->second.get();
    }

    // Whose token it is, once its signature is found to be theirs. `jws` points into the token.
    struct Opened {
        CompactJws jws;
        TrustedIssuer& issuer;
        std::uint64_t generation;
    };
    Result<Opened> open(std::string_view token) {
        SAMVEV_TRY(CompactJws jws, parse_compact_jws(token));
        TrustedIssuer* const issuer = issuer_of(jws.claims);
        if (issuer == nullptr) {
            return refuse_token("issuer", "the token is from an issuer this server does not trust");
        }
        const auto algorithm = find_algorithm(jws.algorithm);
        if (!algorithm || !issuer->takes(*algorithm)) {
            return refuse_token("algorithm", "the token is signed in a way not taken here");
        }
        if (jws.key_id.empty()) {
            return refuse_token("malformed", "the token's header has no kid");
        }
        SAMVEV_TRY(const IssuerKeys::Found found, issuer->keys.find(jws.key_id, *algorithm));
        if (!found.key->verify(jws, *algorithm)) {
            return refuse_token("signature", "the token's signature is not its issuer's");
        }
        return Opened{.jws = std::move(jws), .issuer = *issuer, .generation = found.generation};
    }

    Result<Verified> verify_anew(
        std::string_view token, const base::Digest& digest, base::Timestamp now
    ) {
        SAMVEV_TRY(const Opened opened, open(token));
        SAMVEV_TRY(
            Principal principal,
            read_issuer_claims(
                opened.jws.claims,
                {.issuer = opened.issuer.settings, .type = opened.jws.type, .now = now}
            )
        );
        verified_.remember(digest, {principal, opened.generation});
        return Verified{std::move(principal), opened.issuer.settings};
    }

    const base::Clock& clock_;
    std::map<std::string, std::unique_ptr<TrustedIssuer>, std::less<>> issuers_;  // by iss
    VerifiedTokens verified_{limits::verified_tokens_max};
};

}  // namespace

Result<std::unique_ptr<JwtVerifier>> make_jwt_verifier(
    std::vector<IssuerSettings> issuers, const IssuerKeysParts& parts
) {
    if (issuers.size() > limits::issuers_max) {
        return fail(ErrorCode::invalid_argument, "more than 64 issuers are configured");
    }
    auto verifier = std::make_unique<ConfiguredVerifier>(parts.clock);
    for (IssuerSettings& issuer : issuers) {
        SAMVEV_CHECK_OK(verifier->trust(std::move(issuer), parts));
    }
    return std::unique_ptr<JwtVerifier>(std::move(verifier));
}

}  // namespace samvev::access
