#include "module.hpp"
#include "names.hpp"

namespace samvev::organisation {

namespace event_name = names::organisation::event;

namespace {

// "planned" until an internal unit has its first leader, then "open", at last "closed".
void set_status(json& document) {
    const bool open = document["external"] == true || !document["leaderId"].is_null();
    document["status"] = open ? "open" : "planned";
}

// A closing to come does not act yet: the unit is listed with the day on which it closes.
void close(json& document, const Event& event) {
    document["closesOn"] = event.data().raw().value("closesOn", json());
    const bool later = document["closesOn"].is_string() &&
                       document["closesOn"] > to_text(oslo_date(event.recorded_at()));
    if (!later) {
        document["status"] = "closed";
    }
}

json listed(const Event& event, const Data& data) {
    const auto optional = [&](const char* name) { return data.raw().value(name, json()); };
    json document = {
        {"unitId", event.stream_id()},
        {"name", data.get_or<std::string>("name", "")},
        {"type", data.get_or<std::string>("type", "other")},
        {"parentId", optional("parentId")},
        {"external", data.get_or("external", false)},
        {"leaderId", optional("leaderId")},
        {"externalReference", optional("externalReference")},
        {"closesOn", nullptr},
        {"successorId", nullptr},
        {"serviceCard", nullptr},
        {"hidden", false},
    };
    set_status(document);
    return document;
}

}  // namespace

void project_unit_directory(json& document, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::unit_registered)) {
        document = listed(event, data);
    } else if (document.is_null()) {
        return;
    } else if (event.is(event_name::unit_closed)) {
        close(document, event);
        document["successorId"] = data.raw().value("successorId", json());
    } else if (event.is(event_name::unit_hidden) || event.is(event_name::unit_shown)) {
        document["hidden"] = event.is(event_name::unit_hidden);
    } else if (!event.has_data()) {
        return;
    } else if (event.is(event_name::unit_reorganised)) {
        for (const char* member : {"name", "type", "parentId"}) {
            document[member] = data.raw().value(member, document[member]);
        }
    } else if (event.is(event_name::leader_appointed)) {
        document["leaderId"] = data.get("leaderId");
        set_status(document);
    } else if (event.is(event_name::service_card_published)) {
        document["serviceCard"] = data.raw();
    }
}

}  // namespace samvev::organisation
