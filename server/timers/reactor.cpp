#include "timers/reactor.hpp"

#include <spdlog/spdlog.h>

#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/wake_runner.hpp"
#include "timers/inbox.hpp"
#include "timers/reaction.hpp"
#include "timers/reaction_rows.hpp"
#include "timers/system_command.hpp"

namespace samvev::timers {
namespace {

static_assert(limits::reaction_depth_max < 255, "the depth is one byte of the command id");

// One module's reactions in one tenant's domain log.
struct Lane {
    enum class State {
        reading,  // looks for the next event that concerns it
        sending,  // has an event and commands to send
        waiting,  // an answer is owed
        resting,  // until the next wake
    };
    const modules::Module* module = nullptr;
    store::TenantId tenant;
    store::Position next;    // of the event it is at, or the next to be read
    store::Position stored;  // as the table has it
    State state = State::reading;
    std::optional<store::RecordedEvent> event;
    std::optional<std::vector<modules::CommandOut>> commands;  // absent: not asked yet
    std::size_t index = 0;                                     // of the command to send
    int faults = 0;  // of this command, or of the reaction
};

using LaneKey = std::pair<store::TenantId, std::string>;  // module id

struct Outcome {
    LaneKey lane;
    Result<std::string> answer;
};

class ReactorImpl final : public Reactor {
public:
    explicit ReactorImpl(const ReactorParts& parts)
        : parts_(parts),
          rows_(parts.table, parts.seal),
          inbox_(std::make_shared<Inbox<Outcome>>()),
          runner_([this] { return step(); }) {
        is_activated_ = activate();
    }

    ~ReactorImpl() override { inbox_->on_push(nullptr); }

    void wake() override {
        woken_.store(true);
        poke();
    }

    void run_on(base::Executor& executor) override {
        inbox_->on_push([this] { poke(); });
        runner_.run_on(executor);
    }

    void stop() override {
        inbox_->on_push(nullptr);
        runner_.stop();
    }

    bool step() override {
        is_activated_ = is_activated_ || activate();
        if (!is_activated_) {
            return false;
        }
        const bool is_woken = woken_.exchange(false);
        take_outcomes();
        add_lanes();
        bool worked = false;
        for (auto& [key, lane] : lanes_) {
            if (is_woken && lane.state == Lane::State::resting) {
                lane.state = Lane::State::sending;
            }
            worked = work_on(key, lane) || worked;
        }
        return worked;
    }

    std::vector<Parked> parked() const override {
        auto rows = rows_.parked();
        if (!rows) {
            log_failure("cannot read parked reactions", rows.error());
            return {};
        }
        return std::move(*rows);
    }

private:
    static void log_failure(std::string_view what, const Error& error) {
        base::logger("timers").error(
            "{}: code={} reason=\"{}\"", what, to_text(error.code), error.message
        );
    }

    // A refused poke is made good by the next wake.
    void poke() {
        if (!runner_.wake()) {
            woken_.store(true);
        }
    }

    // --- who reacts where -------------------------------------------------------------------

    [[nodiscard]] std::vector<ReactionRows::Start> tenants_at_head() const {
        std::vector<ReactionRows::Start> tenants;
        for (const store::LogId log : parts_.log.logs()) {
            if (log.kind == store::LogKind::domain) {
                tenants.push_back({log.tenant, parts_.log.head(log).next});
            }
        }
        return tenants;
    }

    // A module that is new on an old log must not react to what happened before it came.
    bool activate() {
        const std::vector<ReactionRows::Start> tenants = tenants_at_head();
        for (const auto& module : parts_.registry.modules()) {
            const modules::Manifest& manifest = module->manifest();
            if (manifest.reactions.empty()) {
                continue;
            }
            const auto known = rows_.is_activated(manifest.id);
            if (!known) {
                log_failure("cannot read the reactions' state", known.error());
                return false;
            }
            if (*known) {
                continue;
            }
            if (const auto written = rows_.activate(manifest.id, tenants); !written) {
                log_failure("cannot activate reactions", written.error());
                return false;
            }
            base::logger("timers").info(
                "reactions activated: module={} tenants={}", manifest.id, tenants.size()
            );
        }
        return true;
    }

    void add_lanes() {
        for (const store::LogId log : parts_.log.logs()) {
            if (log.kind != store::LogKind::domain || !known_tenants_.insert(log.tenant).second) {
                continue;
            }
            for (const auto& module : parts_.registry.modules()) {
                if (!module->manifest().reactions.empty() && !add_lane(log.tenant, *module)) {
                    known_tenants_.erase(log.tenant);
                    break;
                }
            }
        }
    }

    bool add_lane(store::TenantId tenant, const modules::Module& module) {
        const auto at = rows_.position(tenant, module.manifest().id);
        if (!at) {
            log_failure("cannot read a reaction's position", at.error());
            return false;
        }
        Lane lane;
        lane.module = &module;
        lane.tenant = tenant;
        // Beyond the head: the log was put back to an earlier state, of which all is done.
        const store::Position head = parts_.log.head({tenant, store::LogKind::domain}).next;
        lane.next = std::min(at->value_or(store::Position(0)), head);
        lane.stored = lane.next;
        lanes_.try_emplace({tenant, module.manifest().id}, std::move(lane));
        return true;
    }

    // --- one lane ---------------------------------------------------------------------------

    // Goes on until it waits, rests, or has looked at a batch. True when it got anywhere.
    bool work_on(const LaneKey& key, Lane& lane) {
        bool worked = false;
        std::size_t left = limits::reaction_batch_events;
        while (left > 0) {
            if (lane.state == Lane::State::reading) {
                const std::size_t passed = read_next(lane, left);
                worked = worked || passed > 0;
                left -= passed;
                if (lane.state == Lane::State::reading) {
                    break;  // The head, or the batch, is reached; or the log cannot be read.
                }
            }
            if (lane.state != Lane::State::sending || !send_next(key, lane)) {
                break;
            }
            take_outcomes();
            worked = worked || lane.state != Lane::State::resting;
        }
        store_position(lane);
        return worked;
    }

    // Up to the next event that concerns the module; returns how many it passed or found.
    std::size_t read_next(Lane& lane, std::size_t count_max) {
        std::size_t count = 0;
        const auto scanned = parts_.log.scan(
            {lane.tenant, store::LogKind::domain}, lane.next, count_max,
            [&](const store::EventView& event) {
                ++count;
                lane.next = event.position;
                if (!reacts_to(*lane.module, event.type)) {
                    lane.next = event.position.next();
                    return store::Visit::more;
                }
                lane.event = store::RecordedEvent::copy_of(event);
                return store::Visit::stop;
            }
        );
        if (!scanned) {
            log_failure("cannot read events for reactions", scanned.error());
            return 0;
        }
        if (lane.event) {
            lane.commands.reset();
            lane.index = 0;
            lane.faults = 0;
            lane.state = Lane::State::sending;
        }
        return count;
    }

    // Sends the next command of the event, or leaves the event behind. False: it can only rest.
    bool send_next(const LaneKey& key, Lane& lane) {
        if (!lane.commands && !ask_module(lane)) {
            return lane.state != Lane::State::resting;
        }
        if (lane.index >= lane.commands->size()) {
            finish_event(lane);
            return true;
        }
        const store::EventView& event = lane.event->view();
        const modules::CommandOut& command = (*lane.commands)[lane.index];
        const int depth = depth_of(event) + 1;
        if (depth > limits::reaction_depth_max) {
            return park(
                lane, "the chain of reactions is longer than " +
                          std::to_string(limits::reaction_depth_max)
            );
        }
        const store::StreamId target{
            command.stream_kind, base::Uuid::parse(command.stream_id).value_or(base::Uuid())
        };
        dispatch::Request request = make_request(
            {lane.tenant, key.second, "system:reaction", command.command, target,
             reaction_command_id(event, key.second, command, depth), command.data}
        );
        lane.state = Lane::State::waiting;
        parts_.dispatcher.execute(
            std::move(request), [inbox = inbox_, key](Result<std::string> answer
                                ) { inbox->push({key, std::move(answer)}); }
        );
        return true;
    }

    // False when the module failed: then it rests, or the event is parked and left behind.
    bool ask_module(Lane& lane) {
        auto commands = react(parts_.registry, *lane.module, lane.event->view());
        if (commands) {
            lane.commands = std::move(*commands);
            return true;
        }
        if (++lane.faults < limits::fault_attempts_max) {
            lane.state = Lane::State::resting;
            return false;
        }
        if (park(
                lane, std::string(to_text(commands.error().code)) + ": " + commands.error().message
            )) {
            finish_event(lane);
        }
        return false;
    }

    // Keeps what cannot be done where a person sees it, and goes on with the next command. False,
    // and at rest, when it cannot be kept: nothing may be passed over in silence.
    bool park(Lane& lane, const std::string& reason) {
        const store::EventView& event = lane.event->view();
        const std::string& module = lane.module->manifest().id;
        std::string why = reason;
        if (lane.commands) {
            const modules::CommandOut& command = (*lane.commands)[lane.index];
            why = command.command + " (" + command.label + "): " + reason;
        }
        const auto parked = rows_.park(
            {lane.tenant, module, event.position, static_cast<std::uint8_t>(lane.index),
             event.id.value().text(), event.stream(), why}
        );
        if (!parked) {
            log_failure("cannot park a reaction", parked.error());
            lane.state = Lane::State::resting;
            return false;
        }
        base::logger("timers").warn(
            "reaction parked: tenant={} module={} event={} reason=\"{}\"", lane.tenant.value(),
            module, event.id.value().text(), why
        );
        next_command(lane);
        return true;
    }

    static void next_command(Lane& lane) {
        ++lane.index;
        lane.faults = 0;
        lane.state = Lane::State::sending;
    }

    static void finish_event(Lane& lane) {
        lane.next = lane.event->view().position.next();
        lane.event.reset();
        lane.commands.reset();
        lane.state = Lane::State::reading;
    }

    // Not synced: after a crash it may be older, and the same commands are answered as replays.
    void store_position(Lane& lane) {
        if (lane.stored == lane.next) {
            return;
        }
        const auto written = rows_.set_position(lane.tenant, lane.module->manifest().id, lane.next);
        if (written) {
            lane.stored = lane.next;
        } else {
            log_failure("cannot store a reaction's position", written.error());
        }
    }

    // --- answers ----------------------------------------------------------------------------

    void take_outcomes() {
        for (const Outcome& outcome : inbox_->take()) {
            const auto at = lanes_.find(outcome.lane);
            SAMVEV_ASSERT(at != lanes_.end());
            take(at->second, outcome.answer);
        }
    }

    void take(Lane& lane, const Result<std::string>& answer) {
        lane.state = Lane::State::sending;
        switch (judge(answer)) {
            case Verdict::done:
                return next_command(lane);
            case Verdict::later:
                lane.state = Lane::State::resting;
                return;
            case Verdict::faulted:
                if (++lane.faults < limits::fault_attempts_max) {
                    lane.state = Lane::State::resting;
                    return;
                }
                break;
            case Verdict::refused:
                break;
        }
        std::string reason(to_text(answer.error().code));
        reason += ": " + answer.error().message;
        static_cast<void>(park(lane, reason));
    }

    const ReactorParts parts_;
    ReactionRows rows_;
    const std::shared_ptr<Inbox<Outcome>> inbox_;
    bool is_activated_ = false;
    std::set<store::TenantId> known_tenants_;
    std::map<LaneKey, Lane> lanes_;
    std::atomic<bool> woken_{true};
    base::WakeRunner runner_;  // Last: its destruction waits for a step that uses the above.
};

}  // namespace

std::unique_ptr<Reactor> make_reactor(const ReactorParts& parts) {
    return std::make_unique<ReactorImpl>(parts);
}

}  // namespace samvev::timers
