#include "access/facts_fold.hpp"

#include <map>

#include "access/fold_case.hpp"
#include "access/local_day.hpp"
#include "access/payload.hpp"

namespace samvev::access {

namespace {

using Step = void (*)(Facts&, const FactEvent&, const Payload&);

template <typename Change>
void change_unit(Facts& facts, const FactEvent& event, Change change) {
    facts.units.update(event.stream_id, change);
}

template <typename Change>
void change_staff(Facts& facts, const FactEvent& event, Change change) {
    facts.staff.update(event.stream_id, change);
}

void register_unit(Facts& facts, const FactEvent& event, const Payload& data) {
    change_unit(facts, event, [&](UnitFacts& unit) {
        unit.parent = data.text("parentId");
        unit.external = data.flag("external");
        unit.leader = data.text("leaderId");
    });
}

void reorganise_unit(Facts& facts, const FactEvent& event, const Payload& data) {
    if (data.has("parentId")) {
        change_unit(facts, event, [&](UnitFacts& unit) { unit.parent = data.text("parentId"); });
    }
}

void close_unit(Facts& facts, const FactEvent& event, const Payload& data) {
    change_unit(facts, event, [&](UnitFacts& unit) {
        unit.closed_on = data.date("closesOn").value_or(local_day(event.recorded_at));
    });
}

void appoint_leader(Facts& facts, const FactEvent& event, const Payload& data) {
    change_unit(facts, event, [&](UnitFacts& unit) { unit.leader = data.text("leaderId"); });
}

void hide_unit(Facts& facts, const FactEvent& event, const Payload& /*data*/) {
    change_unit(facts, event, [](UnitFacts& unit) { unit.hidden = true; });
}

void show_unit(Facts& facts, const FactEvent& event, const Payload& /*data*/) {
    change_unit(facts, event, [](UnitFacts& unit) { unit.hidden = false; });
}

// What cannot be read leaves the link that was there: it closes one's own family's cases.
void link_person(Facts& facts, const FactEvent& event, const Payload& data) {
    const Id person = data.text("personId");
    if (person.empty()) {
        return;
    }
    const StaffFacts* known = facts.staff.find(event.stream_id);
    const Id before = known == nullptr ? Id() : known->person;
    if (!before.empty()) {
        facts.staff_of_person.update(before, [&](Ids& ids) { ids.erase(Id(event.stream_id)); });
    }
    change_staff(facts, event, [&](StaffFacts& staff) { staff.person = person; });
    facts.staff_of_person.update(person, [&](Ids& ids) { ids.emplace(event.stream_id); });
}

void register_staff(Facts& facts, const FactEvent& event, const Payload& data) {
    change_staff(facts, event, [&](StaffFacts& staff) { staff.home_unit = data.text("unitId"); });
    link_person(facts, event, data);
}

void assign_role(Facts& facts, const FactEvent& event, const Payload& data) {
    change_staff(facts, event, [&](StaffFacts& staff) {
        staff.assignments[Id(event.entity)] = Assignment{
            .role = data.text("role"), .unit = data.text("unitId"), .period = data.period()
        };
    });
}

void end_role(Facts& facts, const FactEvent& event, const Payload& data) {
    change_staff(facts, event, [&](StaffFacts& staff) {
        Assignment& assignment = staff.assignments[Id(event.entity)];
        assignment.period.until = data.date("endsOn");
        assignment.ended = !assignment.period.until;
    });
}

void sign_declaration(Facts& facts, const FactEvent& event, const Payload& /*data*/) {
    change_staff(facts, event, [](StaffFacts& staff) { staff.has_signed_declaration = true; });
}

void end_standing_in(Facts& facts, const Id& substitute, std::string_view absent) {
    facts.staff.update(substitute, [&](StaffFacts& staff) {
        std::erase_if(staff.stands_in_for, [&](const StandIn& one) {
            return one.absent == absent;
        });
    });
}

// A new substitute, or a new period, takes the place of the one before.
void set_substitute(Facts& facts, const FactEvent& event, const Payload& data) {
    const StaffFacts* absent = facts.staff.find(event.stream_id);
    if (absent != nullptr && !absent->substitute.empty()) {
        end_standing_in(facts, Id(absent->substitute), event.stream_id);
    }
    const Id substitute = data.text("substituteId");
    change_staff(facts, event, [&](StaffFacts& staff) { staff.substitute = substitute; });
    if (!substitute.empty()) {
        facts.staff.update(substitute, [&](StaffFacts& staff) {
            staff.stands_in_for.push_back({.absent = Id(event.stream_id), .period = data.period()});
        });
    }
}

constexpr std::string_view by_staff = "staff/";

void register_person(Facts& facts, const FactEvent& event, const Payload& data) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        person.birth_date = data.date("birthDate");
        if (event.actor.starts_with(by_staff)) {
            person.registered_by = Id(event.actor.substr(by_staff.size()));
        }
    });
}

void take_birth(Facts& facts, const FactEvent& event, const Payload& data) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        person.birth_date = data.date("birthDate");
    });
}

void record_death(Facts& facts, const FactEvent& event, const Payload& /*data*/) {
    facts.persons.update(event.stream_id, [](PersonFacts& person) { person.dead = true; });
}

void note_representative(Facts& facts, const FactEvent& event) {
    facts.represented_by.update(event.entity, [&](Ids& ids) { ids.emplace(event.stream_id); });
}

void record_guardian(Facts& facts, const FactEvent& event, const Payload& data) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        person.guardians[Id(event.entity)] = data.period();
    });
    note_representative(facts, event);
}

// Over from that day on; that somebody once was a guardian stays known.
void end_today(Period& period, base::Timestamp now) {
    period.until = base::Date(std::chrono::sys_days(local_day(now)) - std::chrono::days(1));
}

void end_guardian(Facts& facts, const FactEvent& event, const Payload& /*data*/) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        end_today(person.guardians[Id(event.entity)], event.recorded_at);
    });
}

void restrict_contact(Facts& facts, const FactEvent& event, const Payload& data) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        person.contact_restrictions[Id(event.entity)] = data.period();
    });
}

void lift_restriction(Facts& facts, const FactEvent& event, const Payload& /*data*/) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        person.contact_restrictions.erase(Id(event.entity));
    });
}

void give_proxy(Facts& facts, const FactEvent& event, const Payload& data) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        person.proxies[Id(event.entity)] = Proxy{data.texts("topics"), data.period()};
    });
    note_representative(facts, event);
}

void end_proxy(Facts& facts, const FactEvent& event, const Payload& /*data*/) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        end_today(person.proxies[Id(event.entity)].period, event.recorded_at);
    });
}

void set_care(Facts& facts, const FactEvent& event, const Payload& data) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        person.care_unit = data.text("unitId");
    });
}

// What cannot be read protects most.
Protection protection_in(const Payload& data) {
    const std::string level = data.text("level");
    if (level == "none") {
        return Protection::none;
    }
    if (level == "client") {
        return Protection::client;
    }
    return level == "confidential" ? Protection::confidential : Protection::strictly_confidential;
}

void protect(Facts& facts, const FactEvent& event, const Payload& data) {
    facts.persons.update(event.stream_id, [&](PersonFacts& person) {
        person.protection = protection_in(data);
    });
}

void ask_services(Facts& facts, const FactEvent& event, const Payload& data) {
    facts.consultations.update(event.stream_id, [&](ConsultationFacts& one) {
        one.owner_unit = data.text("unitId");
        one.asked = data.texts("askedUnitIds");
    });
}

const std::map<std::string_view, Step>& steps() {
    static const std::map<std::string_view, Step> table{
        {"organisation.unit-registered", register_unit},
        {"organisation.unit-reorganised", reorganise_unit},
        {"organisation.unit-closed", close_unit},
        {"organisation.leader-appointed", appoint_leader},
        {"organisation.unit-hidden", hide_unit},
        {"organisation.unit-shown", show_unit},
        {"organisation.staff-registered", register_staff},
        {"organisation.staff-linked-to-person", link_person},
        {"organisation.staff-role-assigned", assign_role},
        {"organisation.staff-role-ended", end_role},
        {"organisation.staff-role-lapsed", end_role},
        {"organisation.confidentiality-declaration-signed", sign_declaration},
        {"organisation.substitute-set", set_substitute},
        {"person.person-registered", register_person},
        {"person.unborn-child-registered", register_person},
        {"person.child-born", take_birth},
        {"person.death-recorded", record_death},
        {"person.address-protection-set", protect},
        {"person.guardian-recorded", record_guardian},
        {"person.guardian-ended", end_guardian},
        {"person.contact-restricted", restrict_contact},
        {"person.contact-restriction-lifted", lift_restriction},
        {"person.proxy-given", give_proxy},
        {"person.proxy-ended", end_proxy},
        {"person.care-taken-over", set_care},
        {"person.care-ended", set_care},
        {"consultation.asked", ask_services},
    };
    return table;
}

}  // namespace

struct FactsFold::Parser {
    simdjson::dom::parser parser;
};

FactsFold::FactsFold(Facts start) : facts_(std::move(start)), parser_(std::make_unique<Parser>()) {}
FactsFold::~FactsFold() = default;

bool FactsFold::is_fact(std::string_view stream_kind, std::string_view type) noexcept {
    return steps().contains(type) || (stream_kind == "case" && is_case_fact(type));
}

Result<bool> FactsFold::fold(const FactEvent& event) {
    if (!is_fact(event.stream_kind, event.type)) {
        return false;
    }
    const auto step = steps().find(event.type);
    const bool of_case = step == steps().end();
    Payload data;
    if (!event.payload.empty()) {
        simdjson::dom::object object;
        if (parser_->parser.parse(event.payload.data(), event.payload.size())
                .get_object()
                .get(object) != simdjson::SUCCESS) {
            return fail(
                ErrorCode::corrupt, "the payload of a " + std::string(event.type) + " in " +
                                        std::string(event.stream_kind) + "/" +
                                        std::string(event.stream_id) +
                                        " is no JSON object; access cannot be decided"
            );
        }
        data = Payload(object);
    }
    if (of_case) {
        fold_case(facts_, event, data);
    } else {
        step->second(facts_, event, data);
    }
    ++facts_.version;
    return true;
}

}  // namespace samvev::access
