#include <algorithm>

#include "module.hpp"
#include "names.hpp"

namespace samvev::person {

namespace event_name = names::person::event;

namespace {

void set_name(json& document, const Name& name) {
    std::string full;
    for (const std::string* part : {&name.given, &name.middle, &name.family}) {
        full += (full.empty() || part->empty() ? "" : " ") + *part;
    }
    document["givenName"] = name.given;
    document["middleName"] = name.middle;
    document["familyName"] = name.family;
    document["fullName"] = full;
}

// A hidden person answers to no number, as to no name: see project_search.
void index_identifiers(json& document) {
    document["identifierKeys"] = json::array();
    if (is_hidden(document["addressProtection"]["level"].get<Protection>())) {
        return;
    }
    for (const json& identifier : document["identifiers"]) {
        if (identifier["number"].is_string()) {  // Not every reader is given the numbers.
            document["identifierKeys"].push_back(
                identifier["kind"].get<std::string>() + ":" +
                identifier["number"].get<std::string>()
            );
        }
    }
}

void add_identifier(json& document, const Data& data) {
    const auto kind = data.get("kind");
    for (json& other : document["identifiers"]) {
        if (other["kind"] == kind && kind != "temporary") {
            other["current"] = false;
        }
    }
    document["identifiers"].push_back(
        {{"kind", kind}, {"number", data.raw().value("number", json())}, {"current", true}}
    );
    index_identifiers(document);
}

void fold_birth(json& document, const Data& data) {
    document["unborn"] = false;
    document["birthDate"] = data.raw().value("birthDate", json());
    Name name = name_in(data);
    if (name.given.empty()) {
        name.given = document["givenName"].get<std::string>();
    }
    if (name.family.empty()) {
        name.family = document["familyName"].get<std::string>();
    }
    set_name(document, name);
}

void add(json& list, const Event& event) {
    if (std::find(list.begin(), list.end(), event.entity()) == list.end()) {
        list.push_back(event.entity());
    }
}

void remove(json& list, const Event& event) {
    list.erase(std::remove(list.begin(), list.end(), event.entity()), list.end());
}

json empty_card(const Event& event) {
    return {
        {"personId", event.stream_id()},
        {"unborn", event.is(event_name::unborn_child_registered)},
        {"birthDate", nullptr},
        {"dueDate", nullptr},
        {"deathDate", nullptr},
        {"language", nullptr},
        {"needsInterpreter", false},
        {"addressProtection", {{"level", "none"}, {"validUntil", nullptr}}},
        {"identifiers", json::array()},
        {"identifierKeys", json::array()},
        {"guardianIds", json::array()},
        {"restrictedIds", json::array()},
        {"careUnitId", nullptr},
    };
}

}  // namespace

void project_card(json& document, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::person_registered) || event.is(event_name::unborn_child_registered)) {
        document = empty_card(event);
        document["birthDate"] = data.raw().value("birthDate", json());
        document["dueDate"] = data.raw().value("dueDate", json());
        set_name(document, name_in(data));
    } else if (document.is_null() || !event.has_data()) {
        return;
    } else if (event.is(event_name::child_born)) {
        fold_birth(document, data);
    } else if (event.is(event_name::identifier_linked)) {
        add_identifier(document, data);
    } else if (event.is(event_name::name_corrected)) {
        set_name(document, name_in(data));
    } else if (event.is(event_name::language_needs_set)) {
        document["language"] = data.get("language");
        document["needsInterpreter"] = data.get_or("needsInterpreter", false);
        document["writtenForm"] = data.raw().value("writtenForm", json());
        document["communication"] = data.raw().value("communication", json());
    } else if (event.is(event_name::address_protection_set)) {
        document["addressProtection"] = {
            {"level", data.get("level")}, {"validUntil", data.raw().value("validUntil", json())}
        };
        index_identifiers(document);
    } else if (event.is(event_name::protection_lowering_proposed)) {
        document["addressProtection"]["proposed"] = {
            {"proposalId", data.get("proposalId")},
            {"level", data.get("level")},
            {"by", event.actor()}
        };
    } else if (event.is(event_name::guardian_recorded)) {
        add(document["guardianIds"], event);
    } else if (event.is(event_name::guardian_ended)) {
        remove(document["guardianIds"], event);
    } else if (event.is(event_name::contact_restricted)) {
        add(document["restrictedIds"], event);
    } else if (event.is(event_name::contact_restriction_lifted)) {
        remove(document["restrictedIds"], event);
    } else if (event.is(event_name::care_taken_over)) {
        document["careUnitId"] = data.get("unitId");
    } else if (event.is(event_name::care_ended)) {
        document["careUnitId"] = nullptr;
    } else if (event.is(event_name::death_recorded)) {
        document["deathDate"] = data.get("deathDate");
    }
}

}  // namespace samvev::person
