#include "dispatch/access_log/rows.hpp"

#include "base/calendar_text.hpp"

namespace samvev::dispatch {

json row_for_person(const AccessEntry& entry) {
    json row{
        {"at", base::to_text(entry.at)},
        {"actor", entry.actor},
        {"kind", to_text(entry.record.kind)}
    };
    for (const auto& [name, text] :
         {std::pair("role", &entry.role), std::pair("unit", &entry.unit),
          std::pair("onBehalfOf", &entry.on_behalf_of), std::pair("method", &entry.record.method),
          std::pair("purpose", &entry.record.purpose)}) {
        if (!text->empty()) {
            row[name] = *text;
        }
    }
    if (!entry.record.bases.empty()) {
        row["bases"] = entry.record.bases;
    }
    return row;
}

json row_for_overseer(const AccessEntry& entry) {
    const AccessRecord& record = entry.record;
    json row = row_for_person(entry);
    row["stream"] = record.stream.text();
    row["persons"] = record.persons;
    row["topics"] = record.topics;
    row["rules"] = record.rules;
    row["redacted"] = record.redacted;
    if (!record.view.empty()) {
        row["view"] = record.view;
    }
    if (!record.key.empty()) {
        row["key"] = record.key;
    }
    if (record.revisions) {
        row["revisions"] = {
            std::to_string(record.revisions->first), std::to_string(record.revisions->second)
        };
    }
    return row;
}

}  // namespace samvev::dispatch
