#include <catch2/catch.hpp>

#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

// Whom a national number leads to, by what was registered in Fjordvik and nothing else.
namespace {

constexpr std::uint32_t fjordvik_tenant = 9999;
constexpr const char* lo = "0192f0c1-0000-7000-8000-000000003001";
constexpr const char* los_number = "12851660095";
constexpr const char* martes_number = "11828620012";
constexpr const char* pia = "0192f0c1-0000-7000-8000-0000000abc01";
constexpr const char* pias_number = "17838410022";
constexpr const char* pias_d_number = "57838410016";
constexpr const char* pia_at_work = "0192f0c1-0000-7000-8000-0000000abc02";
constexpr const char* school = "0192f0c1-0000-7000-8000-000000001005";
constexpr const char* ppt = "0192f0c1-0000-7000-8000-000000001007";

access::Principal holder_of(const char* number) {
    access::Principal principal;
    principal.pid = access::PersonalNumber::parse(number);
    REQUIRE(principal.pid.has_value());
    return principal;
}

std::optional<access::Citizen> citizen(Fjordvik& fjordvik, const char* number) {
    const auto found = fjordvik.world.directory()->find_person(fjordvik_tenant, holder_of(number));
    REQUIRE(found.has_value());
    return *found;
}

Result<std::optional<access::StaffMember>> staff(
    Fjordvik& fjordvik, const char* number, std::string_view unit = {}
) {
    return fjordvik.world.directory()->find_staff(fjordvik_tenant, holder_of(number), unit);
}

// "staff roles unit", "nobody", or the data of the refusal.
std::string shown(const Result<std::optional<access::StaffMember>>& found) {
    if (!found) {
        CHECK(found.error().code == ErrorCode::unauthenticated);
        return found.error().data;
    }
    if (!*found) {
        return "nobody";
    }
    std::string out = (*found)->id.text() == pia_at_work ? "pia" : "another";
    for (const std::string& role : (*found)->roles) {
        out += " " + role;
    }
    return out + ((*found)->unit == school ? " @school" : (*found)->unit == ppt ? " @ppt" : " @?");
}

void must(const Result<json>& answer) {
    INFO((answer ? std::string() : answer.error().message + answer.error().data));
    REQUIRE(answer.has_value());
}

void register_pia(Fjordvik& fjordvik) {
    must(fjordvik.send(
        "liv", "person.register-person",
        {{"personId", pia},
         {"givenName", "Pia"},
         {"familyName", "Prøve"},
         {"birthDate", "1984-03-17"},
         {"identifier", {{"kind", "dnr"}, {"number", pias_d_number}}}}
    ));
    must(fjordvik.send(
        "liv", "person.link-identifier",
        {{"personId", pia}, {"kind", "fnr"}, {"number", pias_number}}
    ));
}

void employ_pia(Fjordvik& fjordvik) {
    must(fjordvik.send(
        "jon", "organisation.register-staff",
        {{"staffId", pia_at_work},
         {"displayName", "Pia Prøve"},
         {"unitId", school},
         {"personId", pia}}
    ));
}

void assign(Fjordvik& fjordvik, const char* id, const char* role, const char* unit, json period) {
    json params{{"staffId", pia_at_work}, {"assignmentId", id}, {"role", role}, {"unitId", unit}};
    params.update(period);
    must(fjordvik.send("jon", "organisation.assign-staff-role", params));
}

constexpr const char* first = "0192f0c1-0000-7000-8000-0000000abc11";
constexpr const char* second = "0192f0c1-0000-7000-8000-0000000abc12";

}  // namespace

SCENARIO("A citizen's number leads to what they are here", "[scenario][identity]") {
    Fjordvik fjordvik;
    const auto child = citizen(fjordvik, los_number);
    REQUIRE(child.has_value());
    CHECK(child->id.text() == lo);
    CHECK(child->is_child);
    CHECK_FALSE(child->represents);
    const auto parent = citizen(fjordvik, martes_number);
    REQUIRE(parent.has_value());
    CHECK_FALSE(parent->is_child);
    CHECK(parent->represents);
    CHECK_FALSE(citizen(fjordvik, pias_number).has_value());
    CHECK(shown(staff(fjordvik, martes_number)) == "nobody");
    const auto elsewhere = fjordvik.world.directory()->find_person(1, holder_of(los_number));
    REQUIRE(elsewhere.has_value());
    CHECK_FALSE(elsewhere->has_value());

    WHEN("a parent's responsibility has ended") {
        must(fjordvik.send(
            "ada", "person.end-guardian",
            {{"personId", lo}, {"guardianId", parent->id.text()}, {"reason", "Overført."}}
        ));
        THEN("they represent nobody") {
            CHECK_FALSE(citizen(fjordvik, martes_number)->represents);
        }
    }
}

SCENARIO("A number that was linked by mistake leads nowhere any more", "[scenario][identity]") {
    Fjordvik fjordvik;
    register_pia(fjordvik);
    CHECK(citizen(fjordvik, pias_number)->id.text() == pia);
    CHECK(citizen(fjordvik, pias_d_number)->id.text() == pia);
    must(fjordvik.send(
        "liv", "person.link-identifier",
        {{"personId", pia},
         {"kind", "fnr"},
         {"number", "02917912001"},
         {"replacesReason", "Feil nummer."}}
    ));
    CHECK_FALSE(citizen(fjordvik, pias_number).has_value());
    CHECK(citizen(fjordvik, "02917912001")->id.text() == pia);
    CHECK(citizen(fjordvik, pias_d_number)->id.text() == pia);
}

SCENARIO("An employee has the roles of today in the unit acted for", "[scenario][identity]") {
    Fjordvik fjordvik;
    register_pia(fjordvik);
    CHECK(shown(staff(fjordvik, pias_number)) == "nobody");
    employ_pia(fjordvik);
    CHECK(shown(staff(fjordvik, pias_number)) == "pia @school");
    assign(fjordvik, first, "coordinator", school, {{"until", "2027-03-26"}});
    assign(fjordvik, second, "participant", ppt, {{"from", "2027-03-25"}});
    CHECK(shown(staff(fjordvik, pias_number)) == "pia coordinator @school");
    CHECK(shown(staff(fjordvik, pias_number, ppt)) == R"({"reason":"unit"})");

    WHEN("a role begins in a second unit") {
        fjordvik.world.advance_to(*base::parse_timestamp("2027-03-25T08:00:00Z"));
        THEN("home is meant unless the other is asked for") {
            CHECK(shown(staff(fjordvik, pias_number)) == "pia coordinator @school");
            CHECK(shown(staff(fjordvik, pias_number, ppt)) == "pia participant @ppt");
        }
    }
    WHEN("the role at home has run out") {
        fjordvik.world.advance_to(*base::parse_timestamp("2027-03-27T08:00:00Z"));
        THEN("the other unit is the only one") {
            CHECK(shown(staff(fjordvik, pias_number)) == "pia participant @ppt");
            CHECK(shown(staff(fjordvik, pias_number, school)) == R"({"reason":"unit"})");
        }
    }
    WHEN("the last role is ended") {
        fjordvik.world.advance_to(*base::parse_timestamp("2027-03-27T08:00:00Z"));
        must(fjordvik.send(
            "jon", "organisation.end-staff-role",
            {{"staffId", pia_at_work}, {"assignmentId", second}, {"reason", "Sluttet."}}
        ));
        THEN("they work here no more, and are who they are in private") {
            CHECK(shown(staff(fjordvik, pias_number)) == "nobody");
            CHECK(citizen(fjordvik, pias_number)->id.text() == pia);
        }
    }
    WHEN("they lead a unit") {
        must(fjordvik.send(
            "jon", "organisation.appoint-leader", {{"unitId", school}, {"leaderId", pia_at_work}}
        ));
        THEN("that is a role there") {
            CHECK(shown(staff(fjordvik, pias_number)) == "pia coordinator leader @school");
        }
    }
}

SCENARIO("Who works for several units and for none at home must choose", "[scenario][identity]") {
    Fjordvik fjordvik;
    register_pia(fjordvik);
    must(fjordvik.send(
        "jon", "organisation.register-staff",
        {{"staffId", pia_at_work}, {"displayName", "Pia Prøve"}, {"personId", pia}}
    ));
    CHECK(shown(staff(fjordvik, pias_number)) == "nobody");
    assign(fjordvik, first, "coordinator", school, json::object());
    CHECK(shown(staff(fjordvik, pias_number)) == "pia coordinator @school");
    assign(fjordvik, second, "participant", ppt, json::object());
    const json told = json::parse(shown(staff(fjordvik, pias_number)));
    CHECK(told["reason"] == "unit");
    CHECK(told["units"] == json{school, ppt});
    CHECK(shown(staff(fjordvik, pias_number, ppt)) == "pia participant @ppt");
}
