#include "support/diary_module.hpp"

#include <algorithm>
#include <array>
#include <samvev/json.hpp>
#include <utility>

#include "base/uuid.hpp"
#include "support/fake_module.hpp"
#include "support/random_seed.hpp"

namespace samvev::test {
namespace {

using modules::EventIn;
using modules::ViewType;

void add_all(json& document, const json& data, const char* field) {
    if (!data.contains(field)) {
        return;
    }
    json& known = document[field];
    if (known.is_null()) {
        known = json::array();
    }
    for (const json& value : data.at(field)) {
        if (std::ranges::find(known, value) == known.end()) {
            known.push_back(value);
        }
    }
}

void note(json& document, const EventIn& event) {
    document["count"] = document.value("count", 0) + 1;
    document["last"] = event.id;
    document["revision"] = event.revision;
    if (!event.data) {
        document["withheld"] = document.value("withheld", 0) + 1;
        return;
    }
    const json data = json::parse(*event.data);
    for (const char* const field : {"who", "dueOn", "amount"}) {
        if (data.contains(field)) {
            document[field] = data.at(field);
        }
    }
    add_all(document, data, "tags");
    add_all(document, data, "names");
}

ViewType make_view(const DiaryOptions& options, const char* id, ViewType::Key key) {
    ViewType view;
    view.id = id;
    view.version = options.view_version;
    view.key = key;
    view.stream_kinds = {"diary"};
    view.on = {"diary.noted", "diary.erased", "diary.broken"};
    return view;
}

modules::IndexType make_index(const char* name, std::vector<std::string> fields) {
    modules::IndexType index;
    index.name = name;
    index.fields = std::move(fields);
    return index;
}

modules::Manifest make_manifest(const DiaryOptions& options) {
    modules::Manifest manifest;
    manifest.id = "diary";
    manifest.version = "1.0.0";
    for (const char* const type : {"diary.noted", "diary.erased", "diary.broken", "diary.unseen"}) {
        modules::EventType event;
        event.type = type;
        event.version = 2;
        manifest.events.push_back(std::move(event));
    }
    ViewType by_stream = make_view(options, "diary.by-stream", ViewType::Key::stream);
    by_stream.indexes = {
        make_index("byWho", {"/who", "/dueOn"}),
        make_index("byTag", {"/tags"}),
        make_index("byAmount", {"/amount"}),
        make_index("byName", {"/names", "/count"}),
    };
    by_stream.indexes.back().personal = true;
    ViewType by_entity = make_view(options, "diary.by-entity", ViewType::Key::entity);
    by_entity.indexes = {make_index("byWho", {"/who", "/dueOn"})};
    ViewType by_event = make_view(options, "diary.by-event", ViewType::Key::event);
    ViewType by_person = make_view(options, "diary.by-person", ViewType::Key::pointer);
    by_person.key_pointer = "/people";
    by_person.indexes = {make_index("byAmount", {"/amount", "/tags"})};
    manifest.views = {by_stream, by_entity, by_event, by_person};
    return manifest;
}

Result<FakeModule::Document> fold(
    const DiaryOptions& options, std::optional<std::string_view> before,
    std::span<const EventIn> events
) {
    json document = before ? json::parse(*before) : json();
    for (const EventIn& event : events) {
        if (options.folded != nullptr) {
            ++*options.folded;
        }
        const bool fails =
            event.type == "diary.broken" && options.is_broken != nullptr && *options.is_broken;
        if (fails) {
            return fail(ErrorCode::module_fault, "It is broken.");
        }
        if (event.type == "diary.erased") {
            document = json();
        } else {
            document["madeBy"] = options.view_version;
            note(document, event);
        }
    }
    return document.is_null() ? FakeModule::Document() : FakeModule::Document(document.dump());
}

// Version 1 said `person` where version 2 has `people`.
Result<std::string> upcast(const EventIn& event) {
    json data = json::parse(*event.data);
    if (data.contains("bad")) {
        return fail(ErrorCode::module_fault, "It cannot be read.");
    }
    if (data.contains("person")) {
        data["people"] = json::array({data["person"]});
        data.erase("person");
    }
    return data.dump();
}

json random_scalar(std::mt19937_64& random) {
    static const std::array<std::string, 6> texts = {"",    "a", "ab", std::string("a\0b", 3),
                                                     "æøå", "zz"};
    switch (below(random, 7)) {
        case 0:
            return nullptr;
        case 1:
            return below(random, 2) == 0;
        case 2:
            return static_cast<std::int64_t>(below(random, 20)) - 10;
        case 3:
            return (static_cast<double>(below(random, 4000)) - 2000.0) / 16.0;
        case 4:
            return static_cast<std::int64_t>(random());
        default:
            return texts[below(random, texts.size())];
    }
}

std::string random_date(std::mt19937_64& random) {
    return "2027-0" + std::to_string(1 + below(random, 9)) + "-1" +
           std::to_string(below(random, 10));
}

}  // namespace

std::unique_ptr<modules::Module> make_diary_module(const DiaryOptions& options) {
    return std::make_unique<FakeModule>(
        make_manifest(options),
        [options](
            std::string_view, std::string_view, std::optional<std::string_view> document,
            std::span<const EventIn> events
        ) { return fold(options, document, events); },
        upcast
    );
}

DiaryWriter::DiaryWriter(store::EventLog& log, std::uint32_t tenant, std::uint64_t seed)
    : log_(log), tenant_(tenant), random_(seed) {}

std::string DiaryWriter::stream_id(std::size_t stream) {
    const std::string number = std::to_string(stream);
    const std::array<std::string_view, 2> parts = {"diary", number};
    return base::derived_uuid(parts).text();
}

store::Position DiaryWriter::write(const Entry& entry) {
    const std::string number = std::to_string(written_++) + "/" + std::to_string(tenant_.value());
    const std::array<std::string_view, 2> parts = {"event", number};
    store::NewEvent event;
    event.id = store::EventId(base::derived_uuid(parts));
    event.type = entry.type;
    event.version = entry.version;
    event.entity = entry.entity;
    event.payload = entry.data;
    store::StreamWrite write;
    write.stream = {entry.kind, *base::Uuid::parse(stream_id(entry.stream))};
    write.events.push_back(std::move(event));
    store::Commit commit;
    commit.log = {tenant_, store::LogKind::domain};
    commit.writes.push_back(std::move(write));
    commit.actor.actor = "system/diary";
    commit.recorded_at = base::Timestamp(std::chrono::microseconds(written_));
    const auto committed = log_.append(std::move(commit));
    if (!committed) {
        throw std::runtime_error("DiaryWriter: " + committed.error().message);
    }
    return committed->position;
}

DiaryWriter::Entry DiaryWriter::random_entry() {
    Entry entry;
    entry.stream = below(random_, 12);
    if (below(random_, 2) == 0) {
        entry.entity = "entity-" + std::to_string(below(random_, 4));
    }
    const std::size_t kind = below(random_, 20);
    if (kind == 0) {
        entry.type = "diary.erased";
    } else if (kind < 3) {
        entry.type = "diary.unseen";
    } else if (kind < 4) {
        entry.kind = "other";
    }
    json data = json::object();
    if (below(random_, 2) == 0) {
        data["who"] = "staff-" + std::to_string(below(random_, 3));
    }
    if (below(random_, 2) == 0) {
        data["dueOn"] = below(random_, 4) == 0 ? json() : json(random_date(random_));
    }
    if (below(random_, 2) == 0) {
        data["amount"] = random_scalar(random_);
    }
    for (std::size_t i = below(random_, 4); i > 0; --i) {
        data["tags"].push_back(random_scalar(random_));
    }
    for (std::size_t i = below(random_, 3); i > 0; --i) {
        data["names"].push_back("Prøve" + std::to_string(below(random_, 5)));
    }
    if (below(random_, 3) == 0) {
        entry.version = 1;
        data["person"] = "person-" + std::to_string(below(random_, 6));
    } else {
        for (std::size_t i = below(random_, 3); i > 0; --i) {
            data["people"].push_back("person-" + std::to_string(below(random_, 6)));
        }
    }
    entry.data = data.dump();
    return entry;
}

void DiaryWriter::write_random(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        write(random_entry());
    }
}

}  // namespace samvev::test
