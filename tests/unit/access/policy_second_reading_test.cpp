#include <catch2/catch.hpp>

#include "fjord.hpp"

// Where a second reading of the rules (tests/integration/policy) disagreed with the policy, and the
// policy was wrong.
namespace samvev::access_test {

namespace {

const std::string unseen = "default.deny 40401";

Request of_stream(Actor actor, Action action = Action::read) {
    Request request = of_item(ask(std::move(actor), action), "identity", Confidentiality::internal);
    request.resource.case_id.clear();
    request.resource.person_id = lo;
    return request;
}

Request addressed_to(Request request, const Id& id) {
    request.resource.item.audience = {id};
    return request;
}

Facts with_care(Facts facts) {
    return with_lo(std::move(facts), [](PersonFacts& child) { child.care_unit = child_welfare; });
}

}  // namespace

TEST_CASE("What is withheld from parents does not reach them as guests either", "[access]") {
    Request request = of_item(ask(person(mother)), "coordination", Confidentiality::internal);
    request.resource.item.withheld_from = {"guardians"};
    const Facts invited = with_case(town(), [](CaseFacts& one) {
        one.participations["mother"] = Participation{
            .phase = Participation::Phase::active,
            .post = {},
            .person = mother,
            .topics = {},
            .period = {}
        };
    });
    CHECK(verdict(request, invited) == "item.withheld 40401");
    // Nor when the parental responsibility has ended since.
    const Facts ended = with_lo(invited, [](PersonFacts& child) {
        child.guardians[mother].until = day("2027-01-01");
    });
    CHECK(verdict(request, ended) == "item.withheld 40401");
    request.resource.item.withheld_from = {};
    CHECK(verdict(request, ended) == "guest.coordination");
}

TEST_CASE("Who may be told something may not write it", "[access][policy]") {
    for (const Release::Ground ground : {Release::Ground::consent, Release::Ground::statute}) {
        const Facts facts = with_case(town(), [&](CaseFacts& one) {
            one.releases["c"] = consent({"health"}, {school});
            one.releases["c"].ground = ground;
        });
        CHECK(may(of_item(ask(staff(ada)), "health"), facts));
        CHECK(
            verdict(of_item(ask(staff(ada), Action::write), "health"), facts) ==
            "write.not-yours 40301"
        );
    }
}

TEST_CASE("A consent is given to services by name, never to everybody", "[access][policy]") {
    Facts facts = with_case(town(), [](CaseFacts& one) {
        one.releases["c"] = consent({"health"}, {});
        one.releases["c"].every_unit = true;
    });
    CHECK(verdict(of_item(ask(staff(ada)), "health"), facts) == unseen);
    facts = with_case(facts, [](CaseFacts& one) {
        one.releases["c"].ground = Release::Ground::statute;
    });
    CHECK(verdict(of_item(ask(staff(ada)), "health"), facts) == "team.statutory-basis");
}

TEST_CASE("A consent for what some services hold opens nothing of unknown origin", "[access]") {
    const Facts facts = with_case(town(), [](CaseFacts& one) {
        one.releases["c"] = consent({"health"}, {school});
        one.releases["c"].source_units = {health_station};
    });
    CHECK(
        may(of_item(ask(staff(ada)), "health", Confidentiality::restricted, health_station), facts)
    );
    CHECK(verdict(of_item(ask(staff(ada)), "health"), facts) == unseen);
}

TEST_CASE("Child welfare with the care decides what parents would, and no longer", "[access]") {
    const Facts facts = with_care(town());
    Request consents = of_item(ask(staff(tor), Action::write), "consent");
    consents.resource.item.gives_consent_for = {"health"};
    const auto sixteen = noon("2031-06-01");
    CHECK(verdict(consents, facts) == "care.holder");
    CHECK(verdict(consents, facts, sixteen) == "write.not-yours 40301");
    consents.resource.item.gives_consent_for = {"family"};
    CHECK(verdict(consents, facts, sixteen) == "care.holder");
    const auto adult = noon("2033-05-04");
    CHECK(verdict(consents, facts, adult) == unseen);
    CHECK(verdict(of_case(ask(staff(tor))), facts, adult) == unseen);
}

TEST_CASE("An audience narrows wherever an item may stand", "[access][policy]") {
    const Facts facts = town();
    CHECK(verdict(of_stream(staff(odd)), facts) == "team.frame");
    CHECK(verdict(addressed_to(of_stream(staff(odd)), school), facts) == unseen);
    CHECK(verdict(addressed_to(of_stream(staff(ada)), school), facts) == "team.frame");
    Request withheld = of_stream(staff(odd));
    withheld.resource.item.withheld_from = {health_station};
    CHECK(verdict(withheld, facts) == unseen);

    Request directory = of_item(ask(staff(inga)), "organisation", Confidentiality::open);
    directory.resource.case_id.clear();
    CHECK(verdict(directory, facts) == "organisation.directory");
    CHECK(verdict(addressed_to(directory, school), facts) == "organisation.directory");
    CHECK(verdict(addressed_to(directory, hospital), facts) == unseen);

    const Facts hidden = with_lo(facts, [](PersonFacts& child) {
        child.protection = Protection::strictly_confidential;
    });
    const Actor office = staff(vera, "protection");
    CHECK(verdict(addressed_to(of_stream(office), child_welfare), hidden) == "protection.office");
    CHECK(verdict(addressed_to(of_stream(office), school), hidden) == unseen);

    Facts granted = facts;
    granted.services.set(
        "import", {.topics = {}, .writes = true, .acts_alone = true, .period = {}}
    );
    Request import = of_item(ask(staff("import")), "coordination");
    import.actor.kind = Actor::Kind::service;
    CHECK(verdict(import, granted) == "service.own-grant");
    CHECK(verdict(addressed_to(import, school), granted) == unseen);
}

TEST_CASE("A program neither reads the access log nor reviews an emergency", "[access][policy]") {
    Facts facts = town();
    facts.services.set("import", {.topics = {}, .writes = true, .acts_alone = true, .period = {}});
    Request request = of_case(ask(staff("import"), Action::write));
    request.actor.kind = Actor::Kind::service;
    request.resource.kind = Resource::Kind::emergency;
    CHECK(verdict(request, facts) == unseen);
    request = of_person(ask(request.actor));
    request.resource.kind = Resource::Kind::access_log;
    CHECK(verdict(request, facts) == unseen);
}

TEST_CASE("Who shuts out a service shuts out its offices and leaders too", "[access][policy]") {
    Facts facts = town();
    facts.staff.update(inga, [](StaffFacts& one) {
        one.assignments["office"] =
            Assignment{.role = "coordinating-unit", .unit = school, .period = {}};
    });
    const Facts escalated =
        with_case(town(), [](CaseFacts& one) { one.escalated_to = {{inga, school}}; });
    const auto shut = [](const Facts& open) {
        return with_lo(open, [](PersonFacts& child) { child.blocks[school] = {}; });
    };
    CHECK(verdict(of_case(ask(staff(inga))), facts) == "leader.metadata");
    CHECK(verdict(of_case(ask(staff(inga))), shut(facts)) == unseen);
    CHECK(verdict(of_case(ask(staff(inga))), escalated) == "leader.metadata");
    CHECK(verdict(of_case(ask(staff(inga))), shut(escalated)) == unseen);
}

TEST_CASE("Not even the server's own commands write the access log", "[access][policy]") {
    Request request =
        of_person(ask(system_actor(tenant, "case", "system:reaction"), Action::write));
    CHECK(verdict(request, town()) == "system.server");
    request.resource.kind = Resource::Kind::access_log;
    CHECK(verdict(request, town()) == "log.never-written 40301");
}

TEST_CASE("Oversight that is over is over before the token that names it", "[access][policy]") {
    Request request = of_case(ask(staff(inga, "audit")));
    request.actor.roles = {"auditor"};
    const auto assigned = [](Assignment one) {
        Facts facts = town();
        facts.staff.update(inga, [&](StaffFacts& staff) { staff.assignments["audit"] = one; });
        return facts;
    };
    const Assignment running{.role = "auditor", .unit = school, .period = {}};
    Assignment ended = running;
    ended.ended = true;
    Assignment run_out = running;
    run_out.period.until = day("2027-03-09");
    CHECK(may(request, town()));
    CHECK(may(request, assigned(running)));
    CHECK_FALSE(may(request, assigned(ended)));
    CHECK_FALSE(may(request, assigned(run_out)));
}

TEST_CASE("An office that is over makes no more units, whatever the token says", "[access]") {
    Request request = ask(staff(inga), Action::write);
    request.resource.kind = Resource::Kind::unit;
    request.resource.unit_id = hospital;
    request.actor.roles = {"administrator"};
    const auto ended = [](bool is_ended) {
        Facts facts = town();
        facts.staff.update(inga, [&](StaffFacts& staff) {
            staff.assignments["office"] = Assignment{
                .role = "administrator", .unit = school, .period = {}, .ended = is_ended
            };
        });
        return facts;
    };
    CHECK(may(request, town()));
    CHECK(may(request, ended(false)));
    CHECK_FALSE(may(request, ended(true)));
}

TEST_CASE("Asking for advice does not tell whether a case exists", "[access][policy]") {
    Request request = of_case(ask(staff(ada), Action::write));
    request.resource.kind = Resource::Kind::consultation;
    request.resource.item.owner_unit = school;
    CHECK(verdict(request, town()) == "consultation.about-someone 40301");
    request.resource.case_id = "case-none";
    CHECK(verdict(request, town()) == "consultation.about-someone 40301");
}

}  // namespace samvev::access_test
