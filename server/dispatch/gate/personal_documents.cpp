#include "dispatch/gate/personal_documents.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <samvev/json.hpp>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "dispatch/command_params.hpp"
#include "dispatch/event_input.hpp"

namespace samvev::dispatch {

namespace {

using Key = modules::ViewType::Key;

// The stream that the key itself names, if keys of that kind do.
std::optional<store::StreamId> named_stream(Key kind, const std::string& key) {
    return kind == Key::stream || kind == Key::entity
               ? store::StreamId::parse(key.substr(0, key.find('#')))
               : std::nullopt;
}

}  // namespace

PersonalDocuments::PersonalDocuments(
    const Parts& parts, Reader& reader, modules::Registry::View view
)
    : parts_(parts),
      reader_(reader),
      view_(view),
      tenant_(reader.actor().tenant),
      until_(parts.views.position(tenant_, view.type->id)) {}

Result<std::optional<views::Document>> PersonalDocuments::get(const std::string& key) {
    if (const auto stream = named_stream(view_.type->key, key)) {
        if (const Sight& known = reader_.existence(*stream); !known.visible) {
            reader_.refuses(*stream, known);
            return std::optional<views::Document>();
        }
    }
    SAMVEV_TRY(
        std::optional<views::Document> document, parts_.views.get(tenant_, view_.type->id, key)
    );
    if (!document) {
        return std::optional<views::Document>();
    }
    SAMVEV_TRY(const auto of, stream_of(*document));
    SAMVEV_TRY(auto seen, see(std::move(*document)));
    if (!seen && of) {
        SAMVEV_CHECK_OK(refuse(*of));
    }
    return seen;
}

Result<std::monostate> PersonalDocuments::refuse(const store::StreamId& id) {
    const bool is_decided = view_.type->search || reader_.sees_by_role_alone();
    if (!is_decided) {
        SAMVEV_TRY(const Stream* const known, stream(id));
        for (const Stream::Seen& one : known->events) {
            if (!one.sight->visible) {
                reader_.refuses(id, *one.sight);
            }
        }
    }
    return std::monostate();
}

Result<views::ListPage> PersonalDocuments::list(views::ListQuery query) {
    const std::size_t wanted = query.limit;
    if (view_.type->search) {
        reader_.searches();
    }
    views::ListPage out;
    if (asks_of_the_unknown(query)) {
        return out;
    }
    std::size_t seen = 0;
    std::size_t bytes = 0;
    do {
        query.limit = wanted - out.documents.size();
        SAMVEV_TRY(views::ListPage page, parts_.views.list(tenant_, query));
        seen += page.documents.size();
        for (views::Document& document : page.documents) {
            SAMVEV_TRY(std::optional<views::Document> visible, see(std::move(document)));
            if (visible) {
                bytes += visible->json.size();
                out.documents.push_back(std::move(*visible));
            }
        }
        out.next_cursor = page.next_cursor;
        query.cursor = std::move(page.next_cursor);
    } while (!query.cursor.empty() && out.documents.size() < wanted &&
             seen < limits::list_rows_seen_max && bytes < limits::page_bytes_max / 2);
    return out;
}

// Whether the page would be of one case or person that the reader may not know of.
bool PersonalDocuments::asks_of_the_unknown(const views::ListQuery& query) const {
    const auto index = std::ranges::find(
        view_.type->indexes, query.index, [](const modules::IndexType& one) { return one.name; }
    );
    if (view_.type->search || index == view_.type->indexes.end()) {
        return false;
    }
    const std::size_t count = std::min(query.equals.size(), index->fields.size());
    for (std::size_t i = 0; i < count; ++i) {
        for (const char* const kind : {"case", "person"}) {
            const json value = json::parse(query.equals[i], nullptr, false);
            if (index->fields[i] != "/" + target_parameter(kind) || !value.is_string()) {
                continue;
            }
            const auto id = base::Uuid::parse(value.get_ref<const std::string&>());
            if (!id) {
                continue;
            }
            const store::StreamId stream{kind, *id};
            if (const Sight& known = reader_.existence(stream); !known.visible) {
                reader_.refuses(stream, known);
                return true;
            }
        }
    }
    return false;
}

Result<std::optional<views::Document>> PersonalDocuments::see(views::Document document) {
    if (reader_.sees_by_role_alone()) {
        return std::optional(std::move(document));
    }
    const bool counts = view_.type->key == Key::pointer && view_.type->about.empty();
    if (counts) {
        // Counts over many cases tell nobody's story, but they are not for everybody.
        const bool may = reader_.actor().kind != access::Actor::Kind::person;
        return may ? std::optional(std::move(document)) : std::optional<views::Document>();
    }
    SAMVEV_TRY(const std::optional<store::StreamId> id, stream_of(document));
    if (!id) {
        return std::optional<views::Document>();
    }
    if (view_.type->search) {
        return reader_.finds(id->id.text()) ? std::optional(std::move(document))
                                            : std::optional<views::Document>();
    }
    if (!reader_.existence(*id).visible) {
        return std::optional<views::Document>();
    }
    SAMVEV_TRY(Stream* const known, stream(*id));
    const auto event_id =
        view_.type->key == Key::event ? base::Uuid::parse(document.key) : std::nullopt;
    std::vector<const Stream::Seen*> inside;
    bool all = true;
    for (Stream::Seen& one : known->events) {
        const bool in =
            event_id ? one.event->id.value() == *event_id : goes_into(one, document.key);
        all = all && (!in || (one.sight->visible && one.sight->redacted.empty()));
        if (in && one.sight->visible) {
            inside.push_back(&one);
        }
    }
    std::optional<views::Document> shown;
    if (all) {
        shown = std::move(document);
    } else {
        SAMVEV_TRY(shown, fold_again(document.key, inside));
    }
    if (shown) {
        for (const Stream::Seen* one : inside) {
            reader_.shows(one->event.view(), *one->sight);
        }
    }
    return shown;
}

Result<std::optional<store::StreamId>> PersonalDocuments::stream_of(const views::Document& document
) const {
    const store::LogId log{tenant_, store::LogKind::domain};
    switch (view_.type->key) {
        case Key::stream:
        case Key::entity:
            return named_stream(view_.type->key, document.key);
        case Key::event: {
            const auto id = base::Uuid::parse(document.key);
            if (!id) {
                return std::optional<store::StreamId>();
            }
            std::string storage;
            SAMVEV_TRY(const auto event, parts_.log.find_event(log, store::EventId(*id), storage));
            return event ? std::optional(event->stream()) : std::optional<store::StreamId>();
        }
        case Key::pointer:
            break;
    }
    const json data = parse_json(document.json);
    const json::json_pointer about(view_.type->about);
    const json value = data.contains(about) ? data.at(about) : json();
    const auto id =
        value.is_string() ? base::Uuid::parse(value.get_ref<const std::string&>()) : std::nullopt;
    return id ? std::optional(store::StreamId{view_.type->stream_kinds.front(), *id})
              : std::optional<store::StreamId>();
}

Result<PersonalDocuments::Stream*> PersonalDocuments::stream(const store::StreamId& id) {
    std::unique_ptr<Stream>& place = streams_[id];
    if (place) {
        return place.get();
    }
    auto read = std::make_unique<Stream>();
    SAMVEV_CHECK_OK(parts_.log.scan_stream(
        {tenant_, store::LogKind::domain}, id, store::Revision(0), SIZE_MAX,
        [&](const store::EventView& event) {
            if (event.position >= until_) {
                return store::Visit::stop;
            }
            if (view_.type->takes(event.stream_kind, event.type)) {
                read->events.push_back({store::RecordedEvent::copy_of(event), &reader_.sight(event)}
                );
            }
            return store::Visit::more;
        }
    ));
    place = std::move(read);
    return place.get();
}

bool PersonalDocuments::goes_into(Stream::Seen& seen, std::string_view key) const {
    const std::string_view entity = seen.event->entity;
    switch (view_.type->key) {
        case Key::stream:
            return true;
        case Key::entity:
            return !entity.empty() && key.ends_with(entity) && key.size() > entity.size() &&
                   key[key.size() - entity.size() - 1] == '#';
        case Key::event:
            return seen.event->id.value().text() == key;
        case Key::pointer:
            break;
    }
    if (!seen.keys) {
        seen.keys.emplace();
        const json data = parse_json(seen.event->payload);
        const json::json_pointer pointer(view_.type->key_pointer);
        const json found = data.contains(pointer) ? data.at(pointer) : json();
        for (const json& one : found.is_array() ? found : json::array({found})) {
            if (one.is_string()) {
                seen.keys->push_back(one.get<std::string>());
            }
        }
    }
    return std::ranges::find(*seen.keys, key) != seen.keys->end();
}

Result<std::optional<views::Document>> PersonalDocuments::fold_again(
    const std::string& key, const std::vector<const Stream::Seen*>& inside
) const {
    EventInputs inputs;
    for (const Stream::Seen* one : inside) {
        std::string storage;
        SAMVEV_CHECK_OK(inputs.add(
            reader_.gate().redact(one->event.view(), *one->sight, storage), parts_.registry
        ));
    }
    if (inputs.empty()) {
        return std::optional<views::Document>();
    }
    auto folded = view_.module->fold(view_.type->id, key, std::nullopt, inputs.events());
    if (!folded) {
        // Rather too little than too much, and never an answer that fails for one row.
        base::logger("access").error(
            "a document cannot be folded from what its reader may see: view={} key={} code={}",
            view_.type->id, key, to_text(folded.error().code)
        );
        return std::optional<views::Document>();
    }
    if (!*folded) {
        return std::optional<views::Document>();
    }
    return std::optional(views::Document{key, std::move(**folded)});
}

}  // namespace samvev::dispatch
