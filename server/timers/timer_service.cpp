#include "timers/timer_service.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/assert.hpp"
#include "base/calendar_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "timers/inbox.hpp"
#include "timers/refusal.hpp"
#include "timers/system_command.hpp"

namespace samvev::timers {
namespace {

constexpr base::Timestamp far_future{
    std::chrono::sys_days(std::chrono::year(9999) / std::chrono::December / 31)
};

base::Uuid command_id_of(const store::TimerSet& timer) {
    const std::string set_by = timer.set_by.value().text();
    const std::string due = base::to_text(timer.due);
    const std::array<std::string_view, 4> parts{"timer", set_by, timer.key.name, due};
    return base::derived_uuid(parts);
}

// One timer on its way. It goes send → clear, or send → record → clear.
struct Task {
    enum class Stage { send, record, clear };
    store::DueTimer due;
    Stage stage = Stage::send;
    bool is_under_way = false;      // an answer is owed
    int attempts = 0;               // of this stage
    base::Timestamp rests_until{};  // when nothing is owed
    std::optional<Error> refusal;
};

struct Outcome {
    base::Uuid command_id;
    Result<std::string> answer;  // of a commit: empty text
};

class TimerServiceImpl final : public TimerService {
public:
    explicit TimerServiceImpl(const TimerParts& parts)
        : parts_(parts), inbox_(std::make_shared<Inbox<Outcome>>()) {}

    ~TimerServiceImpl() override { inbox_->on_push(nullptr); }

    void on_wake(std::function<void()> wake) override { inbox_->on_push(std::move(wake)); }

    std::size_t step() override {
        take_outcomes();
        resume_bookkeeping();
        const std::size_t sent = send_due();
        take_outcomes();
        return sent;
    }

    base::Timestamp next_due() const override {
        if (!inbox_->empty()) {
            return parts_.clock.now();
        }
        base::Timestamp earliest = base::Timestamp::max();
        for (const auto& [id, task] : tasks_) {
            if (!task.is_under_way) {
                earliest = std::min(earliest, task.rests_until);
            }
        }
        if (is_full()) {
            return earliest;  // An answer wakes it.
        }
        const Listing listing = list_sendable(far_future, 1);
        return listing.sendable.empty() ? earliest
                                        : std::min(earliest, listing.sendable.front().timer.due);
    }

private:
    using StreamKey = std::pair<store::TenantId, store::StreamId>;

    // Timers that may be sent, in due order.
    struct Listing {
        std::vector<store::DueTimer> sendable;
        std::set<base::Uuid> seen;
        bool is_complete = false;  // `seen` is everything up to the time asked for
    };

    // The log's due timers without those that are under way, that rest, whose stream has an earlier
    // one in that state, or whose module is not loaded. As the latter stay at the front, it reads
    // on behind them.
    [[nodiscard]] Listing list_sendable(base::Timestamp until, std::size_t count_max) const {
        std::size_t limit = tasks_.size() + std::max(count_max, limits::timers_in_flight_max);
        while (true) {
            const auto due = parts_.log.due_timers(until, limit);
            if (!due) {
                base::logger("timers").error(
                    "cannot read due timers: code={} reason=\"{}\"", to_text(due.error().code),
                    due.error().message
                );
                return {};
            }
            Listing listing = sendable_of(*due, count_max);
            listing.is_complete = due->size() < limit;
            if (listing.is_complete || listing.sendable.size() >= count_max) {
                return listing;
            }
            if (limit >= limits::timers_scan_max) {
                base::logger("timers").error(
                    "too many timers that cannot be sent: count>={}", limit
                );
                return listing;
            }
            limit *= 2;
        }
    }

    [[nodiscard]] Listing sendable_of(
        const std::vector<store::DueTimer>& due, std::size_t count_max
    ) const {
        Listing listing;
        const base::Timestamp now = parts_.clock.now();
        std::set<StreamKey> busy = busy_streams_;
        for (const store::DueTimer& timer : due) {
            const base::Uuid id = command_id_of(timer.timer);
            listing.seen.insert(id);
            if (parts_.registry.module(timer.timer.key.module) == nullptr) {
                continue;
            }
            const auto task = tasks_.find(id);
            const bool is_rested = task != tasks_.end() && !task->second.is_under_way &&
                                   task->second.stage == Task::Stage::send &&
                                   task->second.rests_until <= now;
            const bool is_new =
                task == tasks_.end() && busy.insert({timer.tenant, timer.timer.key.stream}).second;
            if ((is_rested || is_new) && listing.sendable.size() < count_max) {
                listing.sendable.push_back(timer);
            }
        }
        return listing;
    }

    [[nodiscard]] std::size_t count_under_way() const {
        return static_cast<std::size_t>(std::count_if(
            tasks_.begin(), tasks_.end(),
            [](const auto& entry) { return entry.second.is_under_way; }
        ));
    }

    [[nodiscard]] bool is_full() const {
        return count_under_way() >= limits::timers_in_flight_max ||
               tasks_.size() >= limits::timers_resting_max;
    }

    std::size_t send_due() {
        if (is_full()) {
            return 0;
        }
        const Listing listing =
            list_sendable(parts_.clock.now(), limits::timers_in_flight_max - count_under_way());
        if (listing.is_complete) {
            forget_withdrawn(listing.seen);
        }
        for (const store::DueTimer& timer : listing.sendable) {
            send(timer);
        }
        return listing.sendable.size();
    }

    // A timer that rests and is not in the log any more was cleared or replaced by its module.
    void forget_withdrawn(const std::set<base::Uuid>& seen) {
        for (auto at = tasks_.begin(); at != tasks_.end();) {
            const Task& task = at->second;
            const bool is_withdrawn =
                !task.is_under_way && task.stage == Task::Stage::send && !seen.contains(at->first);
            at = is_withdrawn ? forget(at) : std::next(at);
        }
    }

    using Tasks = std::map<base::Uuid, Task>;
    Tasks::iterator forget(Tasks::iterator at) {
        busy_streams_.erase({at->second.due.tenant, at->second.due.timer.key.stream});
        return tasks_.erase(at);
    }

    void send(const store::DueTimer& due) {
        const store::TimerSet& timer = due.timer;
        const base::Uuid id = command_id_of(timer);
        Task& task = tasks_.try_emplace(id, Task{due, {}, false, 0, {}, {}}).first->second;
        task.is_under_way = true;
        ++task.attempts;
        busy_streams_.insert({due.tenant, timer.key.stream});
        dispatch::Request request = make_request(
            {due.tenant, timer.key.module, "system:timer", timer.command, timer.key.stream, id,
             timer.data}
        );
        request.due_at = base::to_text(timer.due);
        parts_.dispatcher.execute(
            std::move(request), [inbox = inbox_, id](Result<std::string> answer
                                ) { inbox->push({id, std::move(answer)}); }
        );
    }

    void submit(base::Uuid id, Task& task, store::Commit commit) {
        task.is_under_way = true;
        ++task.attempts;
        parts_.log.submit(
            std::move(commit),
            [inbox = inbox_, id](Result<store::Committed> committed) {
                if (committed) {
                    inbox->push({id, std::string()});
                } else {
                    inbox->push({id, tl::unexpected<Error>(committed.error())});
                }
            }
        );
    }

    void enter(base::Uuid id, Task& task, Task::Stage stage) {
        if (task.stage != stage) {
            task.stage = stage;
            task.attempts = 0;
        }
        const base::Timestamp now = parts_.clock.now();
        if (stage == Task::Stage::record) {
            submit(id, task, refusal_commit(task.due, id, *task.refusal, now));
        } else {
            submit(id, task, clear_commit(task.due, now));
        }
    }

    void rest(Task& task) {
        const auto doublings = std::min(task.attempts - 1, 16);
        const auto pause = std::min<std::chrono::milliseconds>(
            limits::retry_first * (1 << doublings), limits::retry_longest
        );
        task.rests_until = parts_.clock.now() + pause;
    }

    void resume_bookkeeping() {
        const base::Timestamp now = parts_.clock.now();
        for (auto& [id, task] : tasks_) {
            if (!task.is_under_way && task.stage != Task::Stage::send && task.rests_until <= now) {
                enter(id, task, task.stage);
            }
        }
    }

    void take_outcomes() {
        while (true) {
            const std::vector<Outcome> outcomes = inbox_->take();
            if (outcomes.empty()) {
                return;
            }
            for (const Outcome& outcome : outcomes) {
                take(outcome);
            }
        }
    }

    void take(const Outcome& outcome) {
        const auto at = tasks_.find(outcome.command_id);
        SAMVEV_ASSERT(at != tasks_.end());
        Task& task = at->second;
        task.is_under_way = false;
        switch (task.stage) {
            case Task::Stage::send:
                return take_answer(outcome, task);
            case Task::Stage::record:
                return take_recorded(outcome, task);
            case Task::Stage::clear:
                if (outcome.answer) {
                    forget(at);
                } else {
                    rest(task);
                }
                return;
        }
    }

    void take_answer(const Outcome& outcome, Task& task) {
        switch (judge(outcome.answer)) {
            case Verdict::done:
                return enter(outcome.command_id, task, Task::Stage::clear);
            case Verdict::later:
                return rest(task);
            case Verdict::faulted:
                if (task.attempts < limits::fault_attempts_max) {
                    return rest(task);
                }
                break;
            case Verdict::refused:
                break;
        }
        task.refusal = outcome.answer.error();
        base::logger("timers").warn(
            "timer refused: tenant={} stream={} name={} command={} code={}",
            task.due.tenant.value(), task.due.timer.key.stream.text(), task.due.timer.key.name,
            task.due.timer.command, to_text(task.refusal->code)
        );
        enter(outcome.command_id, task, Task::Stage::record);
    }

    // That the stream exists means that it was recorded before a crash.
    void take_recorded(const Outcome& outcome, Task& task) {
        const bool is_recorded = outcome.answer ||
                                 outcome.answer.error().code == ErrorCode::revision_conflict ||
                                 outcome.answer.error().code == ErrorCode::duplicate;
        if (is_recorded) {
            enter(outcome.command_id, task, Task::Stage::clear);
        } else {
            rest(task);
        }
    }

    const TimerParts parts_;
    const std::shared_ptr<Inbox<Outcome>> inbox_;
    Tasks tasks_;                       // by command id
    std::set<StreamKey> busy_streams_;  // of the tasks
};

}  // namespace

std::unique_ptr<TimerService> make_timer_service(const TimerParts& parts) {
    return std::make_unique<TimerServiceImpl>(parts);
}

}  // namespace samvev::timers
