#include <catch2/catch.hpp>
#include <set>

#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

// Who may see what, as a caller meets it: every door below wire, on the cases of Fjordvik. Case A:
// Ada (school) coordinates and has offered Odd (health station) to take over; Inga (PPT) takes
// part; Berit leads Ada's school; Marte and Anders are Lo's parents.
namespace {

constexpr const char* lo = "0192f0c1-0000-7000-8000-000000003001";
constexpr const char* nobody = "0192f0c1-0000-7000-8000-0000000fffff";
const std::string stream_a = std::string("case/") + test::case_a;

std::set<std::string> cases_listed(Fjordvik& fjordvik, const access::Actor& who) {
    const auto page = fjordvik.world.call("case.my-cases", {{"limit", 100}}, who);
    REQUIRE(page.has_value());
    std::set<std::string> out;
    for (const json& item : (*page)["items"]) {
        out.insert(item["document"]["caseId"]);
    }
    return out;
}

// The error that the answer to an ask for `id` is, with the id itself taken out.
std::string refusal(
    Fjordvik& fjordvik, const access::Actor& who, const std::string& method, json params,
    const std::string& id
) {
    const auto answer = fjordvik.world.call(method, params, who);
    REQUIRE_FALSE(answer.has_value());
    std::string text = std::to_string(static_cast<int>(answer.error().code)) + " " +
                       answer.error().message + " " + answer.error().data;
    for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id)) {
        text.replace(at, id.size(), "ID");
    }
    return text;
}

std::set<std::string> types_seen(Fjordvik& fjordvik, const access::Actor& who) {
    const auto read =
        fjordvik.world.call("stream.read", {{"stream", stream_a}, {"limit", 200}}, who);
    std::set<std::string> out;
    if (read) {
        for (const json& event : (*read)["events"]) {
            out.insert(event["type"]);
        }
    }
    return out;
}

json overview_for(Fjordvik& fjordvik, const access::Actor& who) {
    const auto answer = fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, who);
    return answer ? (*answer)["document"] : json();
}

}  // namespace

SCENARIO("What a caller may not see is as if it were not there", "[scenario][access]") {
    Fjordvik fjordvik;
    const access::Actor& stranger = fjordvik.actor("rolf");
    REQUIRE_FALSE(cases_listed(fjordvik, stranger).contains(test::case_a));

    for (const char* view :
         {"case.overview", "case.team", "case.plan-board", "individual-plan.plan"}) {
        INFO(view);
        const auto hidden =
            refusal(fjordvik, stranger, view, {{"caseId", test::case_a}}, test::case_a);
        CHECK(hidden == refusal(fjordvik, stranger, view, {{"caseId", nobody}}, nobody));
    }
    CHECK(
        refusal(fjordvik, stranger, "stream.read", {{"stream", stream_a}}, test::case_a) ==
        refusal(
            fjordvik, stranger, "stream.read", {{"stream", std::string("case/") + nobody}}, nobody
        )
    );
    const auto command = [](const std::string& id) {
        return json{
            {"caseId", id}, {"commandId", nobody}, {"reason", "Prøver."}, {"until", "2027-05-01"}
        };
    };
    CHECK(
        refusal(fjordvik, stranger, "case.pause-case", command(test::case_a), test::case_a) ==
        refusal(
            fjordvik, stranger, "case.pause-case", command("0192f0c1-0000-7000-8000-0000000ffff1"),
            "0192f0c1-0000-7000-8000-0000000ffff1"
        )
    );
    const auto timeline = fjordvik.world.call(
        "case.timeline", {{"where", {{"caseId", test::case_a}}}, {"limit", 50}}, stranger
    );
    REQUIRE(timeline.has_value());
    CHECK((*timeline)["items"].empty());
    CHECK_FALSE(timeline->contains("nextCursor"));
}

SCENARIO("The seat at the table opens a case, and its end closes it", "[scenario][access]") {
    Fjordvik fjordvik;
    const access::Actor inga = fjordvik.actor("inga");
    REQUIRE(cases_listed(fjordvik, inga).contains(test::case_a));
    const json team = fjordvik.document("case.team", test::case_a);
    for (const json& participant : team["participants"]) {
        if (participant.value("staffId", json()) == inga.id &&
            participant.value("state", json()) != "ended") {
            const auto ended = fjordvik.send(
                "ada", "case.end-participation",
                {{"caseId", test::case_a},
                 {"participantId", participant["participantId"]},
                 {"reason", "Ferdig."},
                 {"endedOn", "2027-03-23"}}
            );
            INFO((ended ? std::string() : ended.error().message + ended.error().data));
            REQUIRE(ended.has_value());
        }
    }
    CHECK_FALSE(cases_listed(fjordvik, inga).contains(test::case_a));
    CHECK(overview_for(fjordvik, inga).is_null());
    CHECK(types_seen(fjordvik, inga).empty());
}

SCENARIO("A leader sees that something goes on, and not what was written", "[scenario][access]") {
    Fjordvik fjordvik;
    const json seen = overview_for(fjordvik, fjordvik.actor("berit"));
    REQUIRE(seen.is_object());
    CHECK(seen["coordinator"]["staffId"] == test::ada);
    CHECK(seen["level"] == 2);
    CHECK(seen["title"].is_null());
    CHECK(fjordvik.document("case.overview", test::case_a)["title"].is_string());
    CHECK_FALSE(
        types_seen(fjordvik, fjordvik.actor("berit")).contains("no.samvev.case.need-recorded.v1")
    );
    CHECK(types_seen(fjordvik, fjordvik.actor("ada")).contains("no.samvev.case.need-recorded.v1"));
}

SCENARIO("Who acts on an old revision is told of what they may see", "[scenario][access]") {
    Fjordvik fjordvik;
    const access::Actor& leader = fjordvik.actor("berit");
    std::set<std::string> visible;
    const auto read =
        fjordvik.world.call("stream.read", {{"stream", stream_a}, {"limit", 20}}, leader);
    REQUIRE(read.has_value());
    for (const json& event : (*read)["events"]) {
        visible.insert(event["revision"]);
    }
    REQUIRE(visible.size() < 20);  // Something was written that is not for leaders.
    const auto refused = fjordvik.send(
        "berit", "case.pause-case",
        {{"caseId", test::case_a},
         {"reason", "Prøver."},
         {"until", "2027-05-01"},
         {"expectedRevision", "0"}}
    );
    REQUIRE_FALSE(refused.has_value());
    REQUIRE(refused.error().code == ErrorCode::revision_conflict);
    const json changes = json::parse(refused.error().data)["changes"];
    CHECK_FALSE(changes.empty());
    for (const json& change : changes) {
        CHECK(visible.contains(change["revision"].get<std::string>()));
    }
}

SCENARIO("A family reads its own case, and no other", "[scenario][access]") {
    Fjordvik fjordvik;
    const access::Actor child = fjordvik.actor("lo");
    const access::Actor parent = fjordvik.actor("marte");
    CHECK(overview_for(fjordvik, child)["personId"] == lo);
    CHECK(overview_for(fjordvik, parent)["personId"] == lo);
    CHECK(overview_for(fjordvik, fjordvik.actor("hilde")).is_null());
    CHECK_FALSE(types_seen(fjordvik, parent).empty());

    WHEN("a parent must be kept away") {
        REQUIRE(fjordvik
                    .send(
                        "ada", "person.restrict-contact",
                        {{"personId", lo}, {"restrictedId", parent.id}, {"reason", "Forbud."}}
                    )
                    .has_value());
        THEN("nothing is left to see, and the other parent still sees it") {
            CHECK(overview_for(fjordvik, parent).is_null());
            CHECK(types_seen(fjordvik, parent).empty());
            CHECK(overview_for(fjordvik, fjordvik.actor("anders"))["personId"] == lo);
        }
    }
    WHEN("a parent has no responsibility any more") {
        REQUIRE(fjordvik
                    .send(
                        "ada", "person.end-guardian",
                        {{"personId", lo}, {"guardianId", parent.id}, {"reason", "Overført."}}
                    )
                    .has_value());
        THEN("only what they take part in themselves is left") {
            CHECK(types_seen(fjordvik, parent).count("no.samvev.case.need-recorded.v1") == 0);
        }
    }
}

SCENARIO("A command repeated after access has ended tells nothing", "[scenario][access]") {
    Fjordvik fjordvik;
    const json need = {
        {"caseId", test::case_a},
        {"commandId", "0192f0c1-0000-7000-8000-0000000aaaa1"},
        {"needId", "0192f0c1-0000-7000-8000-0000000aaaa2"},
        {"lifeArea", "education"},
        {"description", "Ro til lekser."}
    };
    REQUIRE(fjordvik.send("ada", "case.record-need", need).has_value());
    REQUIRE(fjordvik.send("ada", "case.record-need", need).has_value());
    REQUIRE(fjordvik
                .send(
                    "odd", "case.accept-handover",
                    {{"caseId", test::case_a},
                     {"handoverId", test::handover_a},
                     {"toId", test::odd},
                     {"toUnitId", "0192f0c1-0000-7000-8000-000000001008"}}
                )
                .has_value());
    const std::size_t before = fjordvik.count("case.need-recorded", test::case_a);
    const auto again = fjordvik.send("ada", "case.record-need", need);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().code == ErrorCode::not_found);
    CHECK(fjordvik.count("case.need-recorded", test::case_a) == before);
}

SCENARIO("A purpose that does not fit opens nothing", "[scenario][access]") {
    Fjordvik fjordvik;
    access::Actor ada = fjordvik.actor("ada");
    for (const char* purpose : {"", "research"}) {
        ada.purpose = purpose;
        for (const char* view : {"case.overview", "me.waiting"}) {
            const auto unread = fjordvik.world.call(
                view,
                view == std::string("me.waiting") ? json::object() : json{{"caseId", test::case_a}},
                ada
            );
            REQUIRE_FALSE(unread.has_value());
            CHECK(unread.error().code == ErrorCode::denied);
            CHECK(unread.error().data.find("purpose") != std::string::npos);
        }
        const auto refused = fjordvik.world.command(
            "case.record-need",
            {{"caseId", test::case_a},
             {"needId", "0192f0c1-0000-7000-8000-0000000aaaa3"},
             {"lifeArea", "education"},
             {"description", "Ro."}},
            ada
        );
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::denied);
        CHECK(refused.error().data.find("purpose") != std::string::npos);
    }
}

SCENARIO("An auditor follows what happened, without what was written", "[scenario][access]") {
    Fjordvik fjordvik;
    access::Actor auditor = fjordvik.actor("ruth");
    auditor.roles = {"auditor"};
    auditor.purpose = "audit";
    const auto read =
        fjordvik.world.call("stream.read", {{"stream", stream_a}, {"limit", 200}}, auditor);
    REQUIRE(read.has_value());
    bool need_seen = false;
    for (const json& event : (*read)["events"]) {
        if (event["type"] == "no.samvev.case.need-recorded.v1") {
            need_seen = true;
            CHECK_FALSE(event["data"].contains("description"));
            CHECK(event["data"].contains("lifeArea"));
        }
    }
    CHECK(need_seen);
}

SCENARIO("Who oversees access is told which rule decides, and nobody else", "[scenario][access]") {
    Fjordvik fjordvik;
    access::Actor auditor = fjordvik.actor("ruth");
    auditor.roles = {"auditor"};
    auditor.purpose = "audit";
    const auto ask = [&](const access::Actor& who, const std::string& about) {
        return fjordvik.world.call(
            "authz.explain", {{"stream", stream_a}, {"actor", about}, {"topic", "plan"}}, who
        );
    };
    const auto ada = ask(auditor, "staff/" + fjordvik.actor("ada").id);
    REQUIRE(ada.has_value());
    CHECK((*ada)["allowed"] == true);
    CHECK((*ada)["rule"] == "team.frame");
    const auto rolf = ask(auditor, "staff/" + fjordvik.actor("rolf").id);
    REQUIRE(rolf.has_value());
    CHECK((*rolf)["allowed"] == false);
    CHECK((*rolf)["rule"] == "default.deny");
    CHECK((*rolf)["considered"].size() > 20);
    CHECK_FALSE(ask(fjordvik.actor("ada"), "staff/" + fjordvik.actor("rolf").id).has_value());
}

SCENARIO("A weaker login opens less, and says which would do", "[scenario][access]") {
    Fjordvik fjordvik;
    access::Actor child = fjordvik.actor("lo");
    child.purpose = "own-case";
    const auto needs = [](const Error& error, const char* level) {
        CHECK(error.code == ErrorCode::unauthenticated);
        CHECK(json::parse(error.data) == json{{"reason", "login_level"}, {"acr", level}});
    };
    for (const auto level : {access::Assurance::none, access::Assurance::low}) {
        child.assurance = level;
        const auto read = fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, child);
        REQUIRE_FALSE(read.has_value());
        needs(read.error(), "substantial");
    }
    child.assurance = access::Assurance::substantial;
    CHECK(overview_for(fjordvik, child)["personId"] == lo);

    const json need = {
        {"caseId", test::case_a},
        {"needId", "0192f0c1-0000-7000-8000-0000000aaaa7"},
        {"lifeArea", "education"},
        {"description", "Ro til lekser."}
    };
    const auto refused = fjordvik.world.command("case.record-need", need, child);
    REQUIRE_FALSE(refused.has_value());
    needs(refused.error(), "high");
    child.assurance = access::Assurance::high;
    CHECK(fjordvik.world.command("case.record-need", need, child).has_value());
}
