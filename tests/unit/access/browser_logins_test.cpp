#include "access/browser_logins.hpp"

#include "access/pending_logins.hpp"
#include "base/form_text.hpp"
#include "base/limits.hpp"
#include "unit/access/issuer_fixture.hpp"

using namespace samvev;
using access::BrowserLogins;
using access::IssuerSettings;
using test::changed;
using test::Members;
using test::to_json;

namespace {

constexpr std::string_view person_id = "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f41";
constexpr std::string_view known_pid = "17912099997";
const std::string issuer_name = "https://idporten.example";
const std::string redirect_uri = "https://samvev.example/login/v1/callback";

// Knows one person of tenant 9999.
class OnePerson final : public access::Directory {
public:
    Result<std::optional<access::StaffMember>> find_staff(
        std::uint32_t /*tenant*/, const access::Principal& /*principal*/, std::string_view /*unit*/
    ) const override {
        return std::nullopt;
    }
    Result<std::optional<access::Citizen>> find_person(
        std::uint32_t tenant, const access::Principal& principal
    ) const override {
        const bool knows = tenant == 9999 && principal.pid->reveal() == known_pid;
        return knows ? std::optional(
                           access::Citizen{.id = *base::Uuid::parse(person_id), .is_child = true}
                       )
                     : std::nullopt;
    }
    Result<std::optional<access::ServiceAccount>> find_service(const access::Principal& /*of*/
    ) const override {
        return std::nullopt;
    }
};

IssuerSettings settings() {
    IssuerSettings issuer;
    issuer.profile = access::Profile::idporten;
    issuer.issuer = issuer_name;
    issuer.keys = {.kind = access::KeySource::Kind::file, .place = "keys.json"};
    issuer.audience = "unspecified";
    issuer.required_scope_prefix = "fjordvik:samvev";
    issuer.tenants = {{"991825827", 9999}};
    issuer.client_id = "workspace";
    issuer.login = {
        .metadata = {.kind = access::KeySource::Kind::url, .place = "https://idporten.example/m"},
        .secret_file = "",
        .key_file = "",
        .scope = "fjordvik:samvev.write",
        .resource = ""
    };
    return issuer;
}

Members metadata() {
    return {
        {"issuer", '"' + issuer_name + '"'},
        {"authorization_endpoint", R"("https://idporten.example/authorize")"},
        {"token_endpoint", R"("https://idporten.example/token")"},
        {"end_session_endpoint", R"("https://idporten.example/logout")"},
        {"code_challenge_methods_supported", R"(["S256"])"}
    };
}

// A browser, this server and an issuer whose answers a test may change.
struct Town : test::Issuers {
    std::vector<IssuerSettings> issuers{settings()};
    Members provided = metadata();
    Members id_changes;
    Members access_changes;
    std::string answer;  // instead of tokens, when not empty
    std::string nonce;   // of the login under way
    base::FormFields asked;
    int numbers = 0;
    std::unique_ptr<access::JwtVerifier> tokens = verifier(issuers);
    OnePerson directory;
    access::Revocations revocations{clock};
    access::KeptRows* rows = nullptr;
    std::unique_ptr<BrowserLogins> logins = make();

    std::unique_ptr<BrowserLogins> make() {
        auto made = access::make_browser_logins(
            {.issuers = issuers,
             .tokens = *tokens,
             .directory = directory,
             .revocations = revocations,
             .rows = rows,
             .csrf_secret = "csrf",
             .executor = executor,
             .fetch = [this](const access::KeySource&) -> Result<std::string> {
                 return to_json(provided);
             },
             .ask_for_tokens = [this](const access::TokenRequest& request
                               ) { return give(request); },
             .random = [this](std::size_t size
                       ) { return std::string(size, static_cast<char>('a' + ++numbers % 26)); },
             .clock = clock}
        );
        if (!made) {
            FAIL(made.error().message);
        }
        return std::move(*made);
    }

    static std::string mint(const Members& claims) {
        return test::rsa_key().token(
            R"({"alg":"RS256","kid":"rs"})", to_json(claims), access::Algorithm::rs256
        );
    }

    Result<access::TokenAnswer> give(const access::TokenRequest& request) {
        asked = base::parse_form(request.form).value();
        if (!answer.empty()) {
            return access::TokenAnswer{answer};
        }
        const Members common{
            {"iss", '"' + issuer_name + '"'},
            {"sub", R"("pairwise")"},
            {"exp", "1800000300"},
            {"iat", "1800000000"},
            {"sid", R"("s1")"},
            {"acr", R"("idporten-loa-high")"}
        };
        Members id = changed(common, {{"aud", R"("workspace")"}, {"nonce", '"' + nonce + '"'}});
        Members access = changed(
            common, {{"aud", R"("unspecified")"},
                     {"scope", R"("openid fjordvik:samvev.write")"},
                     {"pid", '"' + std::string(known_pid) + '"'},
                     {"consumer", R"({"authority":"iso6523-actorid-upis","ID":"0192:991825827"})"}}
        );
        return access::TokenAnswer{to_json(
            {{"access_token", '"' + mint(changed(access, access_changes)) + '"'},
             {"id_token", '"' + mint(changed(id, id_changes)) + '"'},
             {"token_type", R"("Bearer")"}}
        )};
    }

    Result<BrowserLogins::Begun> begin(BrowserLogins::Wish wish) {
        std::optional<Result<BrowserLogins::Begun>> out;
        logins->begin(std::move(wish), [&out](Result<BrowserLogins::Begun> begun) {
            out = std::move(begun);
        });
        REQUIRE(out.has_value());  // Nothing is asked of an issuer that takes wishes as they come.
        return std::move(*out);
    }

    struct Leaving {
        std::string browser;
        base::FormFields query;
        [[nodiscard]] std::string field(std::string_view name) const {
            return std::string(base::field_of(query, name));
        }
    };
    Leaving leave(BrowserLogins::Wish wish = {}) {
        wish.redirect_uri = redirect_uri;
        executor.drain();
        auto begun = begin(wish);
        if (!begun) {
            FAIL(begun.error().message);
        }
        const std::string start = "https://idporten.example/authorize?";
        REQUIRE(begun->location.starts_with(start));
        Leaving leaving{
            begun->browser, base::parse_form(begun->location.substr(start.size())).value()
        };
        nonce = leaving.field("nonce");
        return leaving;
    }
    Result<BrowserLogins::Finished> come_back(BrowserLogins::Return with) {
        std::optional<Result<BrowserLogins::Finished>> out;
        logins->finish(std::move(with), [&out](Result<BrowserLogins::Finished> finished) {
            out = std::move(finished);
        });
        executor.drain();
        REQUIRE(out.has_value());
        return std::move(*out);
    }
    static BrowserLogins::Return with_code(const Leaving& leaving) {
        BrowserLogins::Return with;
        with.state = leaving.field("state");
        with.code = "code";
        with.browser = leaving.browser;
        return with;
    }
    std::string log_in() {
        auto finished = come_back(with_code(leave()));
        if (!finished) {
            FAIL(finished.error().message);
        }
        return finished->cookie;
    }
    std::optional<BrowserLogins::Ended> log_out(const std::string& cookie) {
        std::optional<BrowserLogins::Ended> out;
        bool answered = false;
        logins->end(cookie, "https://samvev.example/", [&](auto ended) {
            REQUIRE(ended.has_value());
            out = std::move(*ended);
            answered = true;
        });
        executor.drain();
        REQUIRE(answered);
        return out;
    }
    std::string verdict() { return test::reason_of(come_back(with_code(leave()))); }
    std::string verdict_of(const std::string& cookie) {
        return test::reason_of(logins->use(cookie, {}));
    }
};

}  // namespace

TEST_CASE("A browser is sent to the issuer with PKCE, state and nonce", "[access][login]") {
    Town town;
    const auto leaving = town.leave({.return_to = "/case/1", .level = "high"});
    CHECK(leaving.field("response_type") == "code");
    CHECK(leaving.field("client_id") == "workspace");
    CHECK(leaving.field("redirect_uri") == redirect_uri);
    CHECK(leaving.field("scope") == "openid fjordvik:samvev.write");
    CHECK(leaving.field("code_challenge_method") == "S256");
    CHECK(leaving.field("acr_values") == "idporten-loa-high");
    CHECK(leaving.field("state") != leaving.field("nonce"));
    const auto finished = town.come_back(Town::with_code(leaving));
    REQUIRE(finished);
    CHECK(finished->return_to == "/case/1");
    const std::string verifier(base::field_of(town.asked, "code_verifier"));
    CHECK(verifier.size() == 43);
    CHECK(
        leaving.field("code_challenge") == base::to_base64url(base::as_view(base::sha256(verifier)))
    );
    CHECK(base::field_of(town.asked, "redirect_uri") == redirect_uri);
    CHECK(base::field_of(town.asked, "client_id") == "workspace");
}

// What lies on the disk, and what would be there after a power cut.
class Disk final : public access::KeptRows {
public:
    Result<void> write(const std::vector<Change>& changes, Durability durability) override {
        if (is_full) {
            return fail(ErrorCode::unavailable, "no space");
        }
        for (const Change& change : changes) {
            if (change.value) {
                rows[change.key] = *change.value;
            } else {
                rows.erase(change.key);
            }
        }
        if (durability == Durability::durable) {
            synced = rows;
        }
        return {};
    }
    Result<void> each(std::string_view prefix, const Visitor& visit) const override {
        for (const auto& [key, value] : rows) {
            if (key.starts_with(prefix)) {
                visit(key, value);
            }
        }
        return {};
    }
    std::string seal(const base::Digest& key, std::string_view place, std::string_view text)
        const override {
        const base::Digest proof = base::hmac_sha256(base::as_view(key), place);
        return std::string(base::as_view(proof)).append(text);
    }
    std::optional<std::string> open(
        const base::Digest& key, std::string_view place, std::string_view sealed
    ) const override {
        const base::Digest proof = base::hmac_sha256(base::as_view(key), place);
        return sealed.starts_with(base::as_view(proof))
                   ? std::optional(std::string(sealed.substr(proof.size())))
                   : std::nullopt;
    }
    std::map<std::string, std::string> rows;
    std::map<std::string, std::string> synced;
    bool is_full = false;
};

TEST_CASE("A session outlives a restart, and so does its end", "[access][login]") {
    Disk disk;
    Town town;
    town.rows = &disk;
    town.executor.drain();
    town.logins = town.make();
    const std::string cookie = town.log_in();
    const std::string other = town.log_in();
    const std::string csrf = town.logins->csrf_of(cookie);
    CHECK(disk.synced.size() == 4);
    const auto restart = [&] {
        disk.rows = disk.synced;
        town.executor.drain();
        town.logins = town.make();
    };

    SECTION("with who it was, and what proves a page of ours") {
        restart();
        const auto actor = town.logins->use(cookie, {});
        REQUIRE(actor);
        CHECK(actor->text() == "person/" + std::string(person_id));
        CHECK(actor->assurance == access::Assurance::high);
        CHECK(actor->token.session_id == "s1");
        CHECK(actor->expires_at == test::noon + limits::browser_session_age_max);
        CHECK(town.logins->csrf_of(cookie) == csrf);
        const auto ended = town.log_out(cookie);
        REQUIRE(ended);
        CHECK(ended->location.starts_with("https://idporten.example/logout?id_token_hint="));
    }
    SECTION("but not its end by being left, however often the server starts") {
        town.clock.freeze(test::noon + limits::browser_session_idle_max);
        restart();
        CHECK(town.verdict_of(cookie) == "expired");
        CHECK(disk.rows.empty());
    }
    SECTION("but not its age") {
        for (int i = 1; i <= 15; ++i) {
            town.clock.freeze(test::noon + i * limits::browser_session_idle_max / 2);
            CHECK(town.verdict_of(cookie) == "accepted");
            disk.synced = disk.rows;
            restart();
        }
        town.clock.freeze(test::noon + limits::browser_session_age_max);
        restart();
        CHECK(town.verdict_of(cookie) == "expired");
    }
    SECTION("who has logged out stays so") {
        REQUIRE(town.log_out(cookie));
        restart();
        CHECK(town.verdict_of(cookie) == "expired");
        CHECK(town.verdict_of(other) == "accepted");
    }
    SECTION("whom the issuer has logged out before anybody came stays so") {
        restart();
        REQUIRE(town.revocations.end({issuer_name, "", "s1", test::noon}).has_value());
        CHECK(town.verdict_of(cookie) == "expired");
    }
    SECTION("an issuer that is trusted no more takes its sessions along") {
        town.issuers.front().issuer = "https://other.example";
        town.provided["issuer"] = R"("https://other.example")";
        restart();
        CHECK(town.verdict_of(cookie) == "expired");
    }
    SECTION("nobody is logged in by what could not be kept") {
        disk.is_full = true;
        const auto finished = town.come_back(Town::with_code(town.leave()));
        REQUIRE_FALSE(finished);
        CHECK(finished.error().code == ErrorCode::unavailable);
    }
}

TEST_CASE(
    "Who has logged in is who the directory says, until the session ends", "[access][login]"
) {
    Town town;
    const std::string cookie = town.log_in();
    const auto actor = town.logins->use(cookie, {});
    REQUIRE(actor);
    CHECK(actor->text() == "person/" + std::string(person_id));
    CHECK(actor->purpose == "own-case");
    CHECK(actor->assurance == access::Assurance::high);
    CHECK(actor->expires_at == test::noon + limits::browser_session_age_max);
    CHECK(town.verdict_of("another") == "expired");

    SECTION("by being left") {
        town.clock.freeze(test::noon + limits::browser_session_idle_max);
        CHECK_FALSE(town.logins->is_alive(cookie));
        CHECK(town.verdict_of(cookie) == "expired");
    }
    SECTION("by its age, however much it is used") {
        const auto step = limits::browser_session_idle_max - std::chrono::seconds(1);
        for (auto at = test::noon; at < test::noon + limits::browser_session_age_max; at += step) {
            town.clock.freeze(at);
            CHECK(town.verdict_of(cookie) == "accepted");
        }
        town.clock.freeze(test::noon + limits::browser_session_age_max);
        CHECK(town.verdict_of(cookie) == "expired");
    }
    SECTION("by logging out") {
        const auto ended = town.log_out(cookie);
        REQUIRE(ended);
        CHECK(ended->login.session_id == "s1");
        CHECK(ended->location.starts_with("https://idporten.example/logout?id_token_hint="));
        CHECK(town.verdict_of(cookie) == "expired");
        CHECK_FALSE(town.log_out(cookie));
    }
    SECTION("by the issuer") {
        access::EndedLogin other{issuer_name, "", "s2", test::noon};
        town.logins->end(other);
        CHECK(town.verdict_of(cookie) == "accepted");
        other.session_id = "s1";
        town.logins->end(other);
        CHECK(town.verdict_of(cookie) == "expired");
    }
    SECTION("by another login of the same browser, which has another cookie") {
        auto with = Town::with_code(town.leave());
        with.before = cookie;
        const auto again = town.come_back(std::move(with));
        REQUIRE(again);
        CHECK(again->cookie != cookie);
        CHECK(town.verdict_of(cookie) == "expired");
        CHECK(town.verdict_of(again->cookie) == "accepted");
        CHECK(town.logins->csrf_of(again->cookie) != town.logins->csrf_of(cookie));
    }
}

TEST_CASE("A login comes back once, to the browser that began it, in time", "[access][login]") {
    Town town;
    const auto leaving = town.leave();
    const auto refused = [&](const auto& change) {
        BrowserLogins::Return with = Town::with_code(leaving);
        change(with);
        return test::reason_of(town.come_back(std::move(with)));
    };
    SECTION("another state") {
        CHECK(refused([](auto& with) { with.state = "other"; }) == "login");
        CHECK(refused([](auto&) {}) == "accepted");
    }
    SECTION("twice") {
        CHECK(refused([](auto&) {}) == "accepted");
        CHECK(refused([](auto&) {}) == "login");
    }
    SECTION("another browser spoils it") {
        CHECK(refused([](auto& with) { with.browser = "other"; }) == "login");
        CHECK(refused([](auto&) {}) == "login");
    }
    SECTION("no browser at all") {
        CHECK(refused([](auto& with) { with.browser.clear(); }) == "login");
    }
    SECTION("too late") {
        town.clock.freeze(test::noon + limits::login_pending_max + std::chrono::seconds(1));
        CHECK(refused([](auto&) {}) == "login");
    }
    SECTION("refused by the issuer") {
        CHECK(refused([](auto& with) { with.error = "access_denied"; }) == "login");
    }
    SECTION("from another issuer") {
        CHECK(refused([](auto& with) { with.issuer = "https://evil.example"; }) == "login");
    }
    SECTION("without a code") {
        CHECK(refused([](auto& with) { with.code.clear(); }) == "login");
    }
}

TEST_CASE("Tokens that are not of this login give no session", "[access][login]") {
    Town town;
    const auto with_id = [&](const Members& changes) {
        town.id_changes = changes;
        return town.verdict();
    };
    CHECK(with_id({{"nonce", R"("other")"}}) == "claims");
    CHECK(with_id({{"nonce", ""}}) == "claims");
    CHECK(with_id({{"aud", R"("other")"}}) == "audience");
    CHECK(with_id({{"aud", R"(["workspace","other"])"}}) == "audience");
    CHECK(with_id({{"azp", R"("other")"}}) == "audience");
    CHECK(with_id({{"iss", R"("https://other.example")"}}) == "issuer");
    CHECK(with_id({{"exp", "1799999000"}}) == "expired");
    CHECK(with_id({{"sub", R"("other")"}}) == "login");
    CHECK(with_id({{"sub", ""}}) == "claims");
    CHECK(with_id({}) == "accepted");
    const auto with_access = [&](const Members& changes) {
        town.access_changes = changes;
        return town.verdict();
    };
    CHECK(with_access({{"pid", R"("17912099998")"}}) == "unknown");
    CHECK(with_access({{"pid", ""}}) == "claims");
    CHECK(with_access({{"scope", R"("other")"}}) == "scope");
    CHECK(with_access({{"consumer", ""}}) == "tenant");
    CHECK(with_access({}) == "accepted");
    for (const char* said : {R"({"error":"invalid_grant"})", "not JSON", "{}"}) {
        town.answer = said;
        CHECK(town.verdict() == "login");
    }
}

TEST_CASE("A login weaker than asked for gives no session", "[access][login]") {
    Town town;
    town.id_changes = {{"acr", R"("idporten-loa-substantial")"}};
    CHECK(
        test::reason_of(town.come_back(Town::with_code(town.leave({.level = "high"})))) ==
        "login_level"
    );
    const auto accepted = town.come_back(Town::with_code(town.leave({.level = "substantial"})));
    REQUIRE(accepted);
    CHECK(town.logins->use(accepted->cookie, {})->assurance == access::Assurance::substantial);
}

TEST_CASE("A login leads back to a path of this server only", "[access][login]") {
    Town town;
    town.executor.drain();
    for (const char* to :
         {"https://evil.example/", "//evil.example", "/\\evil", "case", "/a b", "/\n"}) {
        INFO(to);
        const auto begun = town.begin({.redirect_uri = redirect_uri, .return_to = to});
        REQUIRE_FALSE(begun);
        CHECK(begun.error().code == ErrorCode::invalid_argument);
    }
    const auto nobody = town.begin({.issuer = "https://other.example"});
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code == ErrorCode::not_found);
}

TEST_CASE("An issuer's metadata is believed when it is its own and safe", "[access][login]") {
    const auto usable = [](const Members& changes) {
        Town town;
        town.provided = changed(metadata(), changes);
        town.executor.drain();
        const auto begun = town.begin({.redirect_uri = redirect_uri});
        if (!begun) {
            CHECK(begun.error().code == ErrorCode::unavailable);
        }
        return begun.has_value();
    };
    CHECK(usable({}));
    CHECK(usable({{"code_challenge_methods_supported", ""}}));
    CHECK_FALSE(usable({{"issuer", R"("https://other.example")"}}));
    CHECK_FALSE(usable({{"code_challenge_methods_supported", R"(["plain"])"}}));
    CHECK_FALSE(usable({{"authorization_endpoint", R"("http://idporten.example/a")"}}));
    CHECK_FALSE(usable({{"token_endpoint", ""}}));
    CHECK_FALSE(usable({{"token_endpoint", R"("http://localhost.evil.example/")"}}));
    CHECK_FALSE(usable({{"end_session_endpoint", R"("javascript:alert")"}}));
}

TEST_CASE("Logins under way are limited: whoever began first gives way", "[access][login]") {
    access::PendingLogins pending;
    for (std::size_t i = 0; i <= limits::logins_pending_max; ++i) {
        access::PendingLogin login;
        login.begun = test::noon;
        pending.add(std::to_string(i), login);
    }
    CHECK(pending.size() == limits::logins_pending_max);
    CHECK_FALSE(pending.take("0", test::noon));
    CHECK(pending.take("1", test::noon));
    CHECK_FALSE(pending.take("1", test::noon));
}
