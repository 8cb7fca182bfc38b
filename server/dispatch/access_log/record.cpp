#include "dispatch/access_log/record.hpp"

#include <algorithm>
#include <array>
#include <samvev/json.hpp>
#include <set>

#include "base/assert.hpp"

namespace samvev::dispatch {

namespace {

using Kind = AccessRecord::Kind;
using Texts = std::set<std::string>;

struct KindRow {
    Kind kind;
    std::string_view word;
    std::string_view type;  // Stored: never change.
};
constexpr std::array kinds{
    KindRow{Kind::read, "read", "access.data-read"},
    KindRow{Kind::search, "search", "access.person-searched"},
    KindRow{Kind::oversight, "oversight", "access.data-overseen"},
    KindRow{Kind::disclosure, "disclosure", "access.data-disclosed"},
    KindRow{Kind::emergency, "emergency", "access.emergency-read"},
    KindRow{Kind::refusal, "refusal", "access.read-refused"},
};

const KindRow& row_of(Kind kind) noexcept {
    return *std::ranges::find(kinds, kind, &KindRow::kind);
}

Kind kind_of(access::LogDuty duty) noexcept {
    switch (duty) {
        case access::LogDuty::none:
        case access::LogDuty::read:
            return Kind::read;
        case access::LogDuty::search:
            return Kind::search;
        case access::LogDuty::audit:
            return Kind::oversight;
        case access::LogDuty::disclosure:
            return Kind::disclosure;
        case access::LogDuty::emergency:
            return Kind::emergency;
    }
    return Kind::read;
}

std::vector<std::string> sorted(const Texts& texts) {
    return {texts.begin(), texts.end()};
}

AccessRecord record_of(
    const access::Reading& reading, store::StreamId stream, const access::Reading::Part& part
) {
    AccessRecord out;
    Texts persons;
    Texts topics;
    Texts rules;
    Texts bases;
    access::LogDuty duty = access::LogDuty::none;
    const auto add = [](Texts& to, const std::string& text) {
        if (!text.empty()) {
            to.insert(text);
        }
    };
    for (const access::Ground& ground : part.grounds) {
        duty = std::max(duty, ground.duty);
        out.redacted = out.redacted || ground.redacted;
        persons.insert(ground.persons.begin(), ground.persons.end());
        add(topics, ground.topic);
        add(rules, ground.rule);
        add(bases, ground.basis);
    }
    out.kind = part.outcome == access::Reading::Outcome::refused ? Kind::refusal : kind_of(duty);
    out.stream = std::move(stream);
    out.method = reading.method;
    out.view = reading.view;
    out.key = reading.key;
    out.purpose = reading.reader.purpose;
    out.persons = sorted(persons);
    out.topics = sorted(topics);
    out.rules = sorted(rules);
    out.bases = sorted(bases);
    if (part.first_revision <= part.last_revision) {
        out.revisions = std::pair(part.first_revision, part.last_revision);
    }
    return out;
}

std::vector<std::string> texts_in(const json& from, const char* name) {
    std::vector<std::string> out;
    for (const json& one : from.value(name, json::array())) {
        if (one.is_string()) {
            out.push_back(one.get<std::string>());
        }
    }
    return out;
}

std::string text_in(const json& from, const char* name) {
    const json value = from.value(name, json());
    return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace

const store::StreamId& nobodys_stream() {
    static const store::StreamId stream{"nobody", base::Uuid()};
    return stream;
}

std::string_view to_text(AccessRecord::Kind kind) noexcept {
    return row_of(kind).word;
}

std::vector<AccessRecord> records_of(const access::Reading& reading) {
    std::vector<AccessRecord> out;
    if (reading.search) {
        access::Reading::Part search;
        search.grounds.insert(access::Ground{.duty = access::LogDuty::search});
        out.push_back(record_of(reading, nobodys_stream(), search));
    }
    for (const auto& [name, part] : reading.parts) {
        auto stream = store::StreamId::parse(name);
        SAMVEV_ASSERT(stream.has_value());  // The gate names streams by their text.
        out.push_back(record_of(reading, std::move(*stream), part));
    }
    return out;
}

store::NewEvent to_event(const AccessRecord& record) {
    json data{
        {"method", record.method},
        {"persons", record.persons},
        {"topics", record.topics},
        {"rules", record.rules},
        {"bases", record.bases}
    };
    for (const auto& [name, text] :
         {std::pair("view", &record.view), std::pair("key", &record.key),
          std::pair("purpose", &record.purpose)}) {
        if (!text->empty()) {
            data[name] = *text;
        }
    }
    if (record.redacted) {
        data["redacted"] = true;
    }
    if (record.revisions) {
        data["revisions"] = {record.revisions->first, record.revisions->second};
    }
    store::NewEvent event;
    event.type = row_of(record.kind).type;
    event.labels.topic = "access";
    event.labels.confidentiality = store::Confidentiality::strict;
    event.payload = data.dump();
    return event;
}

Result<AccessEntry> read_entry(const store::EventView& event) {
    AccessEntry out;
    const auto* const row = std::ranges::find(kinds, event.type, &KindRow::type);
    if (row == kinds.end()) {
        return fail(
            ErrorCode::corrupt, "position " + std::to_string(event.position.value()) +
                                    " of the access log is no record of it"
        );
    }
    out.record.kind = row->kind;
    out.record.stream = event.entity.empty()
                            ? event.stream()
                            : store::StreamId::parse(event.entity).value_or(event.stream());
    out.position = event.position;
    out.at = event.recorded_at;
    out.actor = event.actor;
    out.role = event.role;
    out.unit = event.unit;
    out.on_behalf_of = event.on_behalf_of;
    if (!store::is_readable(event)) {
        return out;
    }
    const json data = json::parse(event.payload, nullptr, false);
    if (!data.is_object()) {
        return fail(
            ErrorCode::corrupt, "position " + std::to_string(event.position.value()) +
                                    " of the access log does not hold an object"
        );
    }
    AccessRecord& record = out.record;
    record.method = text_in(data, "method");
    record.view = text_in(data, "view");
    record.key = text_in(data, "key");
    record.purpose = text_in(data, "purpose");
    record.redacted = data.value("redacted", json(false)) == true;
    record.persons = texts_in(data, "persons");
    record.topics = texts_in(data, "topics");
    record.rules = texts_in(data, "rules");
    record.bases = texts_in(data, "bases");
    const json revisions = data.value("revisions", json());
    if (revisions.is_array() && revisions.size() == 2 && revisions[0].is_number_unsigned() &&
        revisions[1].is_number_unsigned()) {
        record.revisions =
            std::pair(revisions[0].get<std::uint64_t>(), revisions[1].get<std::uint64_t>());
    }
    return out;
}

}  // namespace samvev::dispatch
