#include "dispatch/module_state.hpp"

#include <algorithm>
#include <samvev/json.hpp>
#include <vector>

#include "base/limits.hpp"
#include "dispatch/event_input.hpp"

namespace samvev::dispatch {
namespace {

constexpr std::size_t load_window_events = 512;

// What stands in the store's snapshot row: the module's own snapshot plus what expectedRevision
// needs.
std::string wrap(
    const std::string& state, const std::optional<std::uint64_t>& own, const auto& entities
) {
    std::string out = "{\"state\":" + state + ",\"entities\":" + json(entities).dump();
    if (own) {
        out += ",\"own\":" + std::to_string(*own);
    }
    return out + "}";
}

}  // namespace

Result<ModuleState> ModuleState::load(
    const store::EventLog& log, const modules::Registry& registry, const modules::Module& module,
    store::LogId log_id, const store::StreamId& stream
) {
    const modules::Manifest& manifest = module.manifest();
    SAMVEV_TRY(const std::optional<store::StreamHead> head, log.stream_head(log_id, stream));
    SAMVEV_TRY(
        std::optional<store::Snapshot> snapshot, log.find_snapshot(log_id, stream, manifest.id)
    );
    const bool usable = snapshot && snapshot->state_version == manifest.state_version && head &&
                        snapshot->revision <= head->revision;
    if (usable) {
        const json wrapped = json::parse(snapshot->state, nullptr, false);
        if (!wrapped.is_discarded() && wrapped.contains("state")) {
            auto opened = module.open_state(stream.kind, wrapped["state"].dump());
            if (opened) {
                ModuleState state(module, std::move(*opened));
                state.next_revision_ = snapshot->revision.value() + 1;
                state.snapshot_revision_ = state.next_revision_;
                state.entity_revisions_ =
                    wrapped["entities"].get<std::map<std::string, std::uint64_t, std::less<>>>();
                if (wrapped.contains("own")) {
                    state.own_revision_ = wrapped["own"].get<std::uint64_t>();
                }
                SAMVEV_CHECK_OK(state.catch_up(log, registry, log_id, stream));
                return state;
            }
        }
    }
    SAMVEV_TRY(
        std::unique_ptr<modules::StateHandle> handle, module.open_state(stream.kind, std::nullopt)
    );
    ModuleState state(module, std::move(handle));
    if (head) {
        SAMVEV_CHECK_OK(state.catch_up(log, registry, log_id, stream));
    }
    return state;
}

Result<std::monostate> ModuleState::catch_up(
    const store::EventLog& log, const modules::Registry& registry, store::LogId log_id,
    const store::StreamId& stream
) {
    while (true) {
        EventInputs inputs;
        Result<std::monostate> added = std::monostate{};
        const auto visited = log.scan_stream(
            log_id, stream, store::Revision(next_revision_), load_window_events,
            [&](const store::EventView& event) {
                added = inputs.add(event, registry);
                return added ? store::Visit::more : store::Visit::stop;
            }
        );
        if (!visited) {
            // A stream without events is a state before the first event, not an error.
            if (visited.error().code == ErrorCode::not_found) {
                return std::monostate{};
            }
            return tl::unexpected<Error>(visited.error());
        }
        SAMVEV_CHECK_OK(std::move(added));
        if (inputs.empty()) {
            return std::monostate{};
        }
        SAMVEV_CHECK_OK(apply(inputs.events()));
        if (inputs.events().size() < load_window_events) {
            return std::monostate{};
        }
    }
}

Result<std::monostate> ModuleState::apply(std::span<const modules::EventIn> events) {
    const modules::Manifest& manifest = module_->manifest();
    std::vector<modules::EventIn> folded;
    folded.reserve(events.size());
    for (const modules::EventIn& event : events) {
        if (manifest.folds_event(event.stream_kind, event.type)) {
            folded.push_back(event);
        }
    }
    if (!folded.empty()) {
        SAMVEV_CHECK_OK(module_->apply(*handle_, folded));
    }
    for (const modules::EventIn& event : events) {
        next_revision_ = event.revision + 1;
        if (event.type.starts_with(manifest.id) && event.type.size() > manifest.id.size() &&
            event.type[manifest.id.size()] == '.') {
            own_revision_ = event.revision;
            if (!event.entity.empty()) {
                entity_revisions_.insert_or_assign(std::string(event.entity), event.revision);
            }
        }
    }
    return std::monostate{};
}

std::optional<std::uint64_t> ModuleState::entity_revision(std::string_view entity) const {
    const auto found = entity_revisions_.find(entity);
    return found == entity_revisions_.end() ? std::nullopt : std::optional(found->second);
}

void ModuleState::maybe_snapshot(
    store::EventLog& log, store::LogId log_id, const store::StreamId& stream
) {
    // A snapshot costs as much as its stream is long: ever rarer, all of them together cost each
    // event the same, and a third of the stream at most has to be folded again.
    const std::uint64_t due = std::max<std::uint64_t>(
        snapshot_revision_ + limits::snapshot_every_events, snapshot_revision_ * 3 / 2
    );
    if (next_revision_ < due) {
        return;
    }
    const Result<std::string> state = saved();
    if (!state) {
        return;  // A snapshot is a cache; the module's fault will show when it decides.
    }
    const modules::Manifest& manifest = module_->manifest();
    log.put_snapshot(
        log_id, stream,
        store::Snapshot{
            manifest.id, manifest.state_version, store::Revision(next_revision_ - 1),
            wrap(*state, own_revision_, entity_revisions_)
        }
    );
    snapshot_revision_ = next_revision_;
}

}  // namespace samvev::dispatch
