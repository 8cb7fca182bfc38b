#include "fjord.hpp"

#include <utility>

namespace samvev::access_test {

namespace {

void add_staff(Facts& facts, const Id& id, const Id& unit, const char* role) {
    facts.staff.update(id, [&](StaffFacts& staff) {
        staff.home_unit = unit;
        staff.assignments[id + "-role"] = Assignment{.role = role, .unit = unit, .period = {}};
    });
}

void add_unit(Facts& facts, const Id& id, const Id& leader, bool external = false) {
    facts.units.update(id, [&](UnitFacts& unit) {
        unit.leader = leader;
        unit.external = external;
    });
}

}  // namespace

base::Timestamp noon(std::string_view day) {
    return base::parse_timestamp(std::string(day) + "T12:00:00Z").value();
}

base::Date day(std::string_view text) {
    return base::parse_date(text).value();
}

Facts town() {
    Facts facts;
    facts.tenant = tenant;
    add_unit(facts, school, berit);
    add_unit(facts, health_station, geir);
    add_unit(facts, child_welfare, {});
    add_unit(facts, hospital, {}, true);
    add_staff(facts, ada, school, "coordinator");
    add_staff(facts, inga, school, "participant");
    add_staff(facts, berit, school, "leader");
    add_staff(facts, odd, health_station, "participant");
    add_staff(facts, geir, health_station, "leader");
    add_staff(facts, tor, child_welfare, "case-worker");
    add_staff(facts, vera, child_welfare, "protected-operations");
    add_staff(facts, nils, hospital, "participant");
    facts.persons.update(lo, [](PersonFacts& person) {
        person.birth_date = day("2015-05-04");
        person.guardians[mother] = {};
        person.cases = {los_case};
    });
    facts.cases.update(los_case, [](CaseFacts& one) {
        one.person = lo;
        one.level = 2;
        one.coordinator = Post{ada, school};
        one.participations["odd"] = Participation{
            .phase = Participation::Phase::active,
            .post = {odd, health_station},
            .person = {},
            .topics = {"health"},
            .period = {},
        };
    });
    return facts;
}

Actor staff(const Id& id, std::string_view purpose) {
    Actor actor;
    actor.tenant = tenant;
    actor.id = id;
    actor.purpose = purpose;
    actor.assurance = Assurance::high;
    return actor;
}

Actor person(const Id& id, std::string_view purpose) {
    Actor actor = staff(id, purpose);
    actor.kind = Actor::Kind::person;
    return actor;
}

Request ask(Actor actor, Action action) {
    Request request;
    request.actor = std::move(actor);
    request.action = action;
    request.resource.tenant = tenant;
    return request;
}

Request of_case(Request request, const Id& id) {
    request.resource.kind = Resource::Kind::case_;
    request.resource.case_id = id;
    return request;
}

Request of_person(Request request, const Id& id) {
    request.resource.kind = Resource::Kind::person;
    request.resource.person_id = id;
    return request;
}

Request of_item(
    Request request, std::string_view topic, Confidentiality confidentiality, const Id& owner_unit
) {
    request.resource.kind = Resource::Kind::item;
    request.resource.case_id = los_case;
    request.resource.item.topic = topic;
    request.resource.item.confidentiality = confidentiality;
    request.resource.item.owner_unit = owner_unit;
    return request;
}

std::string verdict(const Request& request, const Facts& facts, base::Timestamp now) {
    const Decision decision = decide(request, facts, now);
    std::string out(decision.rule);
    if (!decision.allowed) {
        out += " " + std::to_string(static_cast<int>(decision.denial));
    }
    return out;
}

bool may(const Request& request, const Facts& facts, base::Timestamp now) {
    return decide(request, facts, now).allowed;
}

Release consent(Topics topics, Ids recipients) {
    Release release;
    release.topics = std::move(topics);
    release.recipient_units = std::move(recipients);
    return release;
}

}  // namespace samvev::access_test
