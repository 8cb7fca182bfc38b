#include "dispatch/context_cache.hpp"

#include "base/limits.hpp"

namespace samvev::dispatch {

namespace {

std::string entry_key(
    const modules::Module& module, store::LogId log_id, const store::StreamId& stream
) {
    return module.manifest().id + "\n" + std::to_string(log_id.tenant.value()) + "\n" +
           stream.text();
}

}  // namespace

std::shared_ptr<ContextCache::Entry> ContextCache::entry(const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (const auto* const found = entries_.find(key)) {
        return *found;
    }
    entries_.make_room(limits::state_cache_entries_max, 1, [](const auto&) { return true; });
    return entries_.insert(key, std::make_shared<Entry>());
}

void ContextCache::forget(store::LogId log_id, const store::StreamId& stream) {
    const std::lock_guard lock(mutex_);
    for (const auto& module : registry_.modules()) {
        entries_.erase_if(entry_key(*module, log_id, stream), [](const auto&) { return true; });
    }
}

Result<ContextCache::Read> ContextCache::read(
    const modules::Module& module, store::LogId log_id, const store::StreamId& stream
) {
    SAMVEV_TRY(const std::optional<store::StreamHead> head, log_.stream_head(log_id, stream));
    if (!head) {
        return Read{std::nullopt, "null"};
    }
    const std::shared_ptr<Entry> found = entry(entry_key(module, log_id, stream));
    const std::lock_guard lock(found->mutex);
    if (!found->state) {
        SAMVEV_TRY(ModuleState loaded, ModuleState::load(log_, registry_, module, log_id, stream));
        found->state.emplace(std::move(loaded));
    } else if (found->state->next_revision() <= head->revision.value()) {
        auto caught_up = found->state->catch_up(log_, registry_, log_id, stream);
        if (!caught_up) {
            found->state.reset();
            return tl::unexpected<Error>(std::move(caught_up.error()));
        }
    }
    if (found->saved.empty() || found->saved_revision != found->state->next_revision()) {
        SAMVEV_TRY(found->saved, found->state->saved());
        found->saved_revision = found->state->next_revision();
    }
    return Read{store::Revision(found->state->next_revision() - 1), found->saved};
}

}  // namespace samvev::dispatch
