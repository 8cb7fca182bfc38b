#include "access/issuer_keys.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"
#include "support/token_mint.hpp"

using namespace samvev;
using access::Algorithm;
using access::IssuerKeys;
using access::KeySource;
using std::chrono::seconds;
using test::MintKey;

namespace {

// An issuer whose key set is `text`, or who is down when it is empty.
struct Issuer {
    MintKey key = MintKey::on_curve("P-256");
    std::string text = set_of({"k1"});
    int fetched = 0;
    base::AdjustableClock clock;
    base::ManualExecutor executor;
    IssuerKeys keys{
        {.kind = KeySource::Kind::url, .place = "https://issuer.example/jwks"},
        {.fetch = [this](const KeySource&) -> Result<std::string> {
             ++fetched;
             return text.empty() ? Result<std::string>(fail(ErrorCode::unavailable, "down"))
                                 : Result<std::string>(text);
         },
         .executor = executor,
         .clock = clock}
    };

    Issuer() { clock.freeze(base::Timestamp(std::chrono::sys_seconds(seconds(1'800'000'000)))); }

    [[nodiscard]] std::string set_of(const std::vector<std::string>& ids) const {
        std::string out;
        for (const std::string& id : ids) {
            out += (out.empty() ? "" : ",") + key.jwk(id);
        }
        return R"({"keys":[)" + out + "]}";
    }

    void pass(seconds time) { clock.freeze(clock.now() + time); }

    // "found", "unavailable" or "unauthenticated".
    std::string find(std::string_view id) {
        const auto found = keys.find(id, Algorithm::es256);
        return found ? "found" : std::string(base::to_text(found.error().code));
    }
};

}  // namespace

TEST_CASE(
    "Nobody waits for the first fetch: it is asked for and tokens come again", "[access][jwks]"
) {
    Issuer issuer;
    const auto answer = issuer.keys.find("k1", Algorithm::es256);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == ErrorCode::unavailable);
    CHECK(answer.error().data == R"({"retryAfterMs":1000})");
    CHECK(issuer.fetched == 0);
    CHECK(issuer.executor.drain() == 1);
    CHECK(issuer.find("k1") == "found");
    CHECK(issuer.fetched == 1);
}

TEST_CASE("An unknown kid has the set fetched again, at most once a minute", "[access][jwks]") {
    Issuer issuer;
    REQUIRE(issuer.keys.load());
    issuer.pass(seconds(61));
    issuer.text = issuer.set_of({"k1", "k2"});
    CHECK(issuer.find("k2") == "unavailable");
    CHECK(issuer.find("k2") == "unavailable");  // Under way: not asked for twice.
    CHECK(issuer.find("k1") == "found");        // Beside it, the others work.
    CHECK(issuer.executor.drain() == 1);
    CHECK(issuer.find("k2") == "found");
    CHECK(issuer.fetched == 2);
    for (int i = 0; i < 100; ++i) {
        CHECK(issuer.find("k" + std::to_string(i + 3)) == "unauthenticated");
    }
    issuer.pass(seconds(59));
    CHECK(issuer.find("../../etc/passwd") == "unauthenticated");
    CHECK(issuer.executor.drain() == 0);
    issuer.pass(seconds(1));
    CHECK(issuer.find("k4") == "unavailable");
    CHECK(issuer.executor.drain() == 1);
    CHECK(issuer.find("k4") == "unauthenticated");
}

TEST_CASE(
    "A set of an hour is fetched again beside its use, and a withdrawn key goes", "[access][jwks]"
) {
    Issuer issuer;
    REQUIRE(issuer.keys.load());
    const auto before = issuer.keys.generation();
    issuer.text = issuer.set_of({"k2"});
    issuer.pass(seconds(3599));
    CHECK(issuer.find("k1") == "found");
    CHECK(issuer.executor.drain() == 0);
    issuer.pass(seconds(1));
    CHECK(issuer.find("k1") == "found");
    CHECK(issuer.executor.drain() == 1);
    CHECK(issuer.find("k1") == "unauthenticated");
    CHECK(issuer.find("k2") == "found");
    CHECK(issuer.keys.generation() != before);
}

TEST_CASE("The same set again is no new generation", "[access][jwks]") {
    Issuer issuer;
    REQUIRE(issuer.keys.load());
    const auto before = issuer.keys.generation();
    issuer.pass(seconds(3600));
    CHECK(issuer.find("k1") == "found");
    CHECK(issuer.executor.drain() == 1);
    CHECK(issuer.keys.generation() == before);
}

TEST_CASE(
    "While the issuer is down, the last set serves for a day and no longer", "[access][jwks]"
) {
    Issuer issuer;
    REQUIRE(issuer.keys.load());
    const std::string good = issuer.text;
    const auto before = issuer.keys.generation();
    issuer.text.clear();
    int attempts = 0;
    for (int minute = 0; minute < 24 * 60; minute += 10) {
        issuer.pass(seconds(600));
        CHECK(issuer.find("k1") == "found");
        attempts += static_cast<int>(issuer.executor.drain());
    }
    CHECK(attempts > 100);
    CHECK(issuer.keys.generation() == before);
    issuer.pass(seconds(1));
    CHECK(issuer.keys.generation() != before);  // Tokens verified with it are verified again.
    CHECK(issuer.find("k1") == "unavailable");
    issuer.text = good;
    issuer.executor.drain();
    issuer.pass(seconds(60));
    CHECK(issuer.find("k1") == "unavailable");
    issuer.executor.drain();
    CHECK(issuer.find("k1") == "found");
}

TEST_CASE("A broken or oversized set never replaces a good one", "[access][jwks]") {
    Issuer issuer;
    REQUIRE(issuer.keys.load());
    for (const std::string& bad :
         {std::string("<html>"), std::string(R"({"keys":[]})"),
          std::string(limits::key_set_bytes_max + 1, ' ')}) {
        issuer.text = bad;
        issuer.pass(seconds(3600));
        CHECK(issuer.find("k1") == "found");
        CHECK(issuer.executor.drain() == 1);
        CHECK(issuer.find("k1") == "found");
    }
}

TEST_CASE("A clock that is set back does not stop the fetching", "[access][jwks]") {
    Issuer issuer;
    issuer.text.clear();
    REQUIRE_FALSE(issuer.keys.load());
    issuer.text = issuer.set_of({"k1"});
    issuer.pass(seconds(-86400));
    CHECK(issuer.find("k1") == "unavailable");
    CHECK(issuer.executor.drain() == 1);
    CHECK(issuer.find("k1") == "found");
}
