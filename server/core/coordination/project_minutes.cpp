#include "names.hpp"
#include "project.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;

namespace {

// "Read by 3 of 5": of the present version, and of those who are asked. A child is never asked.
void recount(json& minutes) {
    std::size_t asked = 0;
    std::size_t read = 0;
    for (const json& reader : minutes["readers"]) {
        ++asked;
        if (reader["readVersion"] == minutes["version"]) {
            ++read;
        }
    }
    minutes["readerCount"] = asked;
    minutes["readCount"] = read;
}

void open_minutes(json& document, const Event& event) {
    const Data& data = event.data();
    json readers = json::array();
    for (const Party& party : data.get<std::vector<Party>>("readers")) {
        if (!party.is_child()) {
            readers.push_back({{"party", party}, {"readVersion", 0}});
        }
    }
    document.erase("draft");
    document["minutes"] = json{
        {"minutesId", data.get("minutesId")},
        {"version", 1},
        {"sharedAt", to_text(event.recorded_at())},
        {"sharedBy", event.actor()},
        {"readers", readers},
        {"sections", json::array()}
    };
    recount(document["minutes"]);
}

// A section for some of the readers only is here as a gap: its text stays in its own event.
json section_of(const Data& data) {
    if (!data.raw().value("audience", json::array()).empty()) {
        return {{"index", data.raw()["index"]}, {"restricted", true}};
    }
    return {
        {"index", data.raw()["index"]},
        {"heading", data.get_or<std::string>("heading", "")},
        {"text", data.get_or<std::string>("text", "")},
        {"topic", data.get("topic")},
        {"restricted", false}
    };
}

void correct_section(json& minutes, const Data& data) {
    minutes["version"] = data.raw()["version"];
    for (json& section : minutes["sections"]) {
        if (section["index"] == data.raw()["sectionIndex"] && section["restricted"] == false) {
            section["correction"] = data.get_or<std::string>("text", "");
            section["correctionReason"] = data.get_or<std::string>("reason", "");
        }
    }
}

}  // namespace

void project_minutes(json& document, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::minutes_drafted)) {
        document["draft"] = {{"by", event.actor()}, {"since", to_text(event.recorded_at())}};
    } else if (event.is(event_name::minutes_shared)) {
        open_minutes(document, event);
    } else if (!document.contains("minutes")) {
        return;
    } else if (event.is(event_name::minutes_section_shared)) {
        document["minutes"]["sections"].push_back(section_of(data));
    } else if (event.is(event_name::minutes_corrected)) {
        correct_section(document["minutes"], data);
        recount(document["minutes"]);
    } else if (event.is(event_name::minutes_read_confirmed)) {
        for (json& reader : document["minutes"]["readers"]) {
            if (reader["party"].get<Party>().key() == data.get<Party>("reader").key()) {
                reader["readVersion"] = data.raw()["version"];
            }
        }
        recount(document["minutes"]);
    }
}

}  // namespace samvev::coordination
