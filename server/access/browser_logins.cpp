#include "access/browser_logins.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>

#include "access/base64url.hpp"
#include "access/browser_sessions.hpp"
#include "access/compact_jws.hpp"
#include "access/login_endpoints.hpp"
#include "access/pending_logins.hpp"
#include "access/principal_actor.hpp"
#include "access/token_json.hpp"
#include "base/form_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::access {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t secret_file_bytes_max = 4096;

tl::unexpected<Error> refuse_login(std::string message) {
    return refuse_token("login", std::move(message));
}

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

std::string standard_base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size())
    );
    out.resize(static_cast<std::size_t>(size));
    return out;
}

Result<std::string> read_secret(const std::string& path) {
    if (path.empty()) {
        return std::string();
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
    return text;
}

// One issuer as a client of which browsers log in. Its endpoints are fetched once, and then kept.
class Client {
public:
    Client(IssuerSettings with, std::string secret)
        : settings(std::move(with)), secret_(std::move(secret)) {}

    // Absent until they are known; then they never change.
    [[nodiscard]] const LoginEndpoints* endpoints() const {
        const std::lock_guard lock(mutex_);
        return endpoints_ ? &*endpoints_ : nullptr;
    }
    [[nodiscard]] Result<void> load(const FetchKeys& fetch) {
        SAMVEV_TRY(const std::string text, fetch(settings.login.metadata));
        SAMVEV_TRY(LoginEndpoints found, read_login_endpoints(text, settings.issuer));
        const std::lock_guard lock(mutex_);
        if (!endpoints_) {
            endpoints_ = std::move(found);
        }
        return {};
    }
    // Whether it is time to fetch; says so to one only.
    [[nodiscard]] bool may_fetch(base::Timestamp now) {
        const std::lock_guard lock(mutex_);
        const bool is_early =
            attempted_ && now >= *attempted_ && now - *attempted_ < limits::key_retry_after;
        if (endpoints_ || is_early) {
            return false;
        }
        attempted_ = now;
        return true;
    }
    [[nodiscard]] TokenRequest request_for(
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

    const IssuerSettings settings;

private:
    const std::string secret_;
    mutable std::mutex mutex_;  // Guards the rest; endpoints, once there, are constant.
    std::optional<LoginEndpoints> endpoints_;
    std::optional<base::Timestamp> attempted_;
};

struct Tokens {
    std::string access;
    std::string id;
};

// RFC 6749 §5.1 and §5.2. What the issuer says went wrong is for the log.
Result<Tokens> read_token_response(const std::string& body) {
    simdjson::dom::parser parser;
    simdjson::dom::object answer;
    std::string_view access;
    std::string_view id;
    if (body.size() > limits::token_response_bytes_max || !parse_token_json(parser, body, answer)) {
        return refuse_login("The issuer's answer is not understood. Log in again.");
    }
    if (answer["access_token"].get(access) != simdjson::SUCCESS ||
        answer["id_token"].get(id) != simdjson::SUCCESS) {
        std::string_view error;
        if (answer["error"].get(error) != simdjson::SUCCESS) {
            error = "none";
        }
        base::logger("access").info("event=code_refused error={}", error.substr(0, 64));
        return refuse_login("The issuer gave no tokens for this login. Log in again.");
    }
    return Tokens{.access = std::string(access), .id = std::string(id)};
}

class OpenIdLogins final : public BrowserLogins {
public:
    explicit OpenIdLogins(BrowserLoginsParts parts)
        : parts_(std::move(parts)), csrf_key_(parts_.random(secret_bytes)) {}

    Result<void> prepare() {
        for (const IssuerSettings& issuer : parts_.issuers) {
            if (issuer.login.metadata.place.empty()) {
                continue;
            }
            SAMVEV_TRY(std::string secret, read_secret(issuer.login.secret_file));
            auto client = std::make_unique<Client>(issuer, std::move(secret));
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
        return {};
    }

    Result<Begun> begin(Wish wish) override {
        SAMVEV_TRY(Client * client, find_client(wish.issuer));
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
        Begun begun{.location = location_of(*client, *at, login, state), .browser = browser};
        pending_.add(state, std::move(login));
        return begun;
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
            (*shared)(fail(
                ErrorCode::overloaded, "Too many log in at this moment: log in again in a moment."
            ));
        }
    }

    Result<VerifiedActor> use(std::string_view cookie, const Capacity& capacity) override {
        const auto session = sessions_.use(cookie, parts_.clock.now());
        if (!session) {
            return refuse_token("expired", "the session has ended: log in again");
        }
        return actor_of(*session, capacity);
    }

    bool is_alive(std::string_view cookie) override {
        return sessions_.is_alive(cookie, parts_.clock.now());
    }

    std::string csrf_of(std::string_view cookie) const override {
        return base::to_base64url(base::as_view(base::hmac_sha256(csrf_key_, cookie)));
    }

    std::optional<Ended> end(std::string_view cookie, std::string_view return_uri) override {
        const auto session = sessions_.end(cookie);
        if (!session) {
            return std::nullopt;
        }
        Ended ended{.login = identity_of(session->principal), .location = session->end_session};
        if (!ended.location.empty()) {
            std::string query;
            base::append_form_field(query, "id_token_hint", session->id_token);
            base::append_form_field(query, "client_id", session->issuer->client_id);
            base::append_form_field(query, "post_logout_redirect_uri", return_uri);
            ended.location += (ended.location.find('?') == std::string::npos ? "?" : "&") + query;
        }
        return ended;
    }

    void end(const EndedLogin& ended) override { sessions_.end(ended); }

private:
    [[nodiscard]] std::string new_secret() const {
        return base::to_base64url(parts_.random(secret_bytes));
    }

    Result<Client*> find_client(const std::string& issuer) {
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

    void fetch_metadata(Client& client) {
        if (!client.may_fetch(parts_.clock.now())) {
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

    static std::string location_of(
        const Client& client, const LoginEndpoints& at, const PendingLogin& login,
        const std::string& state
    ) {
        const LoginClient& with = client.settings.login;
        const std::string challenge =
            base::to_base64url(base::as_view(base::sha256(login.verifier)));
        std::string query;
        const auto add = [&query](std::string_view name, std::string_view value) {
            base::append_form_field(query, name, value);
        };
        add("response_type", "code");
        add("client_id", client.settings.client_id);
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
            add("acr_values", acr_of(client.settings.profile, login.level));
        }
        return at.authorization + (at.authorization.find('?') == std::string::npos ? "?" : "&") +
               query;
    }

    // As the issuers of Digdir name their levels; others are asked in the same words.
    static std::string acr_of(Profile profile, Assurance level) {
        const bool is_digdir = profile == Profile::idporten || profile == Profile::ansattporten;
        return (is_digdir ? "idporten-loa-" : "") + std::string(to_text(level));
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
        const Client& client = *clients_.at(login.issuer->issuer);
        const LoginEndpoints& at = *client.endpoints();
        SAMVEV_TRY(
            const std::string body, parts_.ask_for_tokens(client.request_for(at, login, with.code))
        );
        SAMVEV_TRY(const Tokens tokens, read_token_response(body));
        SAMVEV_TRY(const IdToken id, parts_.tokens.verify_id_token(tokens.id, login.nonce));
        SAMVEV_TRY(const JwtVerifier::Verified access, parts_.tokens.verify(tokens.access));
        BrowserSession session;
        session.principal = access.principal;
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
        sessions_.add(cookie, std::move(session), parts_.clock.now());
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
    const std::string csrf_key_;
    std::map<std::string, std::unique_ptr<Client>> clients_;  // by iss; constant once prepared
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
