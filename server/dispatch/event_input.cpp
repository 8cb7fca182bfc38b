#include "dispatch/event_input.hpp"

namespace samvev::dispatch {

std::string_view EventInputs::keep(std::string text) {
    texts_.push_back(std::move(text));
    return texts_.back();
}

Result<std::monostate> EventInputs::add(
    const store::EventView& event, const modules::Registry& registry
) {
    modules::EventIn in;
    in.revision = event.revision.value();
    in.recorded_at = event.recorded_at;
    in.id = keep(event.id.value().text());
    in.stream_kind = keep(std::string(event.stream_kind));
    in.stream_id = keep(event.stream_id.text());
    in.type = keep(std::string(event.type));
    in.version = event.version;
    in.entity = keep(std::string(event.entity));
    in.occurred_on = keep(std::string(event.occurred_on));
    in.actor = keep(std::string(event.actor));
    in.role = keep(std::string(event.role));
    in.unit = keep(std::string(event.unit));
    if (store::is_readable(event)) {
        in.data = keep(std::string(event.payload));
        const modules::Registry::Event known = registry.event(in.type);
        if (known.type != nullptr && in.version < known.type->version) {
            SAMVEV_TRY(modules::Registry::Upcasted newest, registry.upcast(in));
            in.version = newest.version;
            in.data = keep(std::move(newest.data));
        }
    }
    events_.push_back(in);
    return std::monostate{};
}

void EventInputs::clear() {
    events_.clear();
    texts_.clear();
}

}  // namespace samvev::dispatch
