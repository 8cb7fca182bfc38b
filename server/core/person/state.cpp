#include "state.hpp"

namespace samvev::person {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Name, given, middle, family)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Identifier, kind, number, current)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Lowering, data, proposed_by)

const Identifier* Person::find_current(const std::string& kind) const noexcept {
    for (const Identifier& identifier : identifiers) {
        if (identifier.current && identifier.kind == kind) {
            return &identifier;
        }
    }
    return nullptr;
}

void to_json(json& out, const Person& person) {
    out = {
        {"life", person.life},
        {"name", person.name},
        {"birthDate", person.birth_date},
        {"dueDate", person.due_date},
        {"protection", person.protection},
        {"lowering", person.lowering ? json(*person.lowering) : json()},
        {"identifiers", person.identifiers},
        {"guardians", person.guardians},
        {"restricted", person.restricted},
        {"proxies", person.proxies},
        {"inCare", person.in_care},
    };
}

void from_json(const json& in, Person& person) {
    in.at("life").get_to(person.life);
    in.at("name").get_to(person.name);
    in.at("birthDate").get_to(person.birth_date);
    in.at("dueDate").get_to(person.due_date);
    in.at("protection").get_to(person.protection);
    if (!in.at("lowering").is_null()) {
        person.lowering = in.at("lowering").get<Lowering>();
    }
    in.at("identifiers").get_to(person.identifiers);
    in.at("guardians").get_to(person.guardians);
    in.at("restricted").get_to(person.restricted);
    in.at("proxies").get_to(person.proxies);
    in.at("inCare").get_to(person.in_care);
}

json name_members(const Name& name) {
    json out = json::object();
    for (const auto& [member, part] :
         {std::pair{"givenName", &name.given}, std::pair{"middleName", &name.middle},
          std::pair{"familyName", &name.family}}) {
        if (!part->empty()) {
            out[member] = *part;
        }
    }
    return out;
}

Name name_in(const Data& data) {
    return {
        data.get_or<std::string>("givenName", ""), data.get_or<std::string>("middleName", ""),
        data.get_or<std::string>("familyName", "")
    };
}

}  // namespace samvev::person
