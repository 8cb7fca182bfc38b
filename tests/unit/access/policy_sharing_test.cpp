#include <catch2/catch.hpp>

#include "fjord.hpp"

// Cases 25–40 of the forty: protected addresses, consent, purpose, emergencies and oversight.
namespace samvev::access_test {

namespace {

const std::string unseen = "default.deny 40401";

Facts protected_town(Protection level) {
    return with_lo(town(), [&](PersonFacts& child) { child.protection = level; });
}

bool lacks(const Decision& decision, FieldGroup field) {
    return std::ranges::count(decision.redacted, field) == 1;
}

Facts emergency_town() {
    return with_case(town(), [](CaseFacts& one) {
        one.emergencies["grant"] = EmergencyGrant{
            .post = {inga, school},
            .from = noon(),
            .until = noon() + std::chrono::hours(9),
            .reason_code = "danger",
            .reviewed_by = {},
        };
    });
}

Request health_of(const Id& staff_id, Action action = Action::read) {
    return of_item(
        ask(staff(staff_id), action), "health", Confidentiality::restricted, health_station
    );
}

Request of_grant(Actor actor, const Id& grant, Action action = Action::read) {
    Request request = of_case(ask(std::move(actor), action));
    request.resource.kind = Resource::Kind::emergency;
    request.resource.grant_id = grant;
    return request;
}

}  // namespace

TEST_CASE("25 a confidential address is for visits by the team", "[access][policy]") {
    Facts facts = protected_town(Protection::confidential);
    CHECK(lacks(decide(of_person(ask(staff(ada))), facts, noon()), FieldGroup::address));
    CHECK(lacks(decide(of_person(ask(staff(ada, "visit"))), facts, noon()), FieldGroup::address));
    facts.staff.update(ada, [](StaffFacts& one) {
        one.assignments["reader"] =
            Assignment{.role = "address-reader", .unit = school, .period = {}};
    });
    CHECK_FALSE(
        lacks(decide(of_person(ask(staff(ada, "visit"))), facts, noon()), FieldGroup::address)
    );
    CHECK(lacks(decide(of_person(ask(staff(ada))), facts, noon()), FieldGroup::address));
}

TEST_CASE("26 a strictly confidential address is for the protection office alone", "[access]") {
    Facts facts = protected_town(Protection::strictly_confidential);
    facts.staff.update(ada, [](StaffFacts& one) {
        one.assignments["reader"] =
            Assignment{.role = "address-reader", .unit = school, .period = {}};
    });
    facts.cases.update(los_case, [](CaseFacts& one) {
        one.emergencies["grant"] = EmergencyGrant{
            .post = {inga, school},
            .from = noon(),
            .until = noon() + std::chrono::hours(1),
            .reason_code = "danger",
            .reviewed_by = {}
        };
    });
    CHECK(lacks(decide(of_person(ask(staff(ada, "visit"))), facts, noon()), FieldGroup::address));
    const Decision emergency = decide(of_case(ask(staff(inga, "emergency"))), facts, noon());
    CHECK(emergency.allowed);
    CHECK(lacks(emergency, FieldGroup::address));
    const Decision office = decide(of_person(ask(staff(vera, "protection"))), facts, noon());
    CHECK(office.rule == "protection.office");
    CHECK(office.redacted.empty());
}

TEST_CASE("27 a code ends every representation of the child at once", "[access][policy]") {
    for (const Protection level : {Protection::confidential, Protection::strictly_confidential}) {
        Facts facts = protected_town(level);
        facts.persons.update(lo, [](PersonFacts& child) {
            child.proxies[proxy] = {.topics = {"coordination"}, .period = {}};
        });
        CHECK(verdict(of_case(ask(person(mother))), facts) == "protection.no-representation 40401");
        CHECK(
            verdict(of_item(ask(person(proxy)), "coordination"), facts) ==
            "protection.no-representation 40401"
        );
        CHECK(may(of_case(ask(person(lo))), facts));
    }
}

TEST_CASE("28 nothing that locates a strictly protected person leaves with the rest", "[access]") {
    const Facts facts = protected_town(Protection::strictly_confidential);
    for (const Id& id : {ada, odd, geir}) {
        const Decision decision = decide(of_case(ask(staff(id))), facts, noon());
        CHECK(decision.allowed);
        CHECK(lacks(decision, FieldGroup::location));
        CHECK(lacks(decision, FieldGroup::contact));
    }
    Request about_mother = of_item(ask(staff(ada)), "coordination");
    about_mother.resource.item.subjects = {mother};
    Facts hidden_mother = town();
    hidden_mother.persons.update(mother, [](PersonFacts& one) {
        one.protection = Protection::strictly_confidential;
    });
    CHECK(lacks(decide(about_mother, hidden_mother, noon()), FieldGroup::location));
}

TEST_CASE("A unit whose name says where somebody is, is in no directory", "[access][policy]") {
    Facts facts = town();
    facts.units.update("unit-shelter", [](UnitFacts& unit) { unit.hidden = true; });
    Request request = ask(staff(ada), Action::list);
    request.resource.kind = Resource::Kind::unit;
    request.resource.unit_id = "unit-shelter";
    CHECK(verdict(request, facts) == unseen);
    request.resource.unit_id = school;
    CHECK(verdict(request, facts) == "organisation.directory");
    request.resource.unit_id = "unit-shelter";
    request.actor = staff(vera, "protection");
    CHECK(may(request, facts));
}

TEST_CASE("29 a search never finds a protected person", "[access][policy]") {
    const Request search = of_person(ask(staff(inga), Action::search));
    CHECK(verdict(search, town()) == "staff.search");
    const Decision hit = decide(search, protected_town(Protection::confidential), noon());
    CHECK(hit.denial == Denial::invisible);
    const Request team = of_person(ask(staff(ada), Action::search));
    CHECK(may(team, protected_town(Protection::confidential)));
    CHECK_FALSE(may(team, protected_town(Protection::strictly_confidential)));
}

TEST_CASE("30 without consent the school sees no health", "[access][policy]") {
    CHECK(verdict(health_of(ada), town()) == unseen);
    CHECK(verdict(health_of(odd), town()) == "team.own-service");
}

TEST_CASE("31 a consent opens exactly its topics to exactly its units", "[access][policy]") {
    const Facts facts = with_case(town(), [](CaseFacts& one) {
        one.releases["c"] = consent({"health"}, {school});
        one.participations["nils"] = Participation{
            .phase = Participation::Phase::active,
            .post = {nils, hospital},
            .person = {},
            .topics = {"health"},
            .period = {}
        };
    });
    CHECK(verdict(health_of(ada), facts) == "team.consent");
    CHECK(
        verdict(
            of_item(ask(staff(ada)), "family", Confidentiality::restricted, health_station), facts
        ) == unseen
    );
    CHECK(verdict(health_of(nils), facts) == unseen);
    CHECK(verdict(health_of(inga), facts) == unseen);
    const auto narrowed = [&](auto change) {
        return with_case(facts, [&](CaseFacts& one) { change(one.releases["c"]); });
    };
    CHECK_FALSE(may(health_of(ada), narrowed([](Release& one) { one.excluded_units = {school}; })));
    CHECK_FALSE(may(health_of(ada), narrowed([](Release& one) {
                        one.excluded_topics = {"health"};
                    })));
    CHECK_FALSE(may(health_of(ada), narrowed([](Release& one) { one.source_units = {hospital}; })));
    CHECK_FALSE(may(health_of(ada), narrowed([](Release& one) {
                        one.period.until = day("2027-03-09");
                    })));
    CHECK_FALSE(may(health_of(ada), narrowed([](Release& one) {
                        one.period.from = day("2027-03-11");
                    })));
}

TEST_CASE("32 a withdrawn consent counts from that very commit", "[access][policy]") {
    Facts facts = with_case(town(), [](CaseFacts& one) {
        one.releases["c"] = consent({"health"}, {school});
    });
    const Facts before = facts;
    facts = with_case(facts, [](CaseFacts& one) { one.releases["c"].withdrawn = true; });
    CHECK(may(health_of(ada), before));
    CHECK(verdict(health_of(ada), facts) == unseen);
}

TEST_CASE("33 a purpose that is missing or not the role's is refused", "[access][policy]") {
    const Facts facts = town();
    CHECK(verdict(of_case(ask(staff(ada, ""))), facts) == "purpose.not-for-role 40302");
    CHECK(verdict(of_case(ask(staff(ada, "research"))), facts) == "purpose.not-for-role 40302");
    CHECK(verdict(of_case(ask(person(mother, "audit"))), facts) == "purpose.not-for-role 40302");
}

TEST_CASE("34 what is told without consent is on record with its paragraph", "[access][policy]") {
    const Facts facts = with_case(town(), [](CaseFacts& one) {
        one.releases["b"] = consent({"health"}, {school});
        one.releases["b"].ground = Release::Ground::statute;
        one.releases["b"].paragraph = "bvl § 13-2";
    });
    const Decision decision = decide(health_of(ada), facts, noon());
    CHECK(decision.rule == "team.statutory-basis");
    CHECK(decision.log == LogDuty::disclosure);
    CHECK(decision.basis == "bvl § 13-2");
}

TEST_CASE("35 breaking the glass reads one case, writes nothing and is told", "[access][policy]") {
    const Facts facts = emergency_town();
    const auto now = noon() + std::chrono::hours(1);
    const Decision decision = decide(health_of(inga), facts, now);
    CHECK(decision.rule == "emergency.read");
    CHECK(decision.log == LogDuty::emergency);
    CHECK(decision.basis == "danger");
    CHECK(
        decision.notified ==
        std::vector{Recipient::unit_leader, Recipient::privacy_officer, Recipient::subject}
    );
    CHECK(verdict(health_of(inga, Action::write), facts, now) == "write.not-yours 40301");
    CHECK_FALSE(may(
        of_item(ask(staff(inga)), "health", Confidentiality::strict, health_station), facts, now
    ));
}

TEST_CASE("36 an emergency lasts four hours at most, whatever the grant says", "[access][policy]") {
    const Facts facts = emergency_town();
    CHECK(may(health_of(inga), facts, noon() + std::chrono::hours(4) - std::chrono::seconds(1)));
    CHECK(verdict(health_of(inga), facts, noon() + std::chrono::hours(4)) == unseen);
    CHECK(verdict(health_of(inga), facts, noon() - std::chrono::seconds(1)) == unseen);
}

TEST_CASE("37 an emergency is reviewed by somebody else, with the reason", "[access][policy]") {
    Facts facts = emergency_town();
    const auto over = noon() + std::chrono::hours(5);
    facts.units.update(school, [](UnitFacts& unit) { unit.leader = inga; });
    Request review = of_grant(staff(inga, "leadership"), "grant", Action::write);
    CHECK(verdict(review, facts, over) == "emergency.own-review 40301");
    facts.units.update(school, [](UnitFacts& unit) { unit.leader = berit; });
    review.actor = staff(berit, "leadership");
    CHECK(verdict(review, facts, over) == "emergency.review");
    CHECK(decide(review, facts, over).redacted.empty());
    review.actor = staff(odd);
    CHECK(verdict(review, facts, over) == "write.not-yours 40301");
    review.actor = staff(vera);
    CHECK(verdict(review, facts, over) == unseen);
    review.actor = staff(vera, "privacy");
    review.actor.roles = {"privacy-officer"};
    CHECK(verdict(review, facts, over) == "emergency.review");
}

TEST_CASE("35 an emergency is started from where one works, and ended by oneself", "[access]") {
    const Facts facts = emergency_town();
    const auto start = [&](const Id& who, const Id& unit) {
        Request request = of_grant(staff(who), "another", Action::write);
        request.resource.item.owner_unit = unit;
        return request;
    };
    CHECK(verdict(start(inga, school), facts) == "emergency.conduct");
    CHECK(verdict(start(inga, hospital), facts) == unseen);
    CHECK(verdict(start("staff-nobody", school), facts) == unseen);
    Request unknown = start(inga, school);
    unknown.resource.case_id = "case-none";
    CHECK(verdict(unknown, facts) == unseen);
    const Facts shut = with_lo(facts, [](PersonFacts& child) { child.blocks[school] = {}; });
    CHECK(verdict(start(inga, school), shut) == unseen);
    const Request end = of_grant(staff(inga), "grant", Action::write);
    CHECK(verdict(end, facts, noon() + std::chrono::hours(1)) == "emergency.conduct");
    CHECK(verdict(of_grant(staff(tor), "grant", Action::write), facts) == unseen);
}

TEST_CASE("38 the family and the table are told of an emergency, not why in words", "[access]") {
    const Facts facts = emergency_town();
    for (const Actor& who : {person(lo), person(mother), staff(ada), staff(inga)}) {
        const Decision decision = decide(of_grant(who, "grant"), facts, noon());
        CHECK(decision.rule == "emergency.known");
        CHECK(decision.redacted == std::vector{FieldGroup::text});
    }
    CHECK(verdict(of_grant(person(stranger), "grant"), facts) == unseen);
    CHECK(verdict(of_grant(staff(tor), "grant"), facts) == unseen);
}

TEST_CASE(
    "38 39 the log is the citizen's to read, the auditor's in outline, nobody's to write",
    "[access]"
) {
    Request request = ask(person(lo));
    request.resource.kind = Resource::Kind::access_log;
    request.resource.person_id = lo;
    CHECK(verdict(request, town()) == "subject.own-case");
    request.actor = staff("staff-auditor", "audit");
    request.actor.roles = {"auditor"};
    const Decision decision = decide(request, town(), noon());
    CHECK(decision.rule == "oversight.outline");
    CHECK(decision.log == LogDuty::audit);
    CHECK(lacks(decision, FieldGroup::text));
    request.action = Action::write;
    CHECK(verdict(request, town()) == "log.never-written 40301");
    request.actor = staff(ada);
    request.action = Action::read;
    CHECK(verdict(request, town()) == unseen);
}

TEST_CASE("40 a plugin may what both it and its user may, as soon as either loses it", "[access]") {
    Facts facts = town();
    Request request = of_item(ask(staff("plugin")), "coordination");
    request.actor.kind = Actor::Kind::service;
    request.actor.on_behalf_of = "staff/" + ada;
    CHECK(verdict(request, facts) == "service.outside-grant 40401");
    facts.services.set(
        "plugin", {.topics = {"coordination"}, .writes = false, .acts_alone = false, .period = {}}
    );
    CHECK(verdict(request, facts) == "team.frame");
    request.resource.item.topic = "plan";
    CHECK(verdict(request, facts) == "service.outside-grant 40401");
    request.resource.item.topic = "coordination";
    request.actor.on_behalf_of = "staff/" + inga;
    CHECK(verdict(request, facts) == unseen);
    request.actor.on_behalf_of.clear();
    CHECK(verdict(request, facts) == "service.outside-grant 40401");
}

TEST_CASE(
    "That an emergency would open a topic is told without saying that there is anything", "[access]"
) {
    Request request = health_of(ada);
    CHECK(verdict(request, town()) == unseen);
    request.resource.whole_topic = true;
    CHECK(verdict(request, town()) == "emergency.possible 40303");
    request.actor = staff(inga);
    CHECK(verdict(request, town()) == unseen);
}

TEST_CASE("Advice is asked about nobody", "[access][policy]") {
    Request request = ask(staff(ada), Action::write);
    request.resource.kind = Resource::Kind::consultation;
    request.resource.item.owner_unit = school;
    request.resource.item.audience = {health_station};
    CHECK(verdict(request, town()) == "consultation.services");
    request.actor = staff(odd);
    CHECK(may(request, town()));
    request.actor = staff(tor);
    CHECK_FALSE(may(request, town()));
    request.actor = staff(ada);
    request.resource.item.subjects = {lo};
    CHECK(verdict(request, town()) == "consultation.about-someone 40301");
}

TEST_CASE("A person shuts out a staff member, or a whole service", "[access][policy]") {
    CHECK(verdict(of_case(ask(staff(ada))), with_lo(town(), [](PersonFacts& child) {
                      child.blocks[ada] = {};
                  })) == "person.shut-out 40401");
    const Facts shut =
        with_lo(town(), [](PersonFacts& child) { child.blocks[health_station] = {}; });
    CHECK(verdict(of_case(ask(staff(odd))), shut) == unseen);
    CHECK(verdict(of_case(ask(staff(geir))), shut) == unseen);
}

TEST_CASE(
    "An explanation lists the rules asked in order and is for oversight", "[access][policy]"
) {
    const Explanation found = explain(health_of(inga), town(), noon());
    CHECK(found.decision == decide(health_of(inga), town(), noon()));
    CHECK(found.considered.front().rule == "tenant.other");
    CHECK(found.considered.back().rule == "default.deny");
    CHECK(found.considered.back().decided);
    CHECK(std::ranges::count(found.considered, true, &Considered::decided) == 1);
    CHECK(verdict(of_case(ask(staff(ada), Action::explain)), town()) == "explain.others 40301");
}

}  // namespace samvev::access_test
