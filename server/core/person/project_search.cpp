#include "module.hpp"
#include "names.hpp"
#include "search_tokens.hpp"

namespace samvev::person {

namespace event_name = names::person::event;

namespace {

void set_name(json& document, const Name& name) {
    std::string full;
    for (const std::string* part : {&name.given, &name.middle, &name.family}) {
        full += (full.empty() || part->empty() ? "" : " ") + *part;
    }
    document["givenName"] = name.given;
    document["familyName"] = name.family;
    document["fullName"] = full;
    document["tokens"] = search_tokens(full);
}

json found_by(const Event& event, const Data& data) {
    json document = {
        {"personId", event.stream_id()}, {"birthDate", data.raw().value("birthDate", json())}
    };
    set_name(document, name_in(data));
    return document;
}

}  // namespace

void project_search(json& document, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::address_protection_set) && event.has_data()) {
        // A protected person answers as nobody does: there is no document at all.
        if (is_hidden(data.get<Protection>("level"))) {
            document = nullptr;
        } else if (document.is_null() && data.has("searchable")) {
            document = found_by(event, Data("searchable", data.raw()["searchable"]));
        }
    } else if (event.is(event_name::person_registered) ||
               event.is(event_name::unborn_child_registered)) {
        document = found_by(event, data);
    } else if (document.is_null() || !event.has_data()) {
        return;
    } else if (event.is(event_name::name_corrected)) {
        set_name(document, name_in(data));
    } else if (event.is(event_name::child_born)) {
        Name name = name_in(data);
        if (name.given.empty()) {
            name.given = document["givenName"].get<std::string>();
        }
        if (name.family.empty()) {
            name.family = document["familyName"].get<std::string>();
        }
        set_name(document, name);
        document["birthDate"] = data.get("birthDate");
    }
}

}  // namespace samvev::person
