#include "dispatch/gate/event_permit.hpp"

namespace samvev::dispatch {

namespace {

subscriptions::Shown show(
    const Gate& gate, const access::Actor& actor, const store::EventView& event
) {
    auto reader = gate.glance(actor);
    if (!reader) {
        return false;
    }
    const Sight& sight = reader->sight(event);
    subscriptions::Shown shown(sight.visible);
    if (sight.visible) {
        shown.ground = sight.ground;
    }
    if (sight.visible && !sight.redacted.empty()) {
        std::string storage;
        shown.redacted = store::RecordedEvent::copy_of(gate.redact(event, sight, storage));
    }
    return shown;
}

}  // namespace

subscriptions::Permit event_permit(const Gate& gate) {
    return [&gate](const access::Actor& actor, const store::EventView& event) {
        return show(gate, actor, event);
    };
}

subscriptions::Admit event_admission(const Gate& gate) {
    return [&gate](const access::Actor& actor) { return gate.admit(actor); };
}

}  // namespace samvev::dispatch
