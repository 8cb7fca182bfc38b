#include <catch2/catch.hpp>

#include "fjord.hpp"

// Cases 13–24 of the forty: the child, parents and proxies. The number stands first in each name.
namespace samvev::access_test {

namespace {

const std::string unseen = "default.deny 40401";

Request giving_consent(Actor actor, std::vector<std::string> topics) {
    Request request = of_item(ask(std::move(actor), Action::write), "consent");
    request.resource.item.gives_consent_for = std::move(topics);
    return request;
}

}  // namespace

TEST_CASE("13 the child reads the own case, not a service's own notes", "[access][policy]") {
    CHECK(verdict(of_case(ask(person(lo))), town()) == "subject.own-case");
    CHECK(verdict(of_item(ask(person(lo)), "plan"), town()) == "subject.own-case");
    CHECK(
        verdict(
            of_item(ask(person(lo)), "coordination", Confidentiality::strict, school), town()
        ) == unseen
    );
}

TEST_CASE("14 who is the child of another case sees nothing of this one", "[access][policy]") {
    CHECK(verdict(of_case(ask(person(stranger))), town()) == unseen);
    CHECK(verdict(of_item(ask(person(stranger)), "coordination"), town()) == unseen);
}

TEST_CASE("15 content of weight needs the strong login, and says so only to who may", "[access]") {
    Request request = of_item(ask(person(mother)), "health");
    request.actor.assurance = Assurance::substantial;
    CHECK(verdict(request, town()) == "login.high-for-content 40104");
    request.actor.id = stranger;
    CHECK(verdict(request, town()) == unseen);
    Request method = of_case(ask(person(mother)));
    method.actor.assurance = Assurance::substantial;
    method.login_needed = Assurance::high;
    CHECK(verdict(method, town()) == "login.too-weak 40104");
}

TEST_CASE("16 a login that names nobody opens nothing", "[access][policy]") {
    CHECK(verdict(of_case(ask(person(""))), town()) == "login.no-person 40103");
}

TEST_CASE("17 the child writes a comment and cannot close the case", "[access][policy]") {
    CHECK(
        verdict(of_item(ask(person(lo), Action::write), "child-voice"), town()) ==
        "subject.own-case"
    );
    CHECK(verdict(of_case(ask(person(lo), Action::write)), town()) == "write.not-yours 40301");
}

TEST_CASE("18 nobody handles their own case; as a citizen they read it", "[access][policy]") {
    Facts facts = town();
    facts.staff.update(ada, [](StaffFacts& staff) { staff.person = mother; });
    CHECK(verdict(of_case(ask(staff(ada))), facts) == "staff.own-case 40401");
    CHECK(verdict(of_case(ask(person(mother))), facts) == "guardian.child");
    facts.staff.update(ada, [](StaffFacts& staff) { staff.person = lo; });
    CHECK(verdict(of_case(ask(staff(ada))), facts) == "staff.own-case 40401");
}

TEST_CASE("19 the parent of a child of eleven reads", "[access][policy]") {
    CHECK(verdict(of_case(ask(person(mother))), town()) == "guardian.child");
    CHECK(verdict(of_item(ask(person(mother)), "health"), town()) == "guardian.child");
}

TEST_CASE("20 what is withheld from parents is absent whichever way they ask", "[access][policy]") {
    const auto now = noon("2029-03-10");  // Lo is 13.
    for (const Action action : {Action::read, Action::list, Action::search}) {
        Request request = of_item(ask(person(mother), action), "participation");
        CHECK(may(request, town(), now));
        request.resource.item.withheld_from = {"guardians"};
        CHECK(verdict(request, town(), now) == "item.withheld 40401");
        request.resource.item.withheld_from = {mother};
        CHECK(verdict(request, town(), now) == "item.withheld 40401");
        request.actor = person(lo);
        CHECK(may(request, town(), now));
    }
}

TEST_CASE("21 health leaves the parents at midnight in Oslo when the child turns 16", "[access]") {
    const auto before = base::parse_timestamp("2031-05-03T21:59:59Z").value();
    const auto after = base::parse_timestamp("2031-05-03T22:00:00Z").value();
    const Request health = of_item(ask(person(mother)), "health");
    CHECK(may(health, town(), before));
    CHECK(verdict(health, town(), after) == unseen);
    CHECK(may(of_item(ask(person(mother)), "plan"), town(), after));
    CHECK(may(of_case(ask(person(mother))), town(), after));
    CHECK(may(of_item(ask(person(lo)), "health"), town(), after));
    const auto adult = base::parse_timestamp("2033-05-03T22:00:00Z").value();
    CHECK(verdict(of_case(ask(person(mother))), town(), adult) == unseen);
    CHECK(may(of_case(ask(person(lo))), town(), adult));
}

TEST_CASE("22 a parent without parental responsibility sees nothing", "[access][policy]") {
    CHECK(verdict(of_case(ask(person(father))), town()) == unseen);
}

TEST_CASE("23 consent follows age, and child welfare that has taken over the care", "[access]") {
    CHECK(may(giving_consent(person(mother), {"health"}), town()));
    CHECK_FALSE(may(giving_consent(person(lo), {"health"}), town()));
    CHECK_FALSE(may(giving_consent(person(mother), {"education"}), town(), noon("2030-06-01")));
    CHECK(may(giving_consent(person(lo), {"education"}), town(), noon("2030-06-01")));
    CHECK(may(giving_consent(person(lo), {"health", "education"}), town(), noon("2031-06-01")));
    CHECK_FALSE(
        may(giving_consent(person(mother), {"health", "leisure"}), town(), noon("2031-06-01"))
    );
    const Facts taken =
        with_lo(town(), [](PersonFacts& child) { child.care_unit = child_welfare; });
    CHECK(verdict(giving_consent(person(mother), {"health"}), taken) == "write.not-yours 40301");
    CHECK(verdict(giving_consent(staff(tor), {"health"}), taken) == "care.holder");
    CHECK_FALSE(may(giving_consent(staff(tor), {"health"}), town()));
}

TEST_CASE("24 a proxy reads its scope and nothing once it has expired", "[access][policy]") {
    const Facts facts = with_lo(town(), [](PersonFacts& child) {
        child.proxies[proxy] = {.topics = {"coordination"}, .period = {{}, day("2027-03-31")}};
    });
    CHECK(verdict(of_item(ask(person(proxy)), "coordination"), facts) == "proxy.scope");
    CHECK(verdict(of_item(ask(person(proxy)), "health"), facts) == unseen);
    CHECK(
        verdict(of_item(ask(person(proxy)), "coordination"), facts, noon("2027-04-01")) == unseen
    );
    CHECK(verdict(of_case(ask(person(proxy))), facts, noon("2027-04-01")) == unseen);
}

TEST_CASE("A child under 12 reads no health, and of child welfare nothing before 15", "[access]") {
    CHECK_FALSE(may(of_item(ask(person(lo)), "health"), town()));
    CHECK(may(of_item(ask(person(lo)), "health"), town(), noon("2027-05-04")));
    CHECK_FALSE(may(of_item(ask(person(lo)), "child-welfare"), town(), noon("2030-05-03")));
    CHECK(may(of_item(ask(person(lo)), "child-welfare"), town(), noon("2030-05-04")));
}

TEST_CASE("Who keeps something back: the child from 12, its parents until it is 16", "[access]") {
    const auto writes = [](const Actor& who) {
        return of_item(ask(who, Action::write), "access", Confidentiality::internal);
    };
    CHECK_FALSE(may(writes(person(lo)), town()));  // 11
    CHECK(may(writes(person(mother)), town()));
    const auto at_12 = noon("2027-05-04");
    CHECK(may(writes(person(lo)), town(), at_12));
    CHECK(may(writes(person(mother)), town(), at_12));
    const auto at_16 = noon("2031-05-04");
    CHECK(may(writes(person(lo)), town(), at_16));
    CHECK(verdict(writes(person(mother)), town(), at_16) == "write.not-yours 40301");
    CHECK_FALSE(may(writes(person(father)), town()));
    const Facts taken =
        with_lo(town(), [](PersonFacts& child) { child.care_unit = child_welfare; });
    CHECK_FALSE(may(writes(person(mother)), taken));
    CHECK(may(writes(staff(ada)), town()));
}

TEST_CASE("A contact restriction beats parental responsibility", "[access][policy]") {
    const Facts facts =
        with_lo(town(), [](PersonFacts& child) { child.contact_restrictions[mother] = {}; });
    CHECK(verdict(of_case(ask(person(mother))), facts) == "contact.restricted 40401");
}

}  // namespace samvev::access_test
