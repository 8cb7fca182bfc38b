#include "store/layered_facts.hpp"

namespace samvev::store {

Result<std::optional<Revision>> LayeredFacts::last_revision(LogId log, const StreamId& stream)
    const {
    SAMVEV_TRY(const auto head, stream_head(log, stream));
    return head ? std::optional(head->revision) : std::nullopt;
}

Result<std::optional<StreamHead>> LayeredFacts::stream_head(LogId log, const StreamId& stream)
    const {
    if (staged_ != nullptr) {
        if (const auto found = staged_->stream_head(log, stream)) {
            return found;
        }
    }
    if (const auto found = tail_.stream_head(log, stream)) {
        return found;
    }
    return derived_.stream_head(log, stream);
}

Result<std::optional<Remembered>> LayeredFacts::remembered(LogId log, const CommandKey& command)
    const {
    if (staged_ != nullptr) {
        if (auto found = staged_->remembered(log, command)) {
            return found;
        }
    }
    if (auto found = tail_.remembered(log, command)) {
        return found;
    }
    return derived_.remembered(log, command);
}

Result<bool> LayeredFacts::has_event(LogId log, EventId id) const {
    if (staged_ != nullptr && staged_->find_event(log, id)) {
        return true;
    }
    if (tail_.find_event(log, id)) {
        return true;
    }
    SAMVEV_TRY(const auto position, derived_.event_position(log, id));
    return position.has_value();
}

Result<std::optional<StreamId>> LayeredFacts::claim_owner(LogId log, const ClaimKey& claim) const {
    if (staged_ != nullptr) {
        if (auto known = staged_->claim_owner(log, claim)) {
            return *known;
        }
    }
    if (auto known = tail_.claim_owner(log, claim)) {
        return *known;
    }
    return derived_.claim_owner(log, claim);
}

Result<std::optional<TimerSet>> LayeredFacts::timer(LogId log, const TimerKey& timer) const {
    if (staged_ != nullptr) {
        if (auto known = staged_->timer(log, timer)) {
            return *known;
        }
    }
    if (auto known = tail_.timer(log, timer)) {
        return *known;
    }
    return derived_.timer(log, timer);
}

}  // namespace samvev::store
