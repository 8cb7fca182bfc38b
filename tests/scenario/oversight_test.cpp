#include <catch2/catch.hpp>

#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

// Who oversees access, and who a staff member is in private: said by others, and known by a login.
namespace {

constexpr const char* municipality = "0192f0c1-0000-7000-8000-000000001001";
constexpr const char* school = "0192f0c1-0000-7000-8000-000000001005";
constexpr const char* jon = "0192f0c1-0000-7000-8000-000000002015";
constexpr const char* tone = "0192f0c1-0000-7000-8000-000000002018";
constexpr const char* mona = "0192f0c1-0000-7000-8000-000000002017";
constexpr const char* marte = "0192f0c1-0000-7000-8000-000000003101";
constexpr const char* hilde = "0192f0c1-0000-7000-8000-000000003103";
constexpr const char* martes_number = "11828620012";
constexpr const char* pia = "0192f0c1-0000-7000-8000-0000000abc01";
constexpr const char* pias_number = "17838410022";

void must(const Result<json>& answer) {
    INFO((answer ? std::string() : answer.error().message + answer.error().data));
    REQUIRE(answer.has_value());
}

std::string rejection(const Result<json>& answer) {
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == ErrorCode::rejected);
    return json::parse(answer.error().data)["rejections"][0]["code"];
}

json assignment(
    Fjordvik& fjordvik, const char* staff, const char* role, const char* unit = municipality
) {
    return {
        {"staffId", staff},
        {"assignmentId", fjordvik.world.new_id()},
        {"role", role},
        {"unitId", unit}
    };
}

void register_pia(Fjordvik& fjordvik) {
    must(fjordvik.send(
        "liv", "person.register-person",
        {{"personId", pia},
         {"givenName", "Pia"},
         {"familyName", "Prøve"},
         {"birthDate", "1984-03-17"},
         {"identifier", {{"kind", "fnr"}, {"number", pias_number}}}}
    ));
}

// Whoever logs in with that number at work, for that purpose; absent when nobody.
std::optional<access::Actor> at_work(
    Fjordvik& fjordvik, const char* number, const std::string& purpose
) {
    access::Principal principal;
    principal.pid = access::PersonalNumber::parse(number);
    REQUIRE(principal.pid.has_value());
    const auto found = fjordvik.world.directory()->find_staff(9999, principal, {});
    REQUIRE(found.has_value());
    if (!*found) {
        return std::nullopt;
    }
    access::Actor actor = test::staff(9999, (*found)->id.text(), (*found)->roles, (*found)->unit);
    actor.purpose = purpose;
    return actor;
}

Result<json> log_of_lo(Fjordvik& fjordvik, const access::Actor& as) {
    return fjordvik.world.call(
        "access-log.list", {{"personId", "0192f0c1-0000-7000-8000-000000003001"}, {"limit", 5}}, as
    );
}

bool sees_case_a(Fjordvik& fjordvik, const access::Actor& as) {
    return fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, as).has_value();
}

}  // namespace

SCENARIO("Those who oversee access are appointed by others", "[scenario][oversight]") {
    Fjordvik fjordvik;
    for (const char* role : {"privacy-officer", "auditor"}) {
        INFO(role);
        json own = assignment(fjordvik, jon, role);
        json others = assignment(fjordvik, "0192f0c1-0000-7000-8000-000000002001", role, school);
        own["until"] = "2027-06-30";
        others["until"] = "2027-06-30";
        CHECK(
            rejection(fjordvik.send("jon", "organisation.assign-staff-role", own)) ==
            "organisation.own-oversight"
        );
        CHECK(
            rejection(fjordvik.send("berit", "organisation.assign-staff-role", others)) ==
            "organisation.oversight-not-yours"
        );
        CHECK(fjordvik.send("ruth", "organisation.assign-staff-role", own).has_value());
    }
    CHECK(
        rejection(fjordvik.send(
            "jon", "organisation.assign-staff-role", assignment(fjordvik, mona, "auditor")
        )) == "organisation.auditor-without-end"
    );
}

SCENARIO("A privacy officer is known by their login", "[scenario][oversight][identity]") {
    Fjordvik fjordvik;
    register_pia(fjordvik);
    CHECK_FALSE(at_work(fjordvik, pias_number, "privacy").has_value());
    must(fjordvik.send("jon", "organisation.link-person", {{"staffId", tone}, {"personId", pia}}));
    const auto officer = at_work(fjordvik, pias_number, "privacy");
    REQUIRE(officer.has_value());
    CHECK(officer->id == tone);
    CHECK(officer->roles == std::vector<std::string>{"privacy-officer"});
    must(log_of_lo(fjordvik, *officer));
    const auto idle = log_of_lo(fjordvik, *at_work(fjordvik, pias_number, "coordination"));
    REQUIRE_FALSE(idle.has_value());
    CHECK(idle.error().code == ErrorCode::denied);
}

SCENARIO("An auditor's time ends by the clock", "[scenario][oversight][identity]") {
    Fjordvik fjordvik;
    register_pia(fjordvik);
    must(fjordvik.send("jon", "organisation.link-person", {{"staffId", mona}, {"personId", pia}}));
    json auditor = assignment(fjordvik, mona, "auditor");
    auditor["unitId"] = "0192f0c1-0000-7000-8000-000000001011";
    auditor["until"] = "2027-03-26";
    must(fjordvik.send("jon", "organisation.assign-staff-role", auditor));
    const auto now = at_work(fjordvik, pias_number, "audit");
    REQUIRE(now.has_value());
    CHECK(now->has_role("auditor"));
    must(log_of_lo(fjordvik, *now));
    fjordvik.world.advance_to(*base::parse_timestamp("2027-03-27T08:00:00Z"));
    CHECK_FALSE(at_work(fjordvik, pias_number, "audit")->has_role("auditor"));
}

SCENARIO("A staff member is one person, and a person one staff member", "[scenario][oversight]") {
    Fjordvik fjordvik;
    register_pia(fjordvik);
    const auto link = [&](const char* as, const char* staff, const char* person, json more = {}) {
        json params{{"staffId", staff}, {"personId", person}};
        params.update(more.is_null() ? json::object() : more);
        return fjordvik.send(as, "organisation.link-person", params);
    };
    must(link("jon", mona, pia));
    CHECK((*link("jon", mona, pia))["changed"] == false);
    CHECK(rejection(link("jon", tone, pia)) == "organisation.person-is-staff");
    CHECK(
        rejection(fjordvik.send(
            "jon", "organisation.register-staff",
            {{"staffId", fjordvik.world.new_id()}, {"displayName", "Pia Prøve"}, {"personId", pia}}
        )) == "organisation.person-is-staff"
    );
    CHECK(rejection(link("jon", jon, hilde)) == "organisation.own-link");
    CHECK(rejection(link("jon", mona, hilde)) == "organisation.other-person-linked");

    must(link("jon", mona, hilde, {{"replacesReason", "Feil person."}}));
    CHECK_FALSE(at_work(fjordvik, pias_number, "coordination").has_value());
    // The first is free again.
    must(link("jon", tone, pia));
    CHECK(at_work(fjordvik, pias_number, "privacy")->id == tone);
}

SCENARIO("Nobody handles their own case from the link on", "[scenario][oversight][access]") {
    Fjordvik fjordvik;
    const access::Actor& ada = fjordvik.actor("ada");
    REQUIRE(sees_case_a(fjordvik, ada));
    must(fjordvik.send(
        "jon", "organisation.link-person", {{"staffId", test::ada}, {"personId", marte}}
    ));
    CHECK_FALSE(sees_case_a(fjordvik, ada));
    const auto write = fjordvik.send(
        "ada", "case.abandon-goal",
        {{"caseId", test::case_a},
         {"goalId", "0192f0c1-0001-7000-8000-000000001302"},
         {"reason", "Ikke viktig lenger."}}
    );
    REQUIRE_FALSE(write.has_value());
    CHECK(write.error().code == ErrorCode::not_found);
    CHECK(at_work(fjordvik, martes_number, "coordination")->id == test::ada);

    // Whoever was linked by mistake has their own cases to do again.
    must(fjordvik.send(
        "jon", "organisation.link-person",
        {{"staffId", test::ada}, {"personId", hilde}, {"replacesReason", "Feil person."}}
    ));
    CHECK(sees_case_a(fjordvik, ada));
    CHECK_FALSE(at_work(fjordvik, martes_number, "coordination").has_value());
}
