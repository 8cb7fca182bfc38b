#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

// What the child or its family keeps from somebody. Case 12 is about Aron, who is 17; Rolf (Nav)
// coordinates it; here Rune is his father. Case A is about Lo, who is 10; Marte is a parent.
namespace {

constexpr const char* aron = "0192f0c1-0000-7000-8000-000000003012";
constexpr const char* rune = "0192f0c1-0000-7000-8000-000000003104";
constexpr const char* case_12 = "0192f0c1-0000-7000-8000-00000000c012";
constexpr const char* activity = "0192f0c1-0012-7000-8000-000000002703";
constexpr const char* withholding = "0192f0c1-0012-7000-8000-0000000038a1";
constexpr const char* block = "0192f0c1-0012-7000-8000-0000000038a2";
constexpr const char* nav = "0192f0c1-0000-7000-8000-000000001010";

// The entities of which that caller finds something: in history and timeline.
std::set<std::string> entities(Fjordvik& fjordvik, const access::Actor& who, const char* of) {
    const std::string stream = std::string("case/") + of;
    std::set<std::string> out;
    const auto read = fjordvik.world.call("stream.read", {{"stream", stream}, {"limit", 200}}, who);
    if (read) {
        for (const json& event : (*read)["events"]) {
            out.insert(event.value("entity", std::string()));
        }
    }
    const auto timeline =
        fjordvik.world.call("case.timeline", {{"where", {{"caseId", of}}}, {"limit", 200}}, who);
    REQUIRE(timeline.has_value());
    for (const json& item : (*timeline)["items"]) {
        const json entity = item["document"]["entity"];
        if (entity.is_string()) {
            out.insert(entity.get<std::string>());
        }
    }
    return out;
}

void make_father(Fjordvik& fjordvik) {
    REQUIRE(
        fjordvik.send(
                    "liv", "person.record-guardian", {{"personId", aron}, {"guardianId", rune}}
        ).has_value()
    );
}

json withhold(json from = {"guardians"}) {
    return {
        {"caseId", case_12},
        {"withholdingId", withholding},
        {"itemId", activity},
        {"withheldFrom", std::move(from)}
    };
}

std::string codes(const Result<json>& answer) {
    REQUIRE_FALSE(answer.has_value());
    return std::to_string(static_cast<int>(answer.error().code)) + " " + answer.error().data;
}

bool sees_case(Fjordvik& fjordvik, const access::Actor& who, const char* of) {
    return fjordvik.world.call("case.overview", {{"caseId", of}}, who).has_value();
}

bool waits(Fjordvik& fjordvik, const char* who, const std::string& kind, const char* scope = "me") {
    const auto waiting = fjordvik.world.call("me.waiting", {{"scope", scope}}, fjordvik.actor(who));
    REQUIRE(waiting.has_value());
    return std::ranges::any_of((*waiting)["items"], [&](const json& item) {
        return item["kind"] == kind;
    });
}

}  // namespace

SCENARIO("20 What a young person keeps back, its parents find nowhere", "[scenario][privacy]") {
    Fjordvik fjordvik;
    make_father(fjordvik);
    const access::Actor& father = fjordvik.actor("rune");
    const access::Actor& child = fjordvik.actor("aron");
    REQUIRE(entities(fjordvik, father, case_12).contains(activity));

    REQUIRE(fjordvik.send("aron", "privacy.withhold-item", withhold()).has_value());
    CHECK_FALSE(entities(fjordvik, father, case_12).contains(activity));
    // Not even that something is kept back.
    CHECK_FALSE(entities(fjordvik, father, case_12).contains(withholding));
    CHECK(entities(fjordvik, child, case_12).contains(activity));
    CHECK(entities(fjordvik, child, case_12).contains(withholding));
    CHECK(entities(fjordvik, fjordvik.actor("rolf"), case_12).contains(activity));

    const json release = {{"caseId", case_12}, {"withholdingId", withholding}};
    WHEN("a service would give it free") {
        THEN("it cannot") {
            CHECK(
                codes(fjordvik.send("rolf", "privacy.release-item", release))
                    .find("privacy.for-the-child-alone") != std::string::npos
            );
        }
    }
    WHEN("he gives it free") {
        REQUIRE(fjordvik.send("aron", "privacy.release-item", release).has_value());
        THEN("they see it, and still not that it was kept back") {
            CHECK(entities(fjordvik, father, case_12).contains(activity));
            CHECK_FALSE(entities(fjordvik, father, case_12).contains(withholding));
            CHECK(
                codes(fjordvik.send("aron", "privacy.release-item", release))
                    .find("privacy.withholding-unknown") != std::string::npos
            );
        }
    }
    WHEN("the father is no guardian any more") {
        REQUIRE(fjordvik
                    .send(
                        "liv", "person.end-guardian",
                        {{"personId", aron}, {"guardianId", rune}, {"reason", "Overført."}}
                    )
                    .has_value());
        CHECK_FALSE(entities(fjordvik, father, case_12).contains(activity));
    }
}

SCENARIO("An item is withheld from one by name, event or thing", "[scenario][privacy]") {
    Fjordvik fjordvik;
    const access::Actor& marte = fjordvik.actor("marte");
    const std::string stream = std::string("case/") + test::case_a;
    const auto read =
        fjordvik.world.call("stream.read", {{"stream", stream}, {"limit", 200}}, marte);
    REQUIRE(read.has_value());
    std::string event;
    for (const json& one : (*read)["events"]) {
        event = one["type"] == "no.samvev.case.need-recorded.v1" ? one["id"] : json(event);
    }
    REQUIRE_FALSE(event.empty());
    REQUIRE(fjordvik
                .send(
                    "ada", "privacy.withhold-item",
                    {{"caseId", test::case_a},
                     {"withholdingId", withholding},
                     {"itemId", event},
                     {"withheldFrom", {marte.id}}}
                )
                .has_value());
    const auto again =
        fjordvik.world.call("stream.read", {{"stream", stream}, {"limit", 200}}, marte);
    CHECK(again->dump().find(event) == std::string::npos);
    CHECK((*again)["events"].size() + 1 == (*read)["events"].size());
    const auto other = fjordvik.world.call(
        "stream.read", {{"stream", stream}, {"limit", 200}}, fjordvik.actor("anders")
    );
    CHECK(other->dump().find(event) != std::string::npos);
}

SCENARIO("Who may keep something back", "[scenario][privacy]") {
    Fjordvik fjordvik;
    make_father(fjordvik);
    CHECK(
        codes(fjordvik.send("rolf", "privacy.withhold-item", withhold({aron})))
            .find("privacy.from-the-child") != std::string::npos
    );
    access::Actor father = fjordvik.actor("rune");
    father.roles = {"child"};
    CHECK_FALSE(fjordvik.world.command("privacy.withhold-item", withhold(), father).has_value());
    // Lo is 10.
    json of_lo = withhold();
    of_lo["caseId"] = test::case_a;
    const auto young = fjordvik.send("lo", "privacy.withhold-item", of_lo);
    REQUIRE_FALSE(young.has_value());
    CHECK(young.error().code == ErrorCode::denied);
    json nothing = withhold(json::array());
    CHECK(
        fjordvik.send("aron", "privacy.withhold-item", nothing).error().code ==
        ErrorCode::invalid_argument
    );
}

SCENARIO("Who is shut out finds nothing; a seat is to be filled", "[scenario][privacy]") {
    Fjordvik fjordvik;
    const access::Actor& inga = fjordvik.actor("inga");  // PPT, takes part in case A
    REQUIRE(sees_case(fjordvik, inga, test::case_a));
    const auto shut_out = [&](const char* as, json more) {
        json params = {{"caseId", test::case_a}, {"blockId", block}};
        params.update(more);
        return fjordvik.send(as, "privacy.block-access", params);
    };
    const auto unsaid = shut_out("ada", json::object({{"unitId", inga.unit}}));
    CHECK(codes(unsaid).find("privacy.decided-by-required") != std::string::npos);
    CHECK(
        codes(shut_out("marte", {{"unitId", inga.unit}, {"staffId", inga.id}})
        ).find("privacy.one-of-both") != std::string::npos
    );
    // Lo is 10: it is the parents who decide.
    access::Actor lo = fjordvik.actor("lo");
    CHECK_FALSE(fjordvik.world
                    .command(
                        "privacy.block-access",
                        {{"caseId", test::case_a}, {"blockId", block}, {"unitId", inga.unit}}, lo
                    )
                    .has_value());
    REQUIRE(
        shut_out("marte", {{"unitId", inga.unit}, {"reason", "Vi stoler ikke på dem."}}).has_value()
    );
    CHECK_FALSE(sees_case(fjordvik, inga, test::case_a));
    CHECK_FALSE(sees_case(fjordvik, fjordvik.actor("tor"), test::case_a));  // leads PPT
    CHECK(waits(fjordvik, "ada", "participant-shut-out"));
    CHECK_FALSE(waits(fjordvik, "inga", "participant-shut-out"));
    CHECK(
        codes(fjordvik.send(
                  "marte", "privacy.block-access",
                  {{"caseId", test::case_a}, {"blockId", withholding}, {"unitId", inga.unit}}
              )
        ).find("privacy.already-blocked") != std::string::npos
    );
    WHEN("somebody else is invited") {
        REQUIRE(fjordvik
                    .send(
                        "ada", "case.invite-participant",
                        {{"caseId", test::case_a},
                         {"participantId", "0192f0c1-0001-7000-8000-0000000016a1"},
                         {"role", "rådgiver"},
                         {"unitId", "0192f0c1-0000-7000-8000-000000001014"},
                         {"topics", {"coordination"}}}
                    )
                    .has_value());
        CHECK_FALSE(waits(fjordvik, "ada", "participant-shut-out"));
    }
    WHEN("they are let in again") {
        REQUIRE(fjordvik
                    .send(
                        "marte", "privacy.unblock-access",
                        {{"caseId", test::case_a}, {"blockId", block}}
                    )
                    .has_value());
        CHECK(sees_case(fjordvik, inga, test::case_a));
        CHECK_FALSE(waits(fjordvik, "ada", "participant-shut-out"));
    }
}

SCENARIO("What the child decided, its parents do not undo", "[scenario][privacy]") {
    Fjordvik fjordvik;
    make_father(fjordvik);
    const access::Actor& rolf = fjordvik.actor("rolf");
    // 17: the parents decide no more.
    const json out = {{"caseId", case_12}, {"blockId", block}, {"staffId", rolf.id}};
    const auto late = fjordvik.send("rune", "privacy.block-access", out);
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == ErrorCode::denied);
    REQUIRE(fjordvik.send("aron", "privacy.block-access", out).has_value());
    CHECK_FALSE(sees_case(fjordvik, rolf, case_12));
    // He coordinated: it waits for the rest of his unit, not for him.
    CHECK_FALSE(waits(fjordvik, "rolf", "coordinator-shut-out", "unit"));
    CHECK(waits(fjordvik, "eva", "coordinator-shut-out", "unit"));
    const auto undone = fjordvik.send(
        "liv", "privacy.unblock-access",
        {{"caseId", case_12}, {"blockId", block}, {"decidedById", rune}}
    );
    REQUIRE_FALSE(undone.has_value());
    REQUIRE(
        fjordvik.send(
                    "aron", "privacy.unblock-access", {{"caseId", case_12}, {"blockId", block}}
        ).has_value()
    );
    CHECK(sees_case(fjordvik, rolf, case_12));
    CHECK(sees_case(fjordvik, fjordvik.actor("aron"), case_12));
    CHECK(rolf.unit == nav);
}
