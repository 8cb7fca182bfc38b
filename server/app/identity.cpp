#include "app/identity.hpp"

#include <openssl/rand.h>

#include <algorithm>

#include "access/directory.hpp"
#include "access/issuer_token_verifier.hpp"
#include "access/jwt_verifier.hpp"
#include "app/key_fetcher.hpp"
#include "app/worker_pool.hpp"
#include "base/assert.hpp"
#include "base/limits.hpp"
#include "dispatch/gate/fact_directory.hpp"

namespace samvev::app {
namespace {

std::string random_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    const int made =
        RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    SAMVEV_ASSERT(made == 1);  // What could be foretold must not be given out.
    return bytes;
}

bool is_login_offered(const Settings& settings) {
    return std::ranges::any_of(settings.issuers, [](const access::IssuerSettings& issuer) {
        return !issuer.login.metadata.place.empty();
    });
}

// A cookie must not travel readable, and its name says so to browsers.
Result<void> check_login(const Settings& settings, Mode mode) {
    const bool is_secure = settings.public_url.empty()
                               ? !settings.tls_certificate.empty()
                               : settings.public_url.starts_with("https://");
    if (mode == Mode::production && !is_secure) {
        return fail(
            ErrorCode::unsupported,
            "issuer.login_metadata lets browsers log in, which takes https: name tls.certificate, "
            "or write the address of the proxy with TLS into server.public_url."
        );
    }
    return {};
}

class ComposedIdentity final : public Identity {
public:
    ~ComposedIdentity() override { stop(); }

    Result<void> open(const IdentityParts& parts) {
        if (!parts.settings.issuers.empty()) {
            SAMVEV_CHECK_OK(trust_issuers(parts));
        }
        if (parts.mode == Mode::production) {
            SAMVEV_ASSERT(issuers_ != nullptr);
            tokens_ =
                access::make_issuer_token_verifier(*issuers_, *directory_, parts.system_clock);
            return {};
        }
        SAMVEV_TRY(const auto key, access::load_or_make_development_key(parts.data_directory));
        SAMVEV_TRY(tokens_, access::make_development_verifier(key, parts.system_clock));
        return {};
    }

    const access::TokenVerifier& tokens() const override { return *tokens_; }
    access::BrowserLogins* logins() const override { return logins_.get(); }
    void stop() override {
        if (fetching_) {
            fetching_->stop();
            asking_->stop();
        }
    }

private:
    Result<void> trust_issuers(const IdentityParts& parts) {
        const std::vector<access::IssuerSettings>& issuers = parts.settings.issuers;
        fetching_ =
            std::make_unique<WorkerPool>(1, limits::key_fetches_max, base::Urgency::foreground);
        asking_ = std::make_unique<WorkerPool>(
            limits::token_request_threads, limits::token_requests_max, base::Urgency::foreground
        );
        SAMVEV_TRY(
            issuers_,
            access::make_jwt_verifier(
                issuers, {.fetch = fetch_keys, .executor = *fetching_, .clock = parts.system_clock}
            )
        );
        directory_ = dispatch::make_fact_directory(
            {parts.facts, parts.numbers, parts.clock, access::make_configured_directory(issuers)}
        );
        if (!is_login_offered(parts.settings)) {
            return {};
        }
        SAMVEV_CHECK_OK(check_login(parts.settings, parts.mode));
        SAMVEV_TRY(
            logins_, access::make_browser_logins(
                         {.issuers = issuers,
                          .tokens = *issuers_,
                          .directory = *directory_,
                          .executor = *asking_,
                          .fetch = fetch_keys,
                          .ask_for_tokens = ask_for_tokens,
                          .random = random_bytes,
                          .clock = parts.system_clock}
                     )
        );
        return {};
    }

    std::unique_ptr<WorkerPool> fetching_;  // Issuers' keys; a slow issuer delays nobody else.
    std::unique_ptr<WorkerPool> asking_;    // Tokens for codes, each while somebody waits.
    std::unique_ptr<access::JwtVerifier> issuers_;
    std::unique_ptr<access::Directory> directory_;
    std::unique_ptr<access::TokenVerifier> tokens_;
    std::unique_ptr<access::BrowserLogins> logins_;
};

}  // namespace

Result<std::unique_ptr<Identity>> open_identity(const IdentityParts& parts) {
    auto identity = std::make_unique<ComposedIdentity>();
    SAMVEV_CHECK_OK(identity->open(parts));
    return std::unique_ptr<Identity>(std::move(identity));
}

}  // namespace samvev::app
