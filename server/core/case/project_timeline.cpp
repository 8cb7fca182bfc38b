#include "document.hpp"
#include "module.hpp"
#include "occurred_on.hpp"

namespace samvev::cases {

namespace {

// What was shared with some of the participants only: the timeline tells that it happened, not
// what.
bool is_for_some(const Event& event) {
    const json audience = member(event, "audience");
    return audience.is_array() && !audience.empty();
}

json text_or_null(std::string_view text) {
    return text.empty() ? json() : json(text);
}

}  // namespace

void project_timeline(json& document, const Event& event) {
    const std::string_view type = event.type();
    // The unit it is about, else the one that acted: an imported activity names its own.
    json unit_id = member(event, "unitId");
    if (!unit_id.is_string()) {
        unit_id = text_or_null(event.unit());
    }
    document = {
        {"caseId", event.stream_id()},
        {"eventId", event.id()},
        {"type", type},
        {"module", type.substr(0, type.find('.'))},
        {"occurredOn", sortable_time(event.occurred_on())},
        {"recordedAt", to_text(event.recorded_at())},
        {"actor", text_or_null(event.actor())},
        {"role", text_or_null(event.role())},
        {"unitId", unit_id},
        {"entity", text_or_null(event.entity())},
        {"revision", event.revision()},
        {"data", event.has_data() ? event.data().raw() : json()},
    };
    if (is_for_some(event)) {
        document["data"] = nullptr;
        document["restricted"] = true;
    }
}

}  // namespace samvev::cases
