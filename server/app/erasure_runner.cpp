#include "app/erasure_runner.hpp"

#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/wake_runner.hpp"
#include "store/bytes.hpp"
#include "timers/inbox.hpp"
#include "timers/system_command.hpp"

#include <spdlog/spdlog.h>
#include <samvev/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace samvev::app {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::string_view confirmed = "erasure.confirmed";
constexpr std::string_view completed = "erasure.completed";
constexpr std::string_view failed = "erasure.failed";
constexpr std::string_view hold_placed = "erasure.hold-placed";
constexpr std::string_view hold_released = "erasure.hold-released";

// Up to where a tenant's decisions are carried out. Stored: never change.
//   key = "erasures/at/" u32 tenant, row = u64 position of the next event
constexpr std::string_view position_prefix = "erasures/at/";

bool is_decision(std::string_view type) {
    return type == confirmed || type == hold_placed || type == hold_released;
}

std::string position_key(store::TenantId tenant) {
    std::string key(position_prefix);
    store::ByteWriter(key).u32(tenant.value());
    return key;
}

// A decision of people, as its event says it.
struct Decided {
    store::EventId event;
    std::string type;
    base::Timestamp at;
    store::StreamId stream;             // of the decision
    store::StreamId target;             // what is erased or held
    std::optional<store::EventId> one;  // of it
    std::string basis;
};

std::string text_in(const json& data, const char* name) {
    const json value = data.value(name, json());
    return value.is_string() ? value.get<std::string>() : std::string();
}

// Absent when the event does not say what it is about: it has been erased itself.
std::optional<Decided> decided_in(const store::EventView& event) {
    if (!store::is_readable(event)) {
        return std::nullopt;
    }
    const json data = parse_json(event.payload);
    Decided out{event.id, std::string(event.type), event.recorded_at, event.stream(), {}, {}, {}};
    const bool is_erasure = event.type == confirmed;
    const auto target =
        is_erasure ? base::Uuid::parse(text_in(data, "targetId")) : std::optional(event.stream_id);
    out.target.kind = text_in(data, "kind");
    out.basis = text_in(data, is_erasure ? "ground" : "reason");
    if (!target || out.target.kind.empty()) {
        return std::nullopt;
    }
    out.target.id = *target;
    if (const auto one = base::Uuid::parse(text_in(data, "eventId"))) {
        out.one = store::EventId(*one);
    }
    return out;
}

// Why it will never be carried out; absent when that may pass.
std::optional<std::string_view> final_reason(ErrorCode code) {
    static const std::map<ErrorCode, std::string_view> reasons{
        {ErrorCode::rejected, "held"},
        {ErrorCode::not_found, "not-found"},
        {ErrorCode::denied, "decides-access"},
        {ErrorCode::corrupt, "damaged"},
        {ErrorCode::invalid_argument, "damaged"},
    };
    const auto found = reasons.find(code);
    return found == reasons.end() ? std::nullopt : std::optional(found->second);
}

struct Lane {
    store::Position next;   // of the decision it is at, or the next to be looked at
    store::Position saved;  // as the table has it
    bool waiting = false;   // for an answer to what was done about `next`
    std::optional<SteadyTime> rests_until;
};

struct Outcome {
    store::TenantId tenant;
    timers::Verdict verdict;
};

class PullingRunner final : public ErasureRunner {
public:
    explicit PullingRunner(const ErasureRunnerParts& parts)
        : parts_(parts),
          inbox_(std::make_shared<timers::Inbox<Outcome>>()),
          runner_([this] { return step(); }) {}
    ~PullingRunner() override { inbox_->on_push(nullptr); }

    void wake() override { static_cast<void>(runner_.wake()); }
    void tick(SteadyTime now) override {
        now_.store(now.time_since_epoch());
        if (rests_.load()) {
            wake();
        } else {
            runner_.retry();
        }
    }
    void run_on(base::Executor& executor) override {
        inbox_->on_push([this] { wake(); });
        runner_.run_on(executor);
    }
    void stop() override {
        inbox_->on_push(nullptr);
        runner_.stop();
    }

    bool step() override {
        bool worked = take_outcomes();
        for (const store::LogId log : parts_.stored.logs()) {
            if (log.kind == store::LogKind::domain) {
                worked = work_on(log) || worked;
            }
        }
        rests_.store(std::ranges::any_of(lanes_, [](const auto& entry) {
            return entry.second.rests_until.has_value();
        }));
        return worked;
    }

private:
    // One decision at most. True when it got anywhere.
    bool work_on(store::LogId log) {
        Lane* const lane = lane_of(log);
        if (lane == nullptr || lane->waiting || is_resting(*lane)) {
            return false;
        }
        const store::Position before = lane->next;
        const auto found = find_decision(log, *lane);
        if (!found) {
            return rest(*lane, found.error());
        }
        if (*found) {
            carry_out(log, *lane);
        }
        save(log.tenant, *lane);
        return lane->next != before || lane->waiting;
    }

    bool is_resting(Lane& lane) {
        if (lane.rests_until && SteadyTime(now_.load()) < *lane.rests_until) {
            return true;
        }
        lane.rests_until.reset();
        return false;
    }

    bool rest(Lane& lane, const Error& why) {
        base::logger("app").error(
            "a decision on erasure waits: position={} code={} reason=\"{}\"", lane.next.value(),
            base::to_text(why.code), why.message
        );
        lane.rests_until = SteadyTime(now_.load()) + limits::retry_longest;
        return false;
    }

    Lane* lane_of(store::LogId log) {
        const auto known = lanes_.find(log.tenant);
        if (known != lanes_.end()) {
            return &known->second;
        }
        Lane lane;
        const auto row = parts_.table.get(position_key(log.tenant));
        if (!row) {
            base::logger("app").error("cannot read how far erasures are: {}", row.error().message);
            return nullptr;
        }
        if (*row) {
            // Beyond the head: the log was put back to an earlier state.
            const store::Position at(store::ByteReader(**row).u64());
            lane.next = std::min(at, parts_.stored.head(log).next);
        }
        lane.saved = lane.next;
        return &lanes_.emplace(log.tenant, lane).first->second;
    }

    // Moves on to the next decision; false when there is none up to the head.
    Result<bool> find_decision(store::LogId log, Lane& lane) const {
        bool found = false;
        SAMVEV_TRY(
            const store::Position next, parts_.stored.scan(
                                            log, lane.next, SIZE_MAX,
                                            [&](const store::EventView& event) {
                                                found = is_decision(event.type);
                                                lane.next = event.position;
                                                return found ? store::Visit::stop
                                                             : store::Visit::more;
                                            }
                                        )
        );
        if (!found) {
            lane.next = next;
        }
        return found;
    }

    void carry_out(store::LogId log, Lane& lane) {
        std::optional<Decided> decided;
        const auto read =
            parts_.log.scan(log, lane.next, 1, [&decided](const store::EventView& event) {
                decided = decided_in(event);
                return store::Visit::stop;
            });
        const auto done = !read      ? Result<bool>(tl::unexpected(read.error()))
                          : !decided ? Result<bool>(true)
                          : decided->type == confirmed
                              ? erase(log, *decided, lane)
                              : change_hold({log, decided->target}, *decided);
        if (!done) {
            rest(lane, done.error());
        } else if (*done) {
            lane.next = lane.next.next();
        }
    }

    Result<bool> change_hold(const store::KeyOwner& owner, const Decided& decided) const {
        const auto changed = decided.type == hold_placed
                                 ? parts_.keys.hold(owner, decided.basis, decided.at)
                                 : parts_.keys.release(owner);
        if (!changed && changed.error().code != ErrorCode::gone) {  // Gone: it came too late.
            return tl::unexpected(changed.error());
        }
        return true;
    }

    // True when nothing is left to be done; else an answer is owed.
    Result<bool> erase(store::LogId log, const Decided& decided, Lane& lane) {
        SAMVEV_TRY(const bool is_answered, has_answer(log, decided.stream));
        if (is_answered) {
            return true;
        }
        const auto erased =
            decided.one
                ? parts_.eraser.remove({log.tenant, decided.target, *decided.one})
                : parts_.eraser.erase({log.tenant, decided.target, decided.basis, decided.at});
        const bool is_gone = erased || erased.error().code == ErrorCode::gone;
        if (is_gone) {
            send(log.tenant, decided, "erasure.complete", completion(decided), lane);
            return false;
        }
        const auto reason = final_reason(erased.error().code);
        if (!reason) {
            return tl::unexpected(erased.error());
        }
        base::logger("app").warn(
            "what was to be erased stays: tenant={} stream={} reason=\"{}\"", log.tenant.value(),
            decided.target.text(), erased.error().message
        );
        send(
            log.tenant, decided, "erasure.fail", base::JsonObject().text("reason", *reason).take(),
            lane
        );
        return false;
    }

    Result<bool> has_answer(store::LogId log, const store::StreamId& stream) const {
        bool found = false;
        SAMVEV_CHECK_OK(parts_.stored.scan_stream(
            log, stream, store::Revision(0), SIZE_MAX,
            [&found](const store::EventView& event) {
                found = event.type == completed || event.type == failed;
                return found ? store::Visit::stop : store::Visit::more;
            }
        ));
        return found;
    }

    // Of one text no key is destroyed: there is no such day.
    [[nodiscard]] std::string completion(const Decided& decided) const {
        if (decided.one) {
            return "{}";
        }
        const std::string at = base::to_text(parts_.clock.now() + parts_.key_backups);
        return base::JsonObject().text("keysGoneOn", at.substr(0, at.find('T'))).take();
    }

    void send(
        store::TenantId tenant, const Decided& decided, std::string_view command,
        const std::string& data, Lane& lane
    ) {
        const std::string event = decided.event.value().text();
        const std::array<std::string_view, 2> parts{event, command};
        dispatch::Request request = timers::make_request(
            {tenant, "erasure", "system:reaction", command, decided.stream,
             base::derived_uuid(parts), data}
        );
        lane.waiting = true;
        parts_.dispatcher.execute(
            std::move(request), [inbox = inbox_, tenant](const Result<std::string>& answer
                                ) { inbox->push({tenant, timers::judge(answer)}); }
        );
    }

    bool take_outcomes() {
        const std::vector<Outcome> outcomes = inbox_->take();
        for (const Outcome& outcome : outcomes) {
            Lane& lane = lanes_.at(outcome.tenant);
            lane.waiting = false;
            if (outcome.verdict == timers::Verdict::later ||
                outcome.verdict == timers::Verdict::faulted) {
                // Erasing again costs little: it finds that it is done.
                lane.rests_until = SteadyTime(now_.load()) + limits::retry_longest;
                continue;
            }
            lane.next = lane.next.next();
            save(outcome.tenant, lane);
        }
        return !outcomes.empty();
    }

    // Not synced: what is done again finds its answer in the log.
    void save(store::TenantId tenant, Lane& lane) {
        // As seldom as the facts: so much is looked through again after a start, by envelopes.
        if (lane.next.value() - lane.saved.value() < limits::facts_unsaved_events) {
            return;
        }
        std::string row;
        store::ByteWriter(row).u64(lane.next.value());
        store::TableBatch batch;
        batch.put(position_key(tenant), std::move(row));
        if (const auto written = parts_.table.write(batch); !written) {
            base::logger("app").error(
                "cannot store how far erasures are: {}", written.error().message
            );
            return;
        }
        lane.saved = lane.next;
    }

    const ErasureRunnerParts parts_;
    const std::shared_ptr<timers::Inbox<Outcome>> inbox_;
    std::map<store::TenantId, Lane> lanes_;
    std::atomic<bool> rests_{false};
    std::atomic<std::chrono::steady_clock::duration> now_{};
    base::WakeRunner runner_;  // Last: its destruction waits for a step that uses the above.
};

}  // namespace

std::unique_ptr<ErasureRunner> make_erasure_runner(const ErasureRunnerParts& parts) {
    return std::make_unique<PullingRunner>(parts);
}

}  // namespace samvev::app
