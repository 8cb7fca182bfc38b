#include "store/layered_facts.hpp"

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

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

Result<std::vector<DueTimer>> LayeredFacts::due_timers(base::Timestamp until, std::size_t limit)
    const {
    std::map<std::string, DueTimer> due;  // By keys::due(), the order of both sources.
    for (LogTimer& hot : tail_.due_timers(until, limit)) {
        std::string key = keys::due(hot.log, hot.timer.due, hot.timer.key);
        due.emplace(std::move(key), DueTimer{hot.log.tenant, std::move(hot.timer)});
    }
    std::size_t found = 0;
    Result<std::monostate> outcome = std::monostate();
    SAMVEV_CHECK_OK(derived_.visit_due(until, [&](const keys::DueKey& key) {
        if (found >= limit) {
            return Visit::stop;
        }
        if (tail_.timer(key.log, key.timer)) {
            return Visit::more;  // Newer in memory: set again or cleared.
        }
        Result<std::optional<TimerSet>> timer = derived_.timer(key.log, key.timer);
        if (!timer) {
            outcome = tl::unexpected(std::move(timer.error()));
            return Visit::stop;
        }
        if (*timer && (*timer)->due == key.due) {
            ++found;
            due.emplace(
                keys::due(key.log, key.due, key.timer), DueTimer{key.log.tenant, std::move(**timer)}
            );
        }
        return Visit::more;
    }));
    SAMVEV_CHECK_OK(std::move(outcome));
    std::vector<DueTimer> out;
    for (auto& [key, timer] : due) {
        if (out.size() == limit) {
            break;
        }
        out.push_back(std::move(timer));
    }
    return out;
}

}  // namespace samvev::store
