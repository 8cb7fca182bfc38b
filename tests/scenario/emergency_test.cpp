#include <catch2/catch.hpp>

#include "base/calendar_text.hpp"
#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

// Break-glass as a caller meets it (cases 35 to 38): Unni works in child welfare and has no part in
// case A; Kari leads her. Ada coordinates; Lo is the child, Marte a parent; Rolf is a stranger.
namespace {

constexpr const char* child_welfare = "0192f0c1-0000-7000-8000-000000001009";
constexpr const char* lo = "0192f0c1-0000-7000-8000-000000003001";
constexpr const char* grant = "0192f0c1-0001-7000-8000-0000000037a1";
constexpr const char* renewal = "0192f0c1-0001-7000-8000-0000000037a2";
constexpr const char* reason = "Politiet ringte: barnet er funnet alene ute om natten.";
const std::string stream_a = std::string("case/") + test::case_a;

json emergency(const std::string& id = grant, int hours = 2) {
    return {{"caseId", test::case_a},          {"grantId", id},    {"unitId", child_welfare},
            {"reasonCode", "child-in-danger"}, {"reason", reason}, {"hours", hours}};
}

json overview(Fjordvik& fjordvik, const access::Actor& who) {
    const auto answer = fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, who);
    return answer ? (*answer)["document"] : json();
}

std::size_t events_seen(Fjordvik& fjordvik, const access::Actor& who, const std::string& type) {
    const auto read =
        fjordvik.world.call("stream.read", {{"stream", stream_a}, {"limit", 200}}, who);
    std::size_t count = 0;
    if (read) {
        for (const json& event : (*read)["events"]) {
            count += event["type"] == "no.samvev." + type + ".v1" ? 1U : 0U;
        }
    }
    return count;
}

// The row of the emergency as that caller finds it, null when there is none.
json row(Fjordvik& fjordvik, const access::Actor& who) {
    const auto page = fjordvik.world.call(
        "break-glass.emergencies", {{"index", "byCase"}, {"equals", {test::case_a}}, {"limit", 10}},
        who
    );
    REQUIRE(page.has_value());
    const json& items = (*page)["items"];
    return items.empty() ? json() : items[0]["document"];
}

access::Actor privacy_officer(const Fjordvik& fjordvik) {
    access::Actor officer = fjordvik.actor("ruth");
    officer.roles = {"privacy-officer"};
    officer.purpose = "privacy";
    return officer;
}

void pass(Fjordvik& fjordvik, std::chrono::hours hours) {
    fjordvik.world.advance_to(fjordvik.world.clock().now() + hours);
}

ErrorCode code_of(const Result<json>& answer) {
    REQUIRE_FALSE(answer.has_value());
    return answer.error().code;
}

json review(const char* verdict = "justified") {
    return {
        {"caseId", test::case_a},
        {"grantId", grant},
        {"verdict", verdict},
        {"assessment", "Vakta måtte vite hvem som kjenner barnet."}
    };
}

bool waits(Fjordvik& fjordvik, const access::Actor& who, const std::string& kind) {
    const auto waiting = fjordvik.world.call("me.waiting", json::object(), who);
    REQUIRE(waiting.has_value());
    return std::ranges::any_of((*waiting)["items"], [&](const json& item) {
        return item["kind"] == kind && item["target"]["entity"] == grant;
    });
}

}  // namespace

SCENARIO("35 The glass is broken with a reason and for hours, to read", "[scenario][emergency]") {
    Fjordvik fjordvik;
    const access::Actor& unni = fjordvik.actor("unni");
    REQUIRE(overview(fjordvik, unni).is_null());

    for (const auto& [member, value] : std::vector<std::pair<const char*, json>>{
             {"reason", "For kort."}, {"hours", 5}, {"hours", 0}, {"reasonCode", "curious"}
         }) {
        json wrong = emergency();
        wrong[member] = value;
        INFO(member);
        CHECK(
            code_of(fjordvik.send("unni", "break-glass.start", wrong)) ==
            ErrorCode::invalid_argument
        );
    }
    json without = emergency();
    without.erase("reason");
    CHECK(
        code_of(fjordvik.send("unni", "break-glass.start", without)) == ErrorCode::invalid_argument
    );
    json elsewhere = emergency();
    elsewhere["unitId"] = "0192f0c1-0000-7000-8000-000000001005";
    const auto refused = fjordvik.send("unni", "break-glass.start", elsewhere);
    CHECK(code_of(refused) == ErrorCode::rejected);
    CHECK(refused.error().data.find("break-glass.other-unit") != std::string::npos);
    CHECK(overview(fjordvik, unni).is_null());

    REQUIRE(fjordvik.send("unni", "break-glass.start", emergency()).has_value());
    CHECK(fjordvik.count("break-glass.started", test::case_a) == 1);
    CHECK(overview(fjordvik, unni)["title"].is_string());
    CHECK(events_seen(fjordvik, unni, "case.need-recorded") > 0);
    // It opens that case to her alone, and nothing else.
    CHECK(overview(fjordvik, fjordvik.actor("kari")).is_null());
    CHECK_FALSE(
        fjordvik.world
            .call("case.overview", {{"caseId", "0192f0c1-0000-7000-8000-00000000c002"}}, unni)
            .has_value()
    );
    const auto written = fjordvik.send(
        "unni", "case.record-need",
        {{"caseId", test::case_a},
         {"needId", "0192f0c1-0000-7000-8000-0000000aaaa2"},
         {"lifeArea", "education"},
         {"description", "Ro."}}
    );
    CHECK(code_of(written) == ErrorCode::denied);
}

SCENARIO(
    "Tried only, it answers for a case that one may not know of as for none",
    "[scenario][emergency]"
) {
    Fjordvik fjordvik;
    const std::string before = fjordvik.world.events_as_text(9999);
    const auto tried = [&](const char* as, json params) {
        params["validateOnly"] = true;
        return fjordvik.send(as, "break-glass.start", params);
    };
    json nowhere = emergency();
    nowhere["caseId"] = "0192f0c1-0000-7000-8000-00000000ffff";
    json stale = emergency();
    stale["expectedRevision"] = "7";
    for (const json& params : {emergency(), nowhere, stale}) {
        CHECK(code_of(tried("unni", params)) == ErrorCode::not_found);
    }
    json of_ada = emergency();
    of_ada["unitId"] = fjordvik.actor("ada").unit;
    const auto known = tried("ada", of_ada);
    REQUIRE(known.has_value());
    CHECK((*known)["valid"] == true);
    CHECK(fjordvik.world.events_as_text(9999) == before);
}

SCENARIO("36 It ends by itself, or before; another one is another", "[scenario][emergency]") {
    Fjordvik fjordvik;
    const access::Actor& unni = fjordvik.actor("unni");
    REQUIRE(fjordvik.send("unni", "break-glass.start", emergency()).has_value());
    WHEN("its time passes") {
        pass(fjordvik, std::chrono::hours(2));
        CHECK(overview(fjordvik, unni).is_null());
        CHECK(events_seen(fjordvik, unni, "case.need-recorded") == 0);
        THEN("it is renewed by a new one, with its own reason") {
            REQUIRE(fjordvik.send("unni", "break-glass.start", emergency(renewal)).has_value());
            CHECK(overview(fjordvik, unni)["title"].is_string());
            CHECK(fjordvik.count("break-glass.started", test::case_a) == 2);
        }
        THEN("it cannot be ended, nor started under its id once more") {
            CHECK(
                code_of(fjordvik.send(
                    "unni", "break-glass.end", {{"caseId", test::case_a}, {"grantId", grant}}
                )) == ErrorCode::denied
            );
            CHECK(
                code_of(fjordvik.send("unni", "break-glass.start", emergency())) ==
                ErrorCode::denied
            );
        }
    }
    WHEN("it is not needed any more") {
        REQUIRE(
            fjordvik.send(
                        "unni", "break-glass.end", {{"caseId", test::case_a}, {"grantId", grant}}
            ).has_value()
        );
        CHECK(overview(fjordvik, unni).is_null());
    }
    WHEN("her leader ends it") {
        REQUIRE(
            fjordvik.send(
                        "kari", "break-glass.end", {{"caseId", test::case_a}, {"grantId", grant}}
            ).has_value()
        );
        CHECK(overview(fjordvik, unni).is_null());
    }
}

SCENARIO("An emergency lifts none of the hard forbids", "[scenario][emergency]") {
    Fjordvik fjordvik;
    const access::Actor& unni = fjordvik.actor("unni");
    const auto hidden = [&](const std::string& as, json params) {
        const auto answer = fjordvik.send(as, "break-glass.start", params);
        INFO((answer ? "started" : answer.error().message));
        return code_of(answer) == ErrorCode::not_found;
    };
    // Who is no staff, or asks about what is not there, learns nothing.
    json nowhere = emergency();
    nowhere["caseId"] = "0192f0c1-0000-7000-8000-0000000fffff";
    CHECK(hidden("unni", nowhere));
    access::Actor mother = fjordvik.actor("hilde");
    mother.roles = {"participant"};
    CHECK_FALSE(fjordvik.world.command("break-glass.start", emergency(), mother).has_value());
    CHECK(fjordvik.count("break-glass.started", test::case_a) == 0);

    // One's own family.
    access::Actor relative =
        test::staff(9999, "0192f0c1-0000-7000-8000-0000000020f1", {"participant"}, child_welfare);
    relative.purpose = "coordination";
    REQUIRE(fjordvik
                .send(
                    "jon", "organisation.register-staff",
                    {{"staffId", relative.id},
                     {"displayName", "Marte Testdal"},
                     {"unitId", child_welfare},
                     {"personId", fjordvik.actor("marte").id}}
                )
                .has_value());
    const auto own = fjordvik.world.command("break-glass.start", emergency(), relative);
    CHECK(code_of(own) == ErrorCode::not_found);

    // A strictly protected child: the case can be read, its person cannot.
    REQUIRE(fjordvik
                .send(
                    "ada", "person.set-address-protection",
                    {{"personId", lo}, {"level", "strictly-confidential"}, {"reason", "Trussel."}}
                )
                .has_value());
    REQUIRE(fjordvik.send("unni", "break-glass.start", emergency()).has_value());
    CHECK(overview(fjordvik, unni)["title"].is_string());
    CHECK_FALSE(fjordvik.world.call("person.card", {{"personId", lo}}, unni).has_value());
}

SCENARIO("37 An emergency is reviewed by somebody else, and in time", "[scenario][emergency]") {
    Fjordvik fjordvik;
    const access::Actor officer = privacy_officer(fjordvik);
    REQUIRE(fjordvik.send("unni", "break-glass.start", emergency()).has_value());
    CHECK(waits(fjordvik, fjordvik.actor("kari"), "break-glass-review"));
    CHECK_FALSE(waits(fjordvik, fjordvik.actor("berit"), "break-glass-review"));
    CHECK(row(fjordvik, officer)["state"] == "unreviewed");
    CHECK(row(fjordvik, officer)["reason"] == reason);
    CHECK(row(fjordvik, officer)["reviewBy"] == "2027-03-30");

    const auto running = fjordvik.send("kari", "break-glass.review", review());
    CHECK(code_of(running) == ErrorCode::rejected);
    CHECK(running.error().data.find("break-glass.running") != std::string::npos);
    pass(fjordvik, std::chrono::hours(2));
    access::Actor unni = fjordvik.actor("unni");
    unni.roles = {"leader"};
    CHECK(
        code_of(fjordvik.world.command("break-glass.review", review(), unni)) == ErrorCode::denied
    );
    // Her colleague at the table of the case may not, either.
    access::Actor ada = fjordvik.actor("ada");
    ada.roles = {"leader"};
    CHECK(
        code_of(fjordvik.world.command("break-glass.review", review(), ada)) == ErrorCode::denied
    );

    pass(fjordvik, std::chrono::hours(24 * 8));
    CHECK(row(fjordvik, officer)["overdue"] == true);
    CHECK(waits(fjordvik, fjordvik.actor("kari"), "break-glass-review-overdue"));
    CHECK(fjordvik.count("break-glass.review-overdue", test::case_a) == 1);

    REQUIRE(fjordvik.world.command("break-glass.review", review("unjustified"), officer).has_value()
    );
    CHECK(row(fjordvik, officer)["state"] == "reviewed");
    CHECK(row(fjordvik, officer)["verdict"] == "unjustified");
    CHECK_FALSE(waits(fjordvik, fjordvik.actor("kari"), "break-glass-review-overdue"));
    const auto again = fjordvik.send("kari", "break-glass.review", review());
    CHECK(code_of(again) == ErrorCode::rejected);
    CHECK(again.error().data.find("break-glass.already-reviewed") != std::string::npos);
}

SCENARIO("38 Those whom it concerns are told, without the words", "[scenario][emergency]") {
    Fjordvik fjordvik;
    REQUIRE(fjordvik.send("unni", "break-glass.start", emergency()).has_value());
    for (const char* who : {"lo", "marte", "ada"}) {
        INFO(who);
        const json shown = row(fjordvik, fjordvik.actor(who));
        CHECK(shown["staffId"] == fjordvik.actor("unni").id);
        CHECK(shown["unitId"] == child_welfare);
        CHECK(shown["reasonCode"] == "child-in-danger");
        CHECK(shown["startedAt"].is_string());
        CHECK(shown["reason"].is_null());
        const auto read = fjordvik.world.call(
            "stream.read", {{"stream", stream_a}, {"limit", 200}}, fjordvik.actor(who)
        );
        REQUIRE(read.has_value());
        CHECK(read->dump().find(reason) == std::string::npos);
    }
    for (const char* who : {"rolf", "hilde"}) {
        CHECK(row(fjordvik, fjordvik.actor(who)).is_null());
    }
    // A privacy officer at other work sees nothing.
    access::Actor officer = privacy_officer(fjordvik);
    officer.purpose = "coordination";
    CHECK(row(fjordvik, officer).is_null());
}
