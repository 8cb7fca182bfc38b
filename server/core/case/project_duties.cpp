#include "document.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

// What a staff member coordinates, and what they left to others when a role of theirs ended.
void project_duties(json& document, const Event& event) {
    if (document.is_null()) {
        document = {
            {"staffId", event.stream_id()}, {"cases", json::array()}, {"returned", json::array()}
        };
    }
    json& cases = document["cases"];
    if (const json* const known = find_in(cases, "caseId", event.entity())) {
        cases.erase(static_cast<std::size_t>(known - &cases[0]));
    }
    if (event.is(event_name::duty_dropped)) {
        return;
    }
    const bool taken = event.is(event_name::duty_taken);
    document[taken ? "cases" : "returned"].push_back(
        {{"caseId", event.entity()}, {"unitId", member(event, "unitId")}, {"since", day_of(event)}}
    );
}

}  // namespace samvev::cases
