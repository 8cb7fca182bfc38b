#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "dispatch/event_input.hpp"
#include "dispatch/gate/redactor.hpp"
#include "scenario/fjordvik.hpp"
#include "support/random_seed.hpp"

using namespace samvev;
using test::Fjordvik;

namespace {

// The documents that an event goes into.
std::vector<std::string> keys_of(const modules::ViewType& view, const store::EventView& event) {
    using Key = modules::ViewType::Key;
    const std::string stream = event.stream().text();
    if (view.key != Key::pointer) {
        return {view.key == Key::entity ? stream + "#" + std::string(event.entity) : stream};
    }
    const json data = json::parse(event.payload);
    const json::json_pointer pointer(view.key_pointer);
    std::vector<std::string> out;
    if (data.contains(pointer)) {
        const json& value = data.at(pointer);
        for (const json& one : value.is_array() ? value : json::array({value})) {
            out.push_back(one.get<std::string>());
        }
    }
    return out;
}

}  // namespace

// A reader's documents are folded from the events that he may see, without fields that he may not
// see: so every fold must take any selection of a stream, redacted in any way.
SCENARIO(
    "Every view folds any selection of events, with any fields taken out", "[scenario][views]"
) {
    const std::uint64_t seed = test::random_seed("selection");
    std::mt19937_64 dice(seed);
    const auto one_in = [&dice](unsigned n) { return dice() % n == 0; };
    Fjordvik fjordvik;
    const modules::Registry& registry = fjordvik.world.registry();
    const dispatch::Redactor redactor(registry);
    std::map<store::StreamId, std::vector<store::RecordedEvent>> streams;
    const auto scanned = fjordvik.world.log().scan(
        {store::TenantId(9999), store::LogKind::domain}, store::Position(0), SIZE_MAX,
        [&](const store::EventView& event) {
            streams[event.stream()].push_back(store::RecordedEvent::copy_of(event));
            return store::Visit::more;
        }
    );
    REQUIRE(scanned.has_value());
    using enum access::FieldGroup;
    const std::vector<access::FieldGroup> groups{text, identifiers, address, contact, location};
    for (const auto& module : registry.modules()) {
        for (const modules::ViewType& view : module->manifest().views) {
            for (const auto& [stream, events] : streams) {
                for (int round = 0; round < 4; ++round) {
                    std::map<std::string, dispatch::EventInputs> selected;
                    std::deque<std::string> payloads;
                    for (const store::RecordedEvent& recorded : events) {
                        store::EventView event = recorded.view();
                        if (!view.takes(event.stream_kind, event.type) || one_in(2)) {
                            continue;
                        }
                        if (one_in(2)) {
                            if (auto without =
                                    redactor.without(groups, event.type, event.payload)) {
                                event.payload = payloads.emplace_back(std::move(*without));
                            }
                        }
                        for (const std::string& key : keys_of(view, event)) {
                            REQUIRE(selected[key].add(event, registry).has_value());
                        }
                    }
                    for (auto& [key, inputs] : selected) {
                        const auto folded =
                            module->fold(view.id, key, std::nullopt, inputs.events());
                        INFO(view.id << " " << key);
                        INFO((folded ? std::string() : folded.error().message));
                        CHECK(folded.has_value());
                    }
                }
            }
        }
    }
}
