#include "dispatch/access_log/records_about.hpp"

#include <algorithm>

namespace samvev::dispatch {

bool RecordsAbout::has(const AccessEntry& entry) const {
    return !by_name_only.contains(entry.record.stream) ||
           std::ranges::find(entry.record.persons, person) != entry.record.persons.end();
}

store::StreamId stream_of(const char* kind, const access::Id& id) {
    return {kind, base::Uuid::parse(id).value_or(base::Uuid())};
}

RecordsAbout records_about(const Reader& reader, const access::Id& person) {
    RecordsAbout out{{stream_of("person", person)}, {}, person};
    const access::Facts* facts = reader.facts();
    const access::PersonFacts* known = facts == nullptr ? nullptr : facts->persons.find(person);
    if (known == nullptr) {
        return out;
    }
    for (const access::Id& id : known->cases) {
        const access::CaseFacts* in = facts->cases.find(id);
        const store::StreamId stream = stream_of("case", id);
        const bool own = in != nullptr && in->person == person;
        if (reader.may_read_log_of(stream)) {
            out.streams.push_back(stream);
            if (!own) {
                out.by_name_only.insert(stream);
            }
        } else if (!own && reader.actor().id == person && reader.sees_case(id)) {
            out.streams.push_back(stream);
            out.by_name_only.insert(stream);
        }
    }
    return out;
}

}  // namespace samvev::dispatch
