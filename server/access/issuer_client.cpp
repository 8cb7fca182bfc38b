#include "access/issuer_client.hpp"

#include <openssl/evp.h>

#include <chrono>

#include "access/jwk.hpp"
#include "access/private_file.hpp"
#include "base/digest.hpp"
#include "base/form_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"

namespace samvev::access {
namespace {

constexpr std::chrono::seconds assertion_lifetime{60};  // HelseID takes no longer ones.

std::string standard_base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size())
    );
    out.resize(static_cast<std::size_t>(size));
    return out;
}

// What a file of the settings holds, for its owner alone. Fails with invalid_argument.
Result<std::string> text_of(std::string_view setting, const std::string& path) {
    const auto refused = [&](const std::string& why) {
        return fail(ErrorCode::invalid_argument, "issuer." + std::string(setting) + ": " + why);
    };
    auto text = read_private_file(path);
    if (!text) {
        return refused(text.error().message);
    }
    if (!*text) {
        return refused(path + " does not exist");
    }
    while (!(*text)->empty() && ((*text)->back() == '\n' || (*text)->back() == '\r')) {
        (*text)->pop_back();
    }
    return (*text)->empty() ? refused(path + " holds nothing")
                            : Result<std::string>(std::move(**text));
}

std::string with_query(const std::string& address, const std::string& query) {
    return address + (address.find('?') == std::string::npos ? "?" : "&") + query;
}

std::int64_t seconds_of(base::Timestamp at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

tl::unexpected<Error> nothing_in_common(const std::string& issuer, const std::string& with) {
    return fail(
        ErrorCode::invalid_argument,
        issuer + " takes no signature that " + with + " can have: register a key of another type"
    );
}

// As the issuers of Digdir name their levels; others are asked in the same words.
std::string acr_of(Profile profile, Assurance level) {
    const bool is_digdir = profile == Profile::idporten || profile == Profile::ansattporten;
    return (is_digdir ? "idporten-loa-" : "") + std::string(to_text(level));
}

}  // namespace

Result<void> IssuerClient::prepare() {
    const LoginClient& with = settings.login;
    if (!with.secret_file.empty()) {
        SAMVEV_TRY(secret_, text_of("client_secret_file", with.secret_file));
    }
    if (!with.key_file.empty()) {
        SAMVEV_TRY(const std::string text, text_of("client_key_file", with.key_file));
        auto key = SigningKey::parse(text);
        if (!key) {
            return fail(
                ErrorCode::invalid_argument,
                "issuer.client_key_file: " + with.key_file + ": " + key.error().message
            );
        }
        key_ = std::move(*key);
    }
    if (settings.proof == ProofPolicy::require) {
        SAMVEV_TRY(proof_key_, SigningKey::make());
        SAMVEV_TRY(const Jwk shown, Jwk::import(proof_key_->public_jwk()));
        binding_ = shown.thumbprint();
    }
    return {};
}

const LoginEndpoints* IssuerClient::endpoints() const {
    const std::lock_guard lock(mutex_);
    return endpoints_ ? &*endpoints_ : nullptr;
}

Result<void> IssuerClient::load(const FetchKeys& fetch) {
    SAMVEV_TRY(const std::string text, fetch(settings.login.metadata));
    SAMVEV_TRY(LoginEndpoints found, read_login_endpoints(text, settings.issuer));
    const std::lock_guard lock(mutex_);
    if (!endpoints_) {
        endpoints_ = std::move(found);
    }
    return {};
}

bool IssuerClient::may_load(base::Timestamp now) {
    const std::lock_guard lock(mutex_);
    const bool is_early =
        attempted_ && now >= *attempted_ && now - *attempted_ < limits::key_retry_after;
    if (endpoints_ || is_early) {
        return false;
    }
    attempted_ = now;
    return true;
}

bool IssuerClient::pushes(const LoginEndpoints& at) const {
    return at.wants_pushed || (key_ && !at.pushed.empty());
}

std::string IssuerClient::wish_of(const PendingLogin& login, const std::string& state) const {
    const LoginClient& with = settings.login;
    const std::string challenge = base::to_base64url(base::as_view(base::sha256(login.verifier)));
    std::string query;
    const auto add = [&query](std::string_view name, std::string_view value) {
        base::append_form_field(query, name, value);
    };
    add("response_type", "code");
    add("client_id", settings.client_id);
    add("redirect_uri", login.redirect_uri);
    add("scope", with.scope.empty() ? "openid" : "openid " + with.scope);
    add("state", state);
    add("nonce", login.nonce);
    add("code_challenge", challenge);
    add("code_challenge_method", "S256");
    if (!with.resource.empty()) {
        add("resource", with.resource);
    }
    if (login.level != Assurance::none) {
        add("acr_values", acr_of(settings.profile, login.level));
    }
    return query;
}

std::string IssuerClient::location_of(
    const LoginEndpoints& at, const PendingLogin& login, const std::string& state
) const {
    return with_query(at.authorization, wish_of(login, state));
}

std::string IssuerClient::location_of(const LoginEndpoints& at, std::string_view request_uri)
    const {
    std::string query;
    base::append_form_field(query, "client_id", settings.client_id);
    base::append_form_field(query, "request_uri", request_uri);
    return with_query(at.authorization, query);
}

Result<TokenRequest> IssuerClient::push_of(
    const LoginEndpoints& at, const PendingLogin& login, const std::string& state,
    const Fresh& fresh
) const {
    TokenRequest request{.address = at.pushed, .form = wish_of(login, state)};
    if (!binding_.empty()) {
        // The code is of no use to who has not this key (RFC 9449 §10.1).
        base::append_form_field(request.form, "dpop_jkt", binding_);
    }
    SAMVEV_CHECK_OK(authenticate(request, at, fresh));
    return request;
}

Result<TokenRequest> IssuerClient::request_for(
    const LoginEndpoints& at, const PendingLogin& login, const std::string& code, const Fresh& fresh
) const {
    TokenRequest request{.address = at.token};
    base::append_form_field(request.form, "grant_type", "authorization_code");
    base::append_form_field(request.form, "code", code);
    base::append_form_field(request.form, "redirect_uri", login.redirect_uri);
    base::append_form_field(request.form, "code_verifier", login.verifier);
    if (!settings.login.resource.empty()) {
        base::append_form_field(request.form, "resource", settings.login.resource);
    }
    SAMVEV_CHECK_OK(authenticate(request, at, fresh));
    if (request.authorization.empty()) {  // Which names the client.
        base::append_form_field(request.form, "client_id", settings.client_id);
    }
    SAMVEV_CHECK_OK(prove(request, at, fresh));
    return request;
}

Result<void> IssuerClient::authenticate(
    TokenRequest& request, const LoginEndpoints& at, const Fresh& fresh
) const {
    if (key_) {
        const auto algorithm = key_->choose(at.client_algorithms);
        if (!algorithm) {
            return nothing_in_common(settings.issuer, "the client's key");
        }
        base::JsonObject header;
        header.text("typ", "client-authentication+jwt");
        if (!key_->key_id().empty()) {
            header.text("kid", key_->key_id());
        }
        const std::int64_t now = seconds_of(fresh.now);
        base::JsonObject claims;
        claims.text("iss", settings.client_id)
            .text("sub", settings.client_id)
            .text("aud", settings.issuer)
            .text("jti", fresh.id)
            .number("iat", now)
            .number("nbf", now)
            .number("exp", now + assertion_lifetime.count());
        SAMVEV_TRY(
            const std::string assertion, key_->sign(*algorithm, std::move(header), claims.take())
        );
        base::append_form_field(
            request.form, "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        base::append_form_field(request.form, "client_assertion", assertion);
    } else if (!secret_.empty() && at.takes_basic) {
        request.authorization = "Basic " + standard_base64(
                                               base::form_encoded(settings.client_id) + ":" +
                                               base::form_encoded(secret_)
                                           );
    } else if (!secret_.empty()) {
        base::append_form_field(request.form, "client_secret", secret_);
    }
    return {};
}

// RFC 9449 §5.
Result<void> IssuerClient::prove(
    TokenRequest& request, const LoginEndpoints& at, const Fresh& fresh
) const {
    if (!proof_key_) {
        return {};
    }
    const auto algorithm = proof_key_->choose(at.proof_algorithms);
    if (!algorithm) {
        return nothing_in_common(settings.issuer, "a proof of possession");
    }
    base::JsonObject header;
    header.text("typ", "dpop+jwt").raw("jwk", proof_key_->public_jwk());
    base::JsonObject claims;
    claims.text("jti", fresh.id + "-proof")
        .text("htm", "POST")
        .text("htu", request.address)
        .number("iat", seconds_of(fresh.now));
    if (!fresh.nonce.empty()) {
        claims.text("nonce", fresh.nonce);
    }
    SAMVEV_TRY(request.proof, proof_key_->sign(*algorithm, std::move(header), claims.take()));
    return {};
}

}  // namespace samvev::access
