#include "project.hpp"

#include "names.hpp"

namespace samvev::consultation {

namespace event_name = names::consultation::event;

namespace {

json member(const Event& event, const char* name) {
    return event.data().raw().value(name, json());
}

}  // namespace

void project_board(json& document, const Event& event) {
    if (event.is(event_name::asked)) {
        json units = event.data().raw().value("askedUnitIds", json::array());
        if (event.data().has("unitId")) {
            units.push_back(member(event, "unitId"));
        }
        document = {
            {"consultationId", event.stream_id()},
            {"unitId", member(event, "unitId")},
            {"unitIds", std::move(units)},
            {"question", member(event, "question")},
            {"askedOn", to_text(oslo_date(event.recorded_at()))},
            {"state", "open"},
            {"outcome", nullptr},
            {"advice", json::array()},
        };
    } else if (document.is_null()) {
        return;
    } else if (event.is(event_name::advised)) {
        document["advice"].push_back(
            {{"adviceId", event.entity()},
             {"unitId", member(event, "byUnitId")},
             {"advice", member(event, "advice")},
             {"on", to_text(oslo_date(event.recorded_at()))}}
        );
    } else {
        document["state"] = "closed";
        document["outcome"] = member(event, "outcome");
    }
}

}  // namespace samvev::consultation
