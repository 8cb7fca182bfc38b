#include "access/browser_logins.hpp"

#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "access/base64url.hpp"
#include "access/browser_sessions.hpp"
#include "access/compact_jws.hpp"
#include "access/issuer_client.hpp"
#include "access/pending_logins.hpp"
#include "access/principal_actor.hpp"
#include "access/token_response.hpp"
#include "base/form_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::access {
namespace {

constexpr std::size_t secret_bytes = 32;

tl::unexpected<Error> metadata_missing() {
    return fail(
        ErrorCode::unavailable, "The issuer cannot be reached for now: try again in a moment.",
        base::JsonObject().number("retryAfterMs", limits::key_retry_after.count()).take()
    );
}

// A path of this very server, and nothing that a browser takes for another's.
bool is_own_path(std::string_view path) {
    const auto plain = [](char c) { return c > ' ' && c <= '~' && c != '\\'; };
    return path.size() <= limits::return_path_bytes_max && path.starts_with('/') &&
           !path.starts_with("//") && std::ranges::all_of(path, plain);
}

tl::unexpected<Error> too_many() {
    return fail(ErrorCode::overloaded, "Too many log in at this moment: log in again in a moment.");
}

class OpenIdLogins final : public BrowserLogins {
public:
    explicit OpenIdLogins(BrowserLoginsParts parts)
        : parts_(std::move(parts)), sessions_(parts_.issuers, parts_.rows) {}

    Result<void> prepare() {
        for (const IssuerSettings& issuer : parts_.issuers) {
            if (issuer.login.metadata.place.empty()) {
                continue;
            }
            auto client = std::make_unique<IssuerClient>(issuer);
            SAMVEV_CHECK_OK(client->prepare());
            if (issuer.login.metadata.kind == KeySource::Kind::file) {
                if (const auto loaded = client->load(parts_.fetch); !loaded) {
                    return fail(
                        ErrorCode::invalid_argument,
                        "issuer.login_metadata: " + issuer.login.metadata.place + ": " +
                            loaded.error().message
                    );
                }
            } else {
                fetch_metadata(*client);
            }
            clients_.emplace(issuer.issuer, std::move(client));
        }
        return sessions_.load(parts_.clock.now());
    }

    void begin(Wish wish, Begin done) override {
        auto leaving = prepare_leave(std::move(wish));
        if (!leaving) {
            done(tl::unexpected<Error>(std::move(leaving.error())));
            return;
        }
        const IssuerClient& client = *clients_.at(leaving->login.issuer->issuer);
        const LoginEndpoints& at = *client.endpoints();
        if (!client.pushes(at)) {
            done(leave(std::move(*leaving), client.location_of(at, leaving->login, leaving->state))
            );
            return;
        }
        auto shared = std::make_shared<Begin>(std::move(done));
        const bool taken = parts_.executor.try_post([this, leaving = std::move(*leaving), shared] {
            (*shared)(push(leaving));
        });
        if (!taken) {
            (*shared)(too_many());
        }
    }

    void finish(Return with, Completion done) override {
        auto login = claim(with);
        if (!login) {
            done(tl::unexpected<Error>(std::move(login.error())));
            return;
        }
        auto shared = std::make_shared<Completion>(std::move(done));
        const bool taken =
            parts_.executor.try_post([this, with = std::move(with), login = std::move(*login),
                                      shared] { (*shared)(exchange(with, login)); });
        if (!taken) {
            (*shared)(too_many());
        }
    }

    void redeem(std::string code, std::string before, LetInCompletion done) override {
        if (parts_.invitations == nullptr) {
            done(fail(ErrorCode::unsupported, "Nobody is invited here."));
            return;
        }
        parts_.invitations->redeem(
            std::move(code),
            [this, before = std::move(before), done = std::move(done)](auto device) {
                if (!device) {
                    done(tl::unexpected<Error>(std::move(device.error())));
                    return;
                }
                // An invitation that this browser had before goes on until it ends.
                static_cast<void>(parts_.executor.try_post([this, before] {
                    static_cast<void>(sessions_.end(before));
                }));
                done(LetIn{.cookie = std::move(device->cookie), .ends_at = device->ends_at});
            }
        );
    }

    Result<VerifiedActor> use(std::string_view cookie, const Capacity& capacity) override {
        if (is_device(cookie)) {
            return parts_.invitations->use(cookie, capacity);
        }
        const auto session = sessions_.use(cookie, parts_.clock.now());
        if (!session) {
            return refuse_token("expired", "the session has ended: log in again");
        }
        if (parts_.revocations.has_ended(identity_of(session->principal))) {
            return refuse_token("expired", "the login was ended: log in again");
        }
        return actor_of(*session, capacity);
    }

    bool is_alive(std::string_view cookie) override {
        return is_device(cookie) ? parts_.invitations->use(cookie, {}).has_value()
                                 : sessions_.is_alive(cookie, parts_.clock.now());
    }

    std::string csrf_of(std::string_view cookie) const override {
        return base::to_base64url(base::as_view(base::hmac_sha256(parts_.csrf_secret, cookie)));
    }

    void end(std::string cookie, std::string return_uri, EndCompletion done) override {
        if (is_device(cookie)) {
            sign_out(cookie, std::move(done));
            return;
        }
        auto shared = std::make_shared<EndCompletion>(std::move(done));
        const bool taken = parts_.executor.try_post([this, cookie = std::move(cookie),
                                                     return_uri = std::move(return_uri), shared] {
            (*shared)(end_session(cookie, return_uri));
        });
        if (!taken) {
            (*shared)(
                fail(ErrorCode::overloaded, "Too many log in and out at this moment: try again.")
            );
        }
    }

    void end(const EndedLogin& ended) override { sessions_.end(ended); }

private:
    [[nodiscard]] bool is_device(std::string_view cookie) const {
        return parts_.invitations != nullptr && parts_.invitations->is_device(cookie);
    }

    void sign_out(const std::string& cookie, EndCompletion done) {
        const auto actor = parts_.invitations->use(cookie, {});
        if (!actor) {
            done(std::optional<Ended>());
            return;
        }
        parts_.invitations->end(
            cookie,
            [login = actor->token, done = std::move(done)](Result<void> ended) {
                if (ended) {
                    done(std::optional(Ended{.login = login, .location = {}}));
                } else {
                    done(tl::unexpected<Error>(std::move(ended.error())));
                }
            }
        );
    }

    // [executor]
    Result<std::optional<Ended>> end_session(
        const std::string& cookie, const std::string& return_uri
    ) {
        SAMVEV_TRY(const auto session, sessions_.end(cookie));
        if (!session) {
            return std::optional<Ended>();
        }
        Ended ended{.login = identity_of(session->principal), .location = session->end_session};
        if (!ended.location.empty()) {
            std::string query;
            base::append_form_field(query, "id_token_hint", session->id_token);
            base::append_form_field(query, "client_id", session->issuer->client_id);
            base::append_form_field(query, "post_logout_redirect_uri", return_uri);
            ended.location += (ended.location.find('?') == std::string::npos ? "?" : "&") + query;
        }
        return std::optional(std::move(ended));
    }

    // A login that is about to leave for its issuer.
    struct Leaving {
        PendingLogin login;
        std::string state;
        std::string browser;  // the cookie
    };

    Result<Leaving> prepare_leave(Wish wish) {
        SAMVEV_TRY(IssuerClient * client, find_client(wish.issuer));
        if (wish.return_to.empty()) {
            wish.return_to = "/";
        }
        const auto level = wish.level.empty() ? Assurance::none : find_assurance(wish.level);
        if (!is_own_path(wish.return_to) || !level) {
            return fail(
                ErrorCode::invalid_argument,
                "to is a path of this server, and level is low, substantial or high."
            );
        }
        const LoginEndpoints* const at = client->endpoints();
        if (at == nullptr) {
            fetch_metadata(*client);
            return metadata_missing();
        }
        // One cookie for all logins that this browser has under way.
        const bool is_known = from_base64url(wish.browser).value_or("").size() == secret_bytes;
        const std::string browser = is_known ? wish.browser : new_secret();
        const std::string state = new_secret();
        PendingLogin login{
            .issuer = &client->settings,
            .nonce = new_secret(),
            .verifier = new_secret(),
            .redirect_uri = std::move(wish.redirect_uri),
            .return_to = std::move(wish.return_to),
            .unit = std::move(wish.unit),
            .purpose = std::move(wish.purpose),
            .level = *level,
            .browser = base::sha256(browser),
            .begun = parts_.clock.now()
        };
        return Leaving{.login = std::move(login), .state = state, .browser = browser};
    }

    Begun leave(Leaving leaving, std::string location) {
        pending_.add(leaving.state, std::move(leaving.login));
        return {.location = std::move(location), .browser = std::move(leaving.browser)};
    }

    // [executor]
    Result<Begun> push(const Leaving& leaving) {
        const IssuerClient& client = *clients_.at(leaving.login.issuer->issuer);
        const LoginEndpoints& at = *client.endpoints();
        SAMVEV_TRY(
            const TokenRequest request, client.push_of(at, leaving.login, leaving.state, fresh())
        );
        SAMVEV_TRY(const TokenAnswer answer, parts_.ask_for_tokens(request));
        SAMVEV_TRY(const std::string request_uri, read_push_response(answer.body));
        return leave(leaving, client.location_of(at, request_uri));
    }

    [[nodiscard]] IssuerClient::Fresh fresh(std::string nonce = {}) const {
        return {.id = new_secret(), .now = parts_.clock.now(), .nonce = std::move(nonce)};
    }

    // [executor] The issuer's answer to the code. It may ask once for a proof with a nonce of its
    // own (RFC 9449 §8), before it has looked at the code.
    Result<std::string> ask_for_tokens(
        const IssuerClient& client, const PendingLogin& login, const std::string& code
    ) {
        const LoginEndpoints& at = *client.endpoints();
        SAMVEV_TRY(const TokenRequest request, client.request_for(at, login, code, fresh()));
        SAMVEV_TRY(TokenAnswer answer, parts_.ask_for_tokens(request));
        if (!request.proof.empty() && !answer.nonce.empty() && wants_nonce(answer.body)) {
            SAMVEV_TRY(
                const TokenRequest again,
                client.request_for(at, login, code, fresh(std::move(answer.nonce)))
            );
            SAMVEV_TRY(answer, parts_.ask_for_tokens(again));
        }
        return std::move(answer.body);
    }

    [[nodiscard]] std::string new_secret() const {
        return base::to_base64url(parts_.random(secret_bytes));
    }

    Result<IssuerClient*> find_client(const std::string& issuer) {
        const auto found =
            issuer.empty() && clients_.size() == 1 ? clients_.begin() : clients_.find(issuer);
        if (found == clients_.end()) {
            return fail(
                ErrorCode::not_found,
                "Nobody logs in there: name one of this server's issuers as issuer."
            );
        }
        return found->second.get();
    }

    void fetch_metadata(IssuerClient& client) {
        if (!client.may_load(parts_.clock.now())) {
            return;
        }
        const bool taken = parts_.executor.try_post([this, &client] {
            if (const auto loaded = client.load(parts_.fetch); !loaded) {
                base::logger("access").warn(
                    "event=metadata_not_fetched source={} error=\"{}\"",
                    client.settings.login.metadata.place, loaded.error().message
                );
            }
        });
        if (!taken) {
            base::logger("access").warn(
                "event=metadata_not_fetched source={} error=\"too much waits\"",
                client.settings.login.metadata.place
            );
        }
    }

    // The login that this browser began, for this return alone.
    Result<PendingLogin> claim(const Return& with) {
        auto login = pending_.take(with.state, parts_.clock.now());
        const base::Digest browser = base::sha256(with.browser);
        if (!login || CRYPTO_memcmp(browser.data(), login->browser.data(), browser.size()) != 0) {
            return refuse_login(
                "This login was not begun in this browser, was finished already, or took too "
                "long. Log in again."
            );
        }
        const LoginEndpoints* const at = clients_.at(login->issuer->issuer)->endpoints();
        const bool must_name = at != nullptr && at->names_itself;
        if ((must_name || !with.issuer.empty()) && with.issuer != login->issuer->issuer) {
            return refuse_login("The answer is not from the issuer that was asked. Log in again.");
        }
        if (!with.error.empty() || with.code.empty()) {
            return refuse_login("The login was not completed at the issuer. Log in again.");
        }
        return std::move(*login);
    }

    // [executor]
    Result<Finished> exchange(const Return& with, const PendingLogin& login) {
        const IssuerClient& client = *clients_.at(login.issuer->issuer);
        const LoginEndpoints& at = *client.endpoints();
        SAMVEV_TRY(const std::string body, ask_for_tokens(client, login, with.code));
        SAMVEV_TRY(const Tokens tokens, read_token_response(body));
        SAMVEV_TRY(const IdToken id, parts_.tokens.verify_id_token(tokens.id, login.nonce));
        SAMVEV_TRY(const JwtVerifier::Verified access, parts_.tokens.verify(tokens.access));
        BrowserSession session;
        session.principal = access.principal;
        const bool is_bound =
            client.binding().empty() || session.principal.confirmation == client.binding();
        if (!is_bound) {
            return refuse_login("The issuer's token is not bound to this server. Log in again.");
        }
        if (is_machine(session.principal) || session.principal.issuer != login.issuer->issuer ||
            session.principal.subject != id.subject) {
            return refuse_login("The issuer's two tokens are not of one login. Log in again.");
        }
        if (id.assurance != Assurance::none) {
            session.principal.assurance = id.assurance;
        }
        if (!id.session_id.empty()) {
            session.principal.session_id = id.session_id;
        }
        if (session.principal.assurance < login.level) {
            return fail(
                ErrorCode::unauthenticated,
                "The login is weaker than was asked for. Log in again, with another means.",
                stronger_login_data(login.level)
            );
        }
        session.issuer = login.issuer;
        session.id_token = tokens.id;
        session.end_session = at.end_session;
        session.unit = login.unit;
        session.purpose = login.purpose;
        SAMVEV_CHECK_OK(actor_of(session, {}));  // Nobody here has no session.
        // Another cookie with each login, so that nobody can be given one beforehand.
        static_cast<void>(sessions_.end(with.before));
        const std::string cookie = new_secret();
        SAMVEV_CHECK_OK(sessions_.add(cookie, std::move(session), parts_.clock.now()));
        return Finished{.cookie = cookie, .return_to = login.return_to};
    }

    Result<VerifiedActor> actor_of(const BrowserSession& session, Capacity capacity) const {
        capacity.unit = capacity.unit.empty() ? session.unit : capacity.unit;
        capacity.purpose = capacity.purpose.empty() ? session.purpose : capacity.purpose;
        SAMVEV_TRY(
            VerifiedActor actor,
            find_actor(*session.issuer, session.principal, capacity, parts_.directory)
        );
        actor.expires_at = session.ends_at;
        return actor;
    }

    const BrowserLoginsParts parts_;
    std::map<std::string, std::unique_ptr<IssuerClient>>
        clients_;  // by iss; constant once prepared
    PendingLogins pending_;
    BrowserSessions sessions_;
};

}  // namespace

Result<std::unique_ptr<BrowserLogins>> make_browser_logins(BrowserLoginsParts parts) {
    auto logins = std::make_unique<OpenIdLogins>(std::move(parts));
    SAMVEV_CHECK_OK(logins->prepare());
    return std::unique_ptr<BrowserLogins>(std::move(logins));
}

}  // namespace samvev::access
