#include "dispatch/command_handler.hpp"

#include <algorithm>
#include <samvev/json.hpp>

#include "base/assert.hpp"
#include "base/digest.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "dispatch/access_log/release.hpp"
#include "dispatch/command_answers.hpp"
#include "dispatch/commit_builder.hpp"
#include "dispatch/event_input.hpp"
#include "dispatch/gate/refusal.hpp"
#include "dispatch/one_time_code.hpp"

namespace samvev::dispatch {
namespace {

std::string in_flight_key(const PendingCommand& pending) {
    return pending.actor->text() + "\n" + pending.params.command_id.text();
}

std::string derived(const std::string& secret, std::string_view purpose) {
    return std::string(base::as_view(base::hmac_sha256(secret, purpose)));
}

constexpr const char* no_room = "The server has too much to do. Send it again after retryAfterMs.";

}  // namespace

std::string claim_secret(const std::string& secret) {
    return derived(secret, "claims");
}

std::string one_time_code_key(const std::string& secret) {
    return derived(secret, "one-time codes");
}

CommandHandler::CommandHandler(CommandHandlerParts parts)
    : parts_(std::move(parts)),
      digest_key_(base::as_view(base::hmac_sha256(parts_.secret, "command-digest"))),
      code_key_(one_time_code_key(parts_.secret)),
      claims_(claim_secret(parts_.secret)),
      decider_(parts_.log, parts_.registry, parts_.clock, derived(parts_.secret, "command-seed")) {}

// After the digest of the parameters: the same command again is the same, and is told no code.
void CommandHandler::draw_code(CommandParams& params, const access::Actor& actor) const {
    OneTimeCode code = draw_one_time_code(code_key_, actor.tenant, actor.text(), params.command_id);
    json data = parse_json(params.data);
    data["locator"] = std::move(code.locator);
    data["codeDigest"] = std::move(code.digest);
    params.data = data.dump();
    params.code = std::move(code.text);
}

void CommandHandler::execute(
    CommandMethod method, CommandParams params, const Request& request, Completion done
) {
    const store::LogId log{store::TenantId(request.actor->tenant), store::LogKind::domain};
    const store::StreamId stream{method.type->stream_kind, params.target};
    // Asked again when it is decided. Asked here too, so that what may not be known of waits in no
    // line, and takes as long as what is not there.
    if (auto permitted = parts_.gate.permit(method, params, *request.actor, stream); !permitted) {
        done(tl::unexpected<Error>(std::move(permitted.error())));
        return;
    }
    auto pending = std::make_shared<PendingCommand>();
    pending->method = method;
    pending->params = std::move(params);
    pending->actor = request.actor;
    pending->cancel = request.cancel;
    pending->due_at = request.due_at;
    pending->done = std::move(done);
    const std::shared_ptr<Line> line = lines_.line(log, stream);
    {
        const std::lock_guard lock(line->mutex);
        if (line->waiting.size() < limits::line_waiting_max) {
            pending->arrival = arrivals_.fetch_add(1, std::memory_order_relaxed);
            line->enqueue(pending);
            pending.reset();
            if (line->busy || !line->may_decide()) {
                return;
            }
            line->busy = true;
        }
    }
    if (pending) {
        pending->done(tl::unexpected<Error>(overloaded(
            "Too many commands wait for " + stream.text() + ". Send it again after retryAfterMs."
        )));
        return;
    }
    run(line, MayBlock::no);
}

// The next command to decide, or null after giving up `busy`.
std::shared_ptr<PendingCommand> CommandHandler::take_next(Line& line) {
    const std::lock_guard lock(line.mutex);
    if (line.waiting.empty() || !line.may_decide()) {
        line.busy = false;
        return nullptr;
    }
    if (line.stale) {
        line.states.clear();
        line.next_revision.reset();
        line.stale = false;
    }
    line.quiet = false;
    std::shared_ptr<PendingCommand> next = std::move(line.waiting.front());
    line.waiting.pop_front();
    if (line.in_flight_commands.contains(in_flight_key(*next))) {
        // A retry overtook its original: it gets the original's outcome, once that is known.
        line.quiet = true;
        line.enqueue(std::move(next));
        line.busy = false;
        return nullptr;
    }
    return next;
}

void CommandHandler::run(const std::shared_ptr<Line>& line, MayBlock may_block) {
    while (std::shared_ptr<PendingCommand> next = take_next(*line)) {
        if (parts_.drop_states && parts_.drop_states()) {
            const std::lock_guard lock(line->mutex);
            if (line->in_flight == 0) {
                line->states.clear();
                line->next_revision.reset();
            }
        }
        if (may_block == MayBlock::no && !is_warm(*line, *next)) {
            if (hand_over(line, std::move(next)) == Next::stop) {
                return;
            }
            continue;
        }
        // Before the next decision: right after one its own commit is on the way to the disk.
        save_snapshots(*line);
        process(line, next);
    }
}

CommandHandler::Next CommandHandler::hand_over(
    const std::shared_ptr<Line>& line, std::shared_ptr<PendingCommand> pending
) {
    {
        const std::lock_guard lock(line->mutex);
        line->enqueue(pending);
    }
    if (parts_.executor.try_post([self = shared_from_this(), line] {
            self->run(line, MayBlock::yes);
        })) {
        return Next::stop;  // `busy` goes along.
    }
    {
        const std::lock_guard lock(line->mutex);
        std::erase(line->waiting, pending);
    }
    pending->done(tl::unexpected<Error>(overloaded(no_room)));
    return Next::go_on;
}

void CommandHandler::resume(const std::shared_ptr<Line>& line) {
    if (!parts_.executor.try_post([self = shared_from_this(), line] {
            self->run(line, MayBlock::yes);
        })) {
        refuse_waiting(*line);
    }
}

// Nobody is free to decide, and the committer must not: those who wait are told so. `busy` is ours.
void CommandHandler::refuse_waiting(Line& line) {
    std::deque<std::shared_ptr<PendingCommand>> refused;
    {
        const std::lock_guard lock(line.mutex);
        refused.swap(line.waiting);
        line.busy = false;
    }
    for (const std::shared_ptr<PendingCommand>& pending : refused) {
        pending->done(tl::unexpected<Error>(overloaded(no_room)));
    }
}

bool CommandHandler::is_warm(const Line& line, const PendingCommand& pending) {
    return line.next_revision.has_value() && line.states.contains(pending.method.module) &&
           pending.method.type->reads.empty();
}

void CommandHandler::process(
    const std::shared_ptr<Line>& line, const std::shared_ptr<PendingCommand>& pending
) {
    ++pending->attempts;
    std::optional<Result<std::string>> answer = attempt(line, pending);
    if (answer) {
        release(
            parts_.access_log, {std::move(*answer), std::move(pending->reading)},
            std::move(pending->done)
        );
    }
}

std::optional<Result<std::string>> CommandHandler::attempt(
    const std::shared_ptr<Line>& line, const std::shared_ptr<PendingCommand>& pending
) {
    if (pending->cancel && pending->cancel->cancelled()) {
        return fail(ErrorCode::cancelled, "The call was withdrawn before it was decided.");
    }
    // Before anything is looked up: who lost access is told nothing by repeating a command.
    const auto permitted =
        parts_.gate.permit(pending->method, pending->params, *pending->actor, line->stream);
    if (!permitted) {
        return tl::unexpected<Error>(permitted.error());
    }
    const auto earlier = parts_.log.find_result(
        line->log,
        store::Idempotency{
            store::CommandId(pending->params.command_id), pending->actor->text(),
            pending->params.digest
        }
    );
    if (!earlier) {
        return tl::unexpected<Error>(earlier.error());
    }
    if (*earlier) {
        return answer(line->log, **earlier, {});
    }
    Result<ModuleState*> state = module_state(*line, *pending->method.module);
    if (!state) {
        return tl::unexpected<Error>(std::move(state.error()));
    }
    if (*state == nullptr) {
        put_back(*line, pending);
        return std::nullopt;
    }
    if (*line->next_revision == 0 && !pending->method.type->creates) {
        return tl::unexpected<Error>(not_visible(line->stream.text()));
    }
    Result<Decided> decided = fail(ErrorCode::internal, "undecided");
    const auto expected = check_expected(*line, *pending, **state);
    if (expected) {
        decided = decider_.decide(*line, *pending, **state);
    } else {
        decided = tl::unexpected<Error>(expected.error());
    }
    const bool writes =
        decided && decided->decision.rejections.empty() && !decided->decision.events.empty();
    if (!writes || pending->params.validate_only) {
        return answer_on_durable_state(*line, pending, std::move(decided), writes);
    }
    const std::optional<store::Revision> last =
        *line->next_revision == 0 ? std::nullopt
                                  : std::optional(store::Revision(*line->next_revision - 1));
    Result<store::Commit> commit = build_commit(
        {*pending->method.module, pending->params, *pending->actor, line->stream, last, decided->now
        },
        std::move(decided->decision), parts_.ids, claims_
    );
    if (!commit) {
        return tl::unexpected<Error>(std::move(commit.error()));
    }
    commit->checks = std::move(decided->checks);
    commit->facts_version = *permitted;
    if (const auto applied = apply_tentatively(*line, *commit); !applied) {
        const std::lock_guard lock(line->mutex);
        line->stale = true;
        return tl::unexpected<Error>(applied.error());
    }
    submit(line, pending, std::move(*commit));
    return std::nullopt;
}

std::optional<Result<std::string>> CommandHandler::answer_on_durable_state(
    Line& line, const std::shared_ptr<PendingCommand>& pending, Result<Decided> decided, bool writes
) {
    {
        const std::lock_guard lock(line.mutex);
        if (line.in_flight > 0) {  // Decided on what may never become durable: decide again.
            line.quiet = true;
            line.enqueue(pending);
            return std::nullopt;
        }
    }
    if (!decided) {
        return tl::unexpected<Error>(std::move(decided.error()));
    }
    if (!decided->decision.rejections.empty()) {
        parts_.gate.note_rejected(pending->method, pending->params, *pending->actor, line.stream);
        return tl::unexpected<Error>(rejected_error(
            pending->method.module->manifest(), pending->method.type->name,
            decided->decision.rejections
        ));
    }
    return writes ? would_be_accepted(line, *pending) : no_change(line, *pending);
}

// Null when the state must be loaded from the log but commits of this line are still in flight.
Result<ModuleState*> CommandHandler::module_state(Line& line, const modules::Module& module) {
    const auto found = line.states.find(&module);
    if (found != line.states.end()) {
        return &found->second;
    }
    {
        const std::lock_guard lock(line.mutex);
        if (line.in_flight > 0) {
            return nullptr;
        }
    }
    SAMVEV_TRY(
        ModuleState loaded,
        ModuleState::load(parts_.log, parts_.registry, module, line.log, line.stream)
    );
    if (line.next_revision && *line.next_revision != loaded.next_revision()) {
        line.states.clear();  // Something else wrote to the stream: nothing here is current.
    }
    line.next_revision = loaded.next_revision();
    return &line.states.insert_or_assign(&module, std::move(loaded)).first->second;
}

Result<std::monostate> CommandHandler::check_expected(
    const Line& line, PendingCommand& pending, const ModuleState& state
) const {
    pending.reading = {};
    if (!pending.params.expected_revision) {
        return std::monostate{};
    }
    const std::optional<std::uint64_t> current = pending.params.entity.empty()
                                                     ? state.own_revision()
                                                     : state.entity_revision(pending.params.entity);
    const std::string actual = current ? std::to_string(*current) : "none";
    if (*pending.params.expected_revision == actual) {
        return std::monostate{};
    }
    Answer stale = stale_revision(parts_.log, parts_.gate, line, pending, current);
    pending.reading = std::move(stale.reading);
    return tl::unexpected<Error>(std::move(stale.result.error()));
}

Result<std::monostate> CommandHandler::apply_tentatively(Line& line, const store::Commit& commit) {
    const store::StreamWrite& write = commit.writes.front();
    EventInputs inputs;
    std::uint64_t revision = *line.next_revision;
    for (const store::NewEvent& event : write.events) {
        store::EventView view;
        view.revision = store::Revision(revision++);
        view.stream_kind = line.stream.kind;
        view.stream_id = line.stream.id;
        view.id = event.id;
        view.type = event.type;
        view.version = event.version;
        view.entity = event.entity;
        view.occurred_on = event.occurred_on;
        view.recorded_at = commit.recorded_at;
        view.actor = commit.actor.actor;
        view.role = commit.actor.role;
        view.unit = commit.actor.unit;
        view.payload = event.payload;
        SAMVEV_CHECK_OK(inputs.add(view, parts_.registry));
    }
    for (auto& [module, state] : line.states) {
        SAMVEV_CHECK_OK(state.apply(inputs.events()));
    }
    line.next_revision = revision;
    return std::monostate{};
}

void CommandHandler::submit(
    const std::shared_ptr<Line>& line, const std::shared_ptr<PendingCommand>& pending,
    store::Commit commit
) {
    {
        const std::lock_guard lock(line->mutex);
        ++line->in_flight;
        line->in_flight_commands.insert(in_flight_key(*pending));
    }
    parts_.log.submit(
        std::move(commit),
        [self = shared_from_this(), line, pending](Result<store::Committed> outcome) {
            self->on_outcome(line, pending, std::move(outcome));
        }
    );
}

void CommandHandler::on_outcome(
    const std::shared_ptr<Line>& line, const std::shared_ptr<PendingCommand>& pending,
    Result<store::Committed> outcome
) {
    const bool conflict = !outcome && (outcome.error().code == ErrorCode::revision_conflict ||
                                       outcome.error().code == ErrorCode::duplicate);
    const bool again = conflict && pending->attempts < limits::decide_again_max;
    bool resumed = false;
    {
        const std::lock_guard lock(line->mutex);
        SAMVEV_ASSERT(line->in_flight > 0);
        --line->in_flight;
        line->in_flight_commands.erase(line->in_flight_commands.find(in_flight_key(*pending)));
        if (!outcome || outcome->replayed) {
            line->stale = true;
        }
        if (again) {
            line->enqueue(pending);
        }
        if (!line->busy && !line->waiting.empty() && line->may_decide()) {
            line->busy = true;
            resumed = true;
        }
    }
    if (!again) {
        if (outcome) {
            const bool first = !outcome->replayed;
            pending->done(answer(line->log, *outcome, first ? pending->params.code : std::string())
            );
        } else if (conflict) {
            pending->done(tl::unexpected<Error>(overloaded(
                line->stream.text() + " changed " + std::to_string(pending->attempts) +
                " times while " + pending->method.type->name + " was being decided."
            )));
        } else if (outcome.error().code == ErrorCode::claim_taken) {
            pending->done(tl::unexpected<Error>(claim_refusal(*pending, outcome.error())));
        } else {
            pending->done(tl::unexpected<Error>(std::move(outcome.error())));
        }
    }
    if (resumed) {
        resume(line);
    }
}

void CommandHandler::save_snapshots(Line& line) {
    {
        const std::lock_guard lock(line.mutex);
        if (line.in_flight > 0 || line.stale) {
            return;
        }
    }
    for (auto& [module, state] : line.states) {
        state.maybe_snapshot(parts_.log, line.log, line.stream);
    }
}

void CommandHandler::put_back(Line& line, std::shared_ptr<PendingCommand> pending) {
    const std::lock_guard lock(line.mutex);
    line.quiet = true;
    line.enqueue(std::move(pending));
}

std::string CommandHandler::answer(
    store::LogId log, const store::Committed& committed, const std::string& code
) const {
    base::JsonObject out;
    if (!code.empty()) {
        out.text("code", code);
    }
    return out.text("stream", committed.stream.text())
        .text("revision", std::to_string(committed.revision.value()))
        .text(
            "position",
            parts_.tokens.make(log.tenant, parts_.log.head(log).epoch, committed.position)
        )
        .text("commandId", committed.command.value().text())
        .boolean("changed", true)
        .take();
}

}  // namespace samvev::dispatch
