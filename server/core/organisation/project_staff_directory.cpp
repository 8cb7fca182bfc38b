#include <algorithm>
#include <set>

#include "module.hpp"
#include "names.hpp"

namespace samvev::organisation {

namespace event_name = names::organisation::event;

namespace {

json listed(const Event& event, const Data& data) {
    const auto optional = [&](const char* name) { return data.raw().value(name, json()); };
    return {
        {"staffId", event.stream_id()},
        {"displayName", data.get_or<std::string>("displayName", "")},
        {"title", optional("title")},
        {"homeUnitId", optional("unitId")},
        {"personId", optional("personId")},
        {"email", optional("email")},
        {"externalReference", optional("externalReference")},
        {"confidentialitySignedOn", nullptr},
        {"substitute", nullptr},
        {"roles", json::array()},
    };
}

json* find_role(json& document, std::string_view assignment_id) {
    json& roles = document["roles"];
    const auto found = std::find_if(roles.begin(), roles.end(), [&](const json& role) {
        return role["assignmentId"] == assignment_id;
    });
    return found == roles.end() ? nullptr : &*found;
}

void add_role(json& document, const Event& event) {
    json role = event.data().raw();
    role["assignmentId"] = event.entity();
    role["ended"] = false;
    document["roles"].push_back(std::move(role));
}

// Ended for a day to come, the role stays until it has lapsed.
void end_role(json& role, const Event& event) {
    role["endsOn"] = event.data().raw().value("endsOn", json());
    const bool later =
        role["endsOn"].is_string() && role["endsOn"] >= to_text(oslo_date(event.recorded_at()));
    role["ended"] = !later;
}

// What the indexes stand on: roles and units of now.
void set_current(json& document) {
    std::set<std::string> units;
    std::set<std::string> names;
    for (const json& role : document["roles"]) {
        if (role["ended"] == false) {
            units.insert(role.value("unitId", ""));
            names.insert(role.value("role", ""));
        }
    }
    document["active"] = document["roles"].empty() || !names.empty();
    if (document["active"] == true && document["homeUnitId"].is_string()) {
        units.insert(document["homeUnitId"].get<std::string>());
    }
    document["unitIds"] = units;
    document["roleNames"] = names;
}

}  // namespace

void project_staff_directory(json& document, const Event& event) {
    if (event.is(event_name::staff_registered)) {
        document = listed(event, event.data());
    } else if (document.is_null()) {
        return;
    } else if (event.is(event_name::staff_role_assigned)) {
        add_role(document, event);
    } else if (event.is(event_name::staff_role_ended)) {
        if (json* const role = find_role(document, event.entity())) {
            end_role(*role, event);
        }
    } else if (event.is(event_name::staff_role_lapsed)) {
        if (json* const role = find_role(document, event.entity())) {
            (*role)["ended"] = true;
        }
    } else if (!event.has_data()) {
        return;
    } else if (event.is(event_name::staff_linked_to_person)) {
        document["personId"] = event.data().get("personId");
    } else if (event.is(event_name::confidentiality_declaration_signed)) {
        document["confidentialitySignedOn"] = event.data().raw().value("signedOn", json());
    } else if (event.is(event_name::substitute_set)) {
        document["substitute"] = event.data().raw();
    }
    set_current(document);
}

}  // namespace samvev::organisation
