#include <catch2/catch.hpp>

#include "app/eraser.hpp"
#include "app/erasure_runner.hpp"
#include "base/limits.hpp"
#include "scenario/fjordvik.hpp"
#include "store/keys/stream_seal.hpp"
#include "store/sealed_event_log.hpp"
#include "support/keys_under_test.hpp"

using namespace samvev;
using test::Fjordvik;

// What two people have decided is forgotten: Tone, the privacy officer, asks; Ruth, the municipal
// director, confirms. Case A is Lo's; Ada coordinates it.
namespace {

constexpr const char* request_id = "0192f0c1-0000-7000-8000-0000000039a1";
constexpr const char* tone = "0192f0c1-0000-7000-8000-000000002018";
constexpr const char* ruth = "0192f0c1-0000-7000-8000-000000002016";
constexpr const char* marte = "0192f0c1-0000-7000-8000-000000003101";
constexpr const char* thread_a = "0192f0c1-0001-7000-8000-000000002501";
constexpr const char* marker = "Zvorkmerke";
const store::LogId domain{store::TenantId(9999), store::LogKind::domain};

// Fjordvik on a sealed log, with what carries erasures out.
class ForgettingFjordvik {
public:
    ForgettingFjordvik()
        : seal_(store::make_payload_seal(keys.keys(), keys.random)),
          fjordvik({}, {.make_log = [this] { return sealed_log(); }}),
          eraser_(app::make_eraser(
              {fjordvik.world.log(), *stored_, keys.keys(), fjordvik.world.table(),
               fjordvik.world.projector(), fjordvik.world.clock(),
               [this](store::LogId log, const store::StreamId& stream) {
                   fjordvik.world.dispatcher().forget(log, stream);
               },
               [this](store::TenantId tenant) { return fjordvik.world.facts().refold(tenant); }}
          )) {
        start_runner();
    }
    ~ForgettingFjordvik() { stop_runner(); }
    ForgettingFjordvik(const ForgettingFjordvik&) = delete;
    ForgettingFjordvik& operator=(const ForgettingFjordvik&) = delete;

    // Like a new start of the server.
    void start_runner() {
        fjordvik.world.also_step(nullptr);
        runner_ = app::make_erasure_runner(
            {fjordvik.world.log(), *stored_, keys.keys(), *eraser_, fjordvik.world.dispatcher(),
             fjordvik.world.table(), fjordvik.world.clock(), std::chrono::days(30)}
        );
        fjordvik.world.also_step([this] { return runner_->step(); });
    }
    void stop_runner() {
        fjordvik.world.also_step(nullptr);
        runner_.reset();
    }
    app::Eraser& eraser() { return *eraser_; }
    app::ErasureRunner& runner() { return *runner_; }
    const store::EventLog& stored() { return *stored_; }

    Result<json> send(const access::Actor& as, const std::string& method, const json& params) {
        return fjordvik.world.command(method, params, as);
    }
    access::Actor officer() const {
        access::Actor out = fjordvik.actor("tone");
        out.purpose = "privacy";
        return out;
    }
    const access::Actor& director() const { return fjordvik.actor("ruth"); }

    // The request's row, as that caller finds it; null when there is none.
    json row(const access::Actor& as, const char* id = request_id) {
        const auto found = fjordvik.world.call("erasure.requests", {{"erasureId", id}}, as);
        return found ? (*found)["document"] : json();
    }
    json row() { return row(officer()); }

    void request(const json& more = json::object()) {
        json params{
            {"erasureId", request_id},
            {"kind", "case"},
            {"targetId", test::case_a},
            {"ground", "GDPR.17.1.d"},
            {"archive", "recorded-wrongly"}
        };
        params.update(more);
        must(send(officer(), "erasure.request", params));
    }
    Result<json> confirm(const access::Actor& as, const char* target = test::case_a) {
        return send(as, "erasure.confirm", {{"erasureId", request_id}, {"targetId", target}});
    }
    static void must(const Result<json>& answer) {
        INFO((answer ? std::string() : answer.error().message + answer.error().data));
        REQUIRE(answer.has_value());
    }
    json overview(const access::Actor& as) {
        const auto answer = fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, as);
        return answer ? (*answer)["document"] : json();
    }
    // What a stream says to whoever has its keys.
    std::string texts_of(const std::string& stream) {
        std::string out;
        const auto scanned = fjordvik.world.log().scan_stream(
            domain, *store::StreamId::parse(stream), store::Revision(0), SIZE_MAX,
            [&out](const store::EventView& event) {
                out += event.payload;
                return store::Visit::more;
            }
        );
        REQUIRE(scanned.has_value());
        return out;
    }
    std::string texts_of_case() { return texts_of(std::string("case/") + test::case_a); }
    // A message with the marker in it, by the id of its event.
    std::string post_marker() {
        must(fjordvik.send(
            "ada", "coordination.post-message",
            {{"caseId", test::case_a},
             {"threadId", thread_a},
             {"messageId", fjordvik.world.new_id()},
             {"text", std::string("Om ") + marker + ", i feil sak."}}
        ));
        std::string id;
        const auto scanned = fjordvik.world.log().scan_stream(
            domain, *store::StreamId::parse(std::string("case/") + test::case_a),
            store::Revision(0), SIZE_MAX,
            [&id](const store::EventView& event) {
                if (event.payload.find(marker) != std::string_view::npos) {
                    id = event.id.value().text();
                }
                return store::Visit::more;
            }
        );
        REQUIRE(scanned.has_value());
        REQUIRE_FALSE(id.empty());
        return id;
    }

    test::KeysUnderTest keys;

private:
    std::unique_ptr<store::EventLog> sealed_log() {
        auto engine = store::make_memory_event_log();
        stored_ = engine.get();
        return store::make_sealed_event_log(std::move(engine), *seal_);
    }

    std::unique_ptr<store::PayloadSeal> seal_;
    const store::EventLog* stored_ = nullptr;

public:
    Fjordvik fjordvik;

private:
    std::unique_ptr<app::Eraser> eraser_;
    std::unique_ptr<app::ErasureRunner> runner_;
};

std::string rejections(const Result<json>& answer) {
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == ErrorCode::rejected);
    const json data = json::parse(answer.error().data);
    std::string out;
    for (const json& one : data["rejections"]) {
        out += (out.empty() ? "" : " ") + one["code"].get<std::string>();
    }
    return out;
}

ErrorCode code_of(const Result<json>& answer) {
    REQUIRE_FALSE(answer.has_value());
    return answer.error().code;
}

}  // namespace

SCENARIO("Erasing a case takes two people, and then it is gone", "[scenario][erasure]") {
    ForgettingFjordvik town;
    town.request();
    CHECK(town.row()["state"] == "requested");
    CHECK(town.row()["requestedById"] == tone);
    REQUIRE(town.overview(town.fjordvik.actor("ada"))["title"].is_string());

    CHECK(rejections(town.confirm(town.officer())) == "erasure.own-request");
    CHECK(
        rejections(town.confirm(town.director(), "0192f0c1-0000-7000-8000-00000000c002")) ==
        "erasure.other-target"
    );
    for (const char* other : {"ada", "jon", "berit", "marte"}) {
        INFO(other);
        CHECK(code_of(town.confirm(town.fjordvik.actor(other))) == ErrorCode::denied);
    }
    access::Actor idle = town.officer();
    idle.purpose = "coordination";
    CHECK(town.row(idle).is_null());
    CHECK(town.row(town.fjordvik.actor("ada")).is_null());
    CHECK(town.row()["state"] == "requested");

    const auto confirmed = town.confirm(town.director());
    ForgettingFjordvik::must(confirmed);
    CHECK(town.row()["state"] == "completed");
    CHECK(town.row()["decidedById"] == ruth);
    CHECK(town.row()["keysGoneOn"] == "2027-04-22");
    CHECK(town.texts_of_case().empty());
    CHECK(town.overview(town.fjordvik.actor("ada")).is_null());
    CHECK(
        code_of(town.fjordvik.world.call(
            "stream.read", {{"stream", std::string("case/") + test::case_a}, {"limit", 200}},
            town.fjordvik.actor("ada")
        )) == ErrorCode::not_found
    );
    CHECK(
        town.fjordvik.world.projector()
            .get(store::TenantId(9999), "case.overview", std::string("case/") + test::case_a)
            .value()
            .value_or(views::Document{})
            .json.find("title\":\"") == std::string::npos
    );
    // Nothing is written to it any more, and what was decided stays.
    CHECK(rejections(town.confirm(town.director())) == "erasure.not-open");
    const std::string erasure = town.texts_of(std::string("erasure/") + request_id);
    CHECK(erasure.find("GDPR.17.1.d") != std::string::npos);
    CHECK(erasure.find(test::case_a) != std::string::npos);
    access::Actor auditor = town.fjordvik.actor("mona");
    auditor.roles = {"auditor"};
    auditor.purpose = "audit";
    CHECK(town.row(auditor)["state"] == "completed");
    CHECK(code_of(town.confirm(auditor)) == ErrorCode::denied);
}

SCENARIO("What is under a legal hold is not erased", "[scenario][erasure]") {
    ForgettingFjordvik town;
    const json held{{"legalHoldId", test::case_a}, {"kind", "case"}, {"reason", "court-case"}};
    const json hold{{"legalHoldId", test::case_a}};
    const json params{
        {"erasureId", town.fjordvik.world.new_id()},
        {"kind", "case"},
        {"targetId", test::case_a},
        {"ground", "GDPR.17.1.a"},
        {"archive", "transferred"}
    };
    town.request();
    ForgettingFjordvik::must(town.send(town.director(), "erasure.place-hold", held));
    CHECK(rejections(town.send(town.director(), "erasure.place-hold", held)) == "erasure.held");

    const auto refused = town.confirm(town.director());
    CHECK(rejections(refused) == "erasure.held");
    const json why = json::parse(refused.error().data)["rejections"][0]["params"];
    CHECK(why["placedById"] == ruth);
    CHECK(why["reason"] == "court-case");
    CHECK(why["placedAt"].is_string());
    CHECK(rejections(town.send(town.officer(), "erasure.request", params)) == "erasure.held");
    // The operator's command is held by it as well.
    const store::StreamId case_a = *store::StreamId::parse(std::string("case/") + test::case_a);
    const auto operators =
        town.eraser().erase({domain.tenant, case_a, "GDPR.17", town.fjordvik.world.clock().now()});
    REQUIRE_FALSE(operators.has_value());
    CHECK(operators.error().code == ErrorCode::rejected);
    CHECK_FALSE(town.texts_of_case().empty());

    WHEN("the hold is released") {
        ForgettingFjordvik::must(town.send(town.officer(), "erasure.release-hold", hold));
        CHECK(
            rejections(town.send(town.officer(), "erasure.release-hold", hold)) ==
            "erasure.not-held"
        );
        THEN("the request can be confirmed") {
            ForgettingFjordvik::must(town.confirm(town.director()));
            CHECK(town.row()["state"] == "completed");
            CHECK(town.texts_of_case().empty());
        }
    }
}

SCENARIO("A request ends without a second person", "[scenario][erasure]") {
    ForgettingFjordvik town;
    town.request();
    const json request{{"erasureId", request_id}, {"targetId", test::case_a}};
    WHEN("it is rejected") {
        json params = request;
        params["reason"] = "must-be-kept";
        CHECK(
            rejections(town.send(town.officer(), "erasure.reject", params)) == "erasure.own-request"
        );
        ForgettingFjordvik::must(town.send(town.director(), "erasure.reject", params));
        CHECK(town.row()["state"] == "rejected");
        CHECK(town.row()["reason"] == "must-be-kept");
    }
    WHEN("it is taken back") {
        access::Actor other = town.fjordvik.actor("mona");
        other.roles = {"privacy-officer"};
        other.purpose = "privacy";
        CHECK(
            rejections(town.send(other, "erasure.withdraw", request)) == "erasure.others-request"
        );
        ForgettingFjordvik::must(town.send(town.officer(), "erasure.withdraw", request));
        CHECK(town.row()["state"] == "withdrawn");
    }
    WHEN("nobody answers for a fortnight") {
        auto& world = town.fjordvik.world;
        world.advance_to(world.clock().now() + std::chrono::days(14));
        CHECK(town.row()["state"] == "requested");
        world.advance_to(world.clock().now() + std::chrono::days(1));
        CHECK(town.row()["state"] == "expired");
    }
    CHECK(rejections(town.confirm(town.director())) == "erasure.not-open");
    CHECK_FALSE(town.texts_of_case().empty());
}

SCENARIO("Nobody has a hand in erasing what is their own family's", "[scenario][erasure]") {
    ForgettingFjordvik town;
    town.request();
    REQUIRE(town.row().is_object());
    // From that commit on the officer is Lo's mother.
    ForgettingFjordvik::must(town.fjordvik.send(
        "jon", "organisation.link-person", {{"staffId", tone}, {"personId", marte}}
    ));
    CHECK(town.row().is_null());
    const json params{
        {"erasureId", town.fjordvik.world.new_id()},
        {"kind", "case"},
        {"targetId", test::case_a},
        {"ground", "GDPR.17.1.a"},
        {"archive", "transferred"}
    };
    CHECK(code_of(town.send(town.officer(), "erasure.request", params)) == ErrorCode::not_found);
    json other = params;
    other["targetId"] = "0192f0c1-0000-7000-8000-00000000c002";
    CHECK(town.send(town.officer(), "erasure.request", other).has_value());
}

SCENARIO("A text in the wrong case is taken out by two people", "[scenario][erasure]") {
    ForgettingFjordvik town;
    const std::string event = town.post_marker();
    town.request({{"eventId", event}});
    REQUIRE(town.texts_of_case().find(marker) != std::string::npos);
    ForgettingFjordvik::must(town.confirm(town.director()));

    CHECK(town.row()["state"] == "completed");
    CHECK(town.row()["eventId"] == event);
    CHECK(town.row()["keysGoneOn"].is_null());
    CHECK(town.texts_of_case().find(marker) == std::string::npos);
    CHECK(town.overview(town.fjordvik.actor("ada"))["title"].is_string());
    const auto read = town.fjordvik.world.call(
        "stream.read", {{"stream", std::string("case/") + test::case_a}, {"limit", 200}},
        town.fjordvik.actor("ada")
    );
    ForgettingFjordvik::must(read);
    std::size_t removed = 0;
    for (const json& one : (*read)["events"]) {
        removed += one["id"] == event ? 1U : 0U;
        CHECK((one["id"] != event || !one.contains("data")));
    }
    CHECK(removed == 1);
    CHECK(read->dump().find(marker) == std::string::npos);
    const auto threads = town.fjordvik.world.call(
        "coordination.threads", {{"index", "byCase"}, {"equals", {test::case_a}}, {"limit", 50}},
        town.fjordvik.actor("ada")
    );
    CHECK((!threads || threads->dump().find(marker) == std::string::npos));
}

SCENARIO("What cannot be erased is said to whoever asked", "[scenario][erasure]") {
    ForgettingFjordvik town;
    const auto failed_as = [&](const json& more, const char* target) {
        town.request(more);
        ForgettingFjordvik::must(town.confirm(town.director(), target));
        CHECK(town.row()["state"] == "failed");
        return town.row()["reason"].get<std::string>();
    };
    WHEN("there is no such case") {
        constexpr const char* nobody = "0192f0c1-0000-7000-8000-00000000c0ff";
        CHECK(failed_as({{"targetId", nobody}}, nobody) == "not-found");
    }
    WHEN("there is no such event in it") {
        CHECK(failed_as({{"eventId", request_id}}, test::case_a) == "not-found");
    }
    WHEN("access is decided by what the event says") {
        const auto first = store::read_stream(
            town.stored(), domain, *store::StreamId::parse(std::string("case/") + test::case_a),
            store::Revision(0), 1
        );
        REQUIRE(first.has_value());
        const std::string event = first->at(0)->id.value().text();
        CHECK(failed_as({{"eventId", event}}, test::case_a) == "decides-access");
    }
    CHECK_FALSE(town.texts_of_case().empty());
}

SCENARIO("What was confirmed is carried out after a fall, once", "[scenario][erasure]") {
    ForgettingFjordvik town;
    town.stop_runner();
    town.request();
    ForgettingFjordvik::must(town.confirm(town.director()));
    CHECK(town.row()["state"] == "confirmed");
    CHECK_FALSE(town.texts_of_case().empty());
    WHEN("the server starts again") {
        town.start_runner();
        town.fjordvik.world.settle();
        CHECK(town.row()["state"] == "completed");
        CHECK(town.texts_of_case().empty());
        const std::string history = town.fjordvik.world.events_as_text(9999);
        THEN("another start finds nothing to do") {
            town.start_runner();
            town.fjordvik.world.settle();
            CHECK(town.fjordvik.world.events_as_text(9999) == history);
            CHECK(town.keys.keys().erasures().size() == 2);  // With who has read it.
        }
    }
    WHEN("the log does not take the answer for a while") {
        auto& world = town.fjordvik.world;
        world.refuse_commits([](const store::Commit& commit) -> std::optional<Error> {
            const bool answers =
                !commit.writes.empty() && commit.writes[0].events[0].type == "erasure.completed";
            return answers ? std::optional(Error{ErrorCode::unavailable, "later"}) : std::nullopt;
        });
        town.start_runner();
        world.settle();
        CHECK(town.row()["state"] == "confirmed");
        CHECK(town.texts_of_case().empty());
        world.refuse_commits(nullptr);
        const std::chrono::steady_clock::time_point start{};
        town.runner().tick(start + limits::retry_longest / 2);
        world.settle();
        CHECK(town.row()["state"] == "confirmed");
        town.runner().tick(start + limits::retry_longest);
        world.settle();
        CHECK(town.row()["state"] == "completed");
    }
    WHEN("it fell when all was erased, but before that was said") {
        const store::StreamId stream = *store::StreamId::parse(std::string("case/") + test::case_a);
        REQUIRE(town.eraser().erase({domain.tenant, stream, "GDPR.17.1.d", {}}).has_value());
        town.start_runner();
        town.fjordvik.world.settle();
        CHECK(town.row()["state"] == "completed");
        CHECK(town.keys.keys().erasures().size() == 2);
    }
}
