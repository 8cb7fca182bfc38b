#include "app/identity.hpp"

#include <openssl/rand.h>

#include <algorithm>

#include "access/directory.hpp"
#include "access/issuer_token_verifier.hpp"
#include "access/jwt_verifier.hpp"
#include "app/key_fetcher.hpp"
#include "app/login_rows.hpp"
#include "app/worker_pool.hpp"
#include "base/assert.hpp"
#include "base/limits.hpp"
#include "dispatch/gate/fact_directory.hpp"
#include "dispatch/invited_devices.hpp"

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
bool may_give_cookies(const Settings& settings, Mode mode) {
    const bool is_secure = settings.public_url.empty()
                               ? !settings.tls_certificate.empty()
                               : settings.public_url.starts_with("https://");
    return mode == Mode::development || is_secure;
}

Result<void> check_login(const Settings& settings, Mode mode) {
    if (is_login_offered(settings) && !may_give_cookies(settings, mode)) {
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
        SAMVEV_TRY(rows_, open_login_rows(parts.data.paths().logins()));
        revocations_ = std::make_unique<access::Revocations>(
            parts.system_clock, rows_.get(), parts.data.secret_for("revocations")
        );
        SAMVEV_CHECK_OK(revocations_->load());
        SAMVEV_CHECK_OK(trust_issuers(parts));
        SAMVEV_CHECK_OK(let_browsers_in(parts));
        if (parts.mode == Mode::production) {
            tokens_ = access::make_issuer_token_verifier(
                *issuers_, *directory_, *revocations_, parts.system_clock
            );
            return {};
        }
        SAMVEV_TRY(const auto key, access::load_or_make_development_key(parts.data.paths().root));
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
        return {};
    }

    Result<void> let_browsers_in(const IdentityParts& parts) {
        SAMVEV_CHECK_OK(check_login(parts.settings, parts.mode));
        if (!may_give_cookies(parts.settings, parts.mode)) {
            return {};
        }
        invitations_ = dispatch::make_invited_devices(
            {.log = parts.log,
             .facts = parts.facts,
             .dispatcher = parts.dispatcher,
             .executor = parts.executor,
             .clock = parts.clock,
             .ids = parts.ids,
             .secret = parts.dispatcher_secret,
             .random = random_bytes}
        );
        SAMVEV_TRY(
            logins_, access::make_browser_logins(
                         {.issuers = parts.settings.issuers,
                          .tokens = *issuers_,
                          .directory = *directory_,
                          .revocations = *revocations_,
                          .rows = rows_.get(),
                          .invitations = invitations_.get(),
                          .csrf_secret = parts.data.secret_for("browser csrf"),
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
    std::unique_ptr<access::KeptRows> rows_;
    std::unique_ptr<access::Revocations> revocations_;
    std::unique_ptr<access::Invitations> invitations_;
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
