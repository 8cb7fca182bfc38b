#include <catch2/catch.hpp>

#include "fjord.hpp"

// Cases 1–12 of the forty: tenants, services and teams. The number stands first in each name.
namespace samvev::access_test {

namespace {

const std::string unseen = "default.deny 40401";

Request of_other_tenant(Request request) {
    request.resource.tenant = 9998;
    return request;
}

}  // namespace

TEST_CASE("1 another tenant's case looks like one that does not exist", "[access][policy]") {
    const Decision there = decide(of_other_tenant(of_case(ask(staff(ada)))), town(), noon());
    const Decision nowhere = decide(of_case(ask(staff(ada)), "case-none"), town(), noon());
    CHECK_FALSE(there.allowed);
    CHECK(there.denial == Denial::invisible);
    CHECK(there.denial == nowhere.denial);
    CHECK(there.redacted == nowhere.redacted);
    CHECK(there.notified == nowhere.notified);
}

TEST_CASE("2 lists, searches and counts stop at the tenant's border", "[access][policy]") {
    for (const Action action : {Action::read, Action::list, Action::search, Action::write}) {
        CHECK(
            verdict(of_other_tenant(of_case(ask(staff(ada), action))), town()) ==
            "tenant.other 40401"
        );
        CHECK(
            verdict(of_other_tenant(of_person(ask(staff(ada), action))), town()) ==
            "tenant.other 40401"
        );
    }
}

TEST_CASE("3 an event of another tenant's case reaches no subscription", "[access][policy]") {
    CHECK(
        verdict(of_other_tenant(of_item(ask(staff(ada)), "coordination")), town()) ==
        "tenant.other 40401"
    );
}

TEST_CASE(
    "5 a session bound to one tenant cannot be used with another's facts", "[access][policy]"
) {
    Facts other = town();
    other.tenant = 9998;
    CHECK(verdict(of_case(ask(staff(ada))), other) == "tenant.other 40401");
    CHECK(verdict(of_other_tenant(of_case(ask(staff(ada)))), other) == "tenant.other 40401");
}

TEST_CASE("6 staff of a service without a link to the case do not see it", "[access][policy]") {
    CHECK(verdict(of_case(ask(staff(inga))), town()) == unseen);
    CHECK(verdict(of_item(ask(staff(inga)), "coordination"), town()) == unseen);
    CHECK(verdict(of_person(ask(staff(inga))), town()) == unseen);
}

TEST_CASE("7 who is added to the team sees the case at once", "[access][policy]") {
    const Facts after = with_case(town(), [](CaseFacts& one) {
        one.participations["inga"] = Participation{
            .phase = Participation::Phase::active,
            .post = {inga, school},
            .person = {},
            .topics = {},
            .period = {},
        };
    });
    CHECK(verdict(of_case(ask(staff(inga))), after) == "team.frame");
    CHECK(verdict(of_case(ask(staff(inga))), town()) == unseen);
}

TEST_CASE("8 a place in the team ends with its period, without any event", "[access][policy]") {
    const Facts facts = with_case(town(), [](CaseFacts& one) {
        one.participations["odd"].period.until = day("2027-03-31");
    });
    const Request request = of_case(ask(staff(odd)));
    CHECK(may(request, facts, base::parse_timestamp("2027-03-31T21:59:59Z").value()));
    CHECK(verdict(request, facts, base::parse_timestamp("2027-03-31T22:00:00Z").value()) == unseen);
}

TEST_CASE("9 a leader sees the own service's cases as metadata only", "[access][policy]") {
    const Decision decision = decide(of_case(ask(staff(geir))), town(), noon());
    CHECK(decision.rule == "leader.metadata");
    CHECK(std::ranges::count(decision.redacted, FieldGroup::text) == 1);
    CHECK(
        verdict(
            of_item(ask(staff(geir)), "education", Confidentiality::restricted, school), town()
        ) == unseen
    );
    CHECK(verdict(of_item(ask(staff(geir)), "plan"), town()) == unseen);
    CHECK(verdict(of_case(ask(staff(geir), Action::write)), town()) == "leader.metadata");
}

TEST_CASE(
    "10 the coordinator sees the shared plan, not a service's own notes", "[access][policy]"
) {
    CHECK(verdict(of_item(ask(staff(ada)), "plan"), town()) == "team.frame");
    CHECK(
        verdict(
            of_item(ask(staff(ada)), "health", Confidentiality::strict, health_station), town()
        ) == unseen
    );
    CHECK(
        verdict(
            of_item(ask(staff(odd)), "health", Confidentiality::strict, health_station), town()
        ) == "team.own-service"
    );
}

TEST_CASE("11 who has left the team may not even repeat an old command", "[access][policy]") {
    const Facts after = with_case(town(), [](CaseFacts& one) {
        one.participations["odd"].phase = Participation::Phase::ended;
    });
    const Request again = of_item(ask(staff(odd), Action::write), "coordination");
    CHECK(may(again, town()));
    CHECK(verdict(again, after) == unseen);
}

TEST_CASE("12 who leaves the service loses every seat in it", "[access][policy]") {
    Facts after = town();
    after.staff.update(odd, [](StaffFacts& staff) {
        staff.assignments[odd + "-role"].ended = true;
    });
    after.version = town().version + 1;
    CHECK(verdict(of_case(ask(staff(odd))), after) == unseen);
    CHECK(verdict(of_item(ask(staff(odd), Action::write), "coordination"), after) == unseen);
}

TEST_CASE(
    "A substitute has the absent one's seats for the period, and no longer", "[access][policy]"
) {
    Facts facts = town();
    facts.staff.update(inga, [](StaffFacts& staff) {
        staff.stands_in_for.push_back({.absent = ada, .period = {{}, day("2027-03-20")}});
    });
    CHECK(verdict(of_case(ask(staff(inga), Action::write)), facts) == "team.frame");
    CHECK_FALSE(may(of_case(ask(staff(inga))), facts, noon("2027-03-21")));
}

TEST_CASE(
    "Whoever is invited sees that there is a case, and nothing that was said", "[access][policy]"
) {
    const Facts facts =
        with_case(town(), [](CaseFacts& one) { one.participations["inga"].post = {inga, school}; });
    CHECK(verdict(of_case(ask(staff(inga))), facts) == "invited.metadata");
    CHECK_FALSE(may(of_item(ask(staff(inga)), "plan"), facts));
    CHECK(verdict(of_case(ask(staff(inga), Action::write)), facts) == "write.not-yours 40301");
}

TEST_CASE("A message to some of the team is for them alone", "[access][policy]") {
    Request request = of_item(ask(staff(ada)), "coordination");
    request.resource.item.audience = {odd};
    CHECK_FALSE(may(request, town()));
    request.actor = staff(odd);
    CHECK(may(request, town()));
}

TEST_CASE(
    "Nobody sees anything before the declaration is signed, where that is asked for", "[access]"
) {
    Facts facts = town();
    facts.declaration_required = true;
    CHECK(verdict(of_case(ask(staff(ada))), facts) == "staff.declaration-missing 40301");
    facts.staff.update(ada, [](StaffFacts& staff) { staff.has_signed_declaration = true; });
    CHECK(may(of_case(ask(staff(ada))), facts));
}

TEST_CASE("Erasing is for the privacy officer and the director", "[access][policy]") {
    const auto erases = [](const Id& who, std::string_view role, std::string_view purpose) {
        Request request = of_case(ask(staff(who, purpose), Action::write));
        request.actor.roles = {std::string(role)};
        request.resource.kind = Resource::Kind::erasure;
        return request;
    };
    CHECK(verdict(erases(inga, "privacy-officer", "privacy"), town()) == "erasure.officers");
    CHECK(verdict(erases(inga, "municipal-director", "leadership"), town()) == "erasure.officers");
    CHECK(verdict(erases(inga, "privacy-officer", "coordination"), town()) == "default.deny 40401");
    CHECK(verdict(erases(ada, "coordinator", "coordination"), town()) == "default.deny 40401");
    Request reading = erases(inga, "auditor", "audit");
    CHECK(verdict(reading, town()) == "write.not-yours 40301");
    reading.action = Action::read;
    CHECK(verdict(reading, town()) == "oversight.outline");
    Request service = erases(inga, "service:import", "coordination");
    service.actor.kind = Actor::Kind::service;
    CHECK(verdict(service, town()) == "default.deny 40401");

    Facts facts = town();
    facts.staff.update(inga, [](StaffFacts& one) { one.person = mother; });
    CHECK(verdict(erases(inga, "privacy-officer", "privacy"), facts) == "staff.own-case 40401");
}

TEST_CASE("Without the declaration nothing is left but to sign it oneself", "[access][policy]") {
    Facts facts = town();
    facts.declaration_required = true;
    const auto sign = [](const Id& who, const Id& whose) {
        Request request = ask(staff(who), Action::write);
        request.resource.kind = Resource::Kind::unit;
        request.resource.staff_id = whose;
        request.resource.declares = true;
        return request;
    };
    CHECK(verdict(of_case(ask(staff(ada))), facts) == "staff.declaration-missing 40301");
    CHECK(may(sign(ada, ada), facts));
    CHECK(verdict(sign(ada, odd), facts) == "staff.declaration-missing 40301");
    Request other = sign(ada, ada);
    other.resource.declares = false;
    CHECK(verdict(other, facts) == "staff.declaration-missing 40301");
    facts.staff.update(ada, [](StaffFacts& one) { one.has_signed_declaration = true; });
    CHECK(may(of_case(ask(staff(ada))), facts));
}

}  // namespace samvev::access_test
