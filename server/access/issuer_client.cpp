#include "access/issuer_client.hpp"

#include <openssl/evp.h>

#include <fstream>

#include "base/digest.hpp"
#include "base/form_text.hpp"
#include "base/limits.hpp"

namespace samvev::access {
namespace {

constexpr std::size_t secret_file_bytes_max = 4096;

std::string standard_base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size())
    );
    out.resize(static_cast<std::size_t>(size));
    return out;
}

// As the issuers of Digdir name their levels; others are asked in the same words.
std::string acr_of(Profile profile, Assurance level) {
    const bool is_digdir = profile == Profile::idporten || profile == Profile::ansattporten;
    return (is_digdir ? "idporten-loa-" : "") + std::string(to_text(level));
}

}  // namespace

Result<void> IssuerClient::read_secret() {
    const std::string& path = settings.login.secret_file;
    if (path.empty()) {
        return {};
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(secret_file_bytes_max, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    if (text.empty()) {
        return fail(
            ErrorCode::invalid_argument,
            "issuer.client_secret_file: " + path + " cannot be read, or holds nothing"
        );
    }
    secret_ = std::move(text);
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

std::string IssuerClient::location_of(
    const LoginEndpoints& at, const PendingLogin& login, const std::string& state
) const {
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
    return at.authorization + (at.authorization.find('?') == std::string::npos ? "?" : "&") + query;
}

TokenRequest IssuerClient::request_for(
    const LoginEndpoints& at, const PendingLogin& login, const std::string& code
) const {
    TokenRequest request{.address = at.token, .form = {}, .authorization = {}};
    base::append_form_field(request.form, "grant_type", "authorization_code");
    base::append_form_field(request.form, "code", code);
    base::append_form_field(request.form, "redirect_uri", login.redirect_uri);
    base::append_form_field(request.form, "code_verifier", login.verifier);
    if (!settings.login.resource.empty()) {
        base::append_form_field(request.form, "resource", settings.login.resource);
    }
    if (!secret_.empty() && at.takes_basic) {
        request.authorization = "Basic " + standard_base64(
                                               base::form_encoded(settings.client_id) + ":" +
                                               base::form_encoded(secret_)
                                           );
        return request;
    }
    base::append_form_field(request.form, "client_id", settings.client_id);
    if (!secret_.empty()) {
        base::append_form_field(request.form, "client_secret", secret_);
    }
    return request;
}

}  // namespace samvev::access
