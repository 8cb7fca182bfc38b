#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/uuid.hpp"
#include "dispatch/access_log/access_log.hpp"
#include "dispatch/decider.hpp"
#include "dispatch/gate/gate.hpp"
#include "dispatch/line.hpp"
#include "modules/registry.hpp"
#include "store/claims.hpp"
#include "store/event_log.hpp"
#include "subscriptions/position_token.hpp"

namespace samvev::dispatch {

struct CommandHandlerParts {
    store::EventLog& log;
    const modules::Registry& registry;
    base::Executor& executor;
    const base::Clock& clock;
    base::IdSource& ids;
    const subscriptions::PositionTokens& tokens;
    std::string secret;
    const Gate& gate;
    AccessLog* access_log;  // null: what a refusal shows is not recorded
    std::function<bool()>
        drop_states;  // tests: forget the states before this decision? may be empty
};

// Keys for one purpose each, from DispatcherParts::secret: what claims are hashed with, and what
// one-time codes are drawn and kept with.
[[nodiscard]] std::string claim_secret(const std::string& secret);
[[nodiscard]] std::string one_time_code_key(const std::string& secret);

// Decides commands and commits what they decide, one stream at a time, never waiting for fsync.
//
// A command is decided on the state its stream will have when everything queued has been written.
// A refused commit makes that state wrong: it is dropped, and what was decided on top of it comes
// back (its expected revision does not match) and is decided again in arrival order. A refusal or a
// no-op is answered only on durable state. Concurrency: [any thread].
// Lifetime: held by shared_ptr; work on the executor and in the log keeps it alive.
class CommandHandler : public std::enable_shared_from_this<CommandHandler> {
public:
    explicit CommandHandler(CommandHandlerParts parts);

    // The actor is authenticated and has the role; parameters are parsed. Errors as in Dispatcher.
    void execute(
        CommandMethod method, CommandParams params, const Request& request, Completion done
    );
    // Puts a one-time code's digest into the data, and the code where the first answer takes it
    // from.
    void draw_code(CommandParams& params, const access::Actor& actor) const;
    // As Dispatcher.
    void forget(store::LogId log, const store::StreamId& stream) {
        decider_.forget(log, stream);
        lines_.forget(log, stream);
    }
    // Under which parse_command_params computes digests.
    [[nodiscard]] const std::string& digest_key() const noexcept { return digest_key_; }

private:
    enum class MayBlock { no, yes };
    enum class Next { go_on, stop };

    void run(const std::shared_ptr<Line>& line, MayBlock may_block);
    [[nodiscard]] std::shared_ptr<PendingCommand> take_next(Line& line);
    [[nodiscard]] Next hand_over(
        const std::shared_ptr<Line>& line, std::shared_ptr<PendingCommand> pending
    );
    void resume(const std::shared_ptr<Line>& line);

    static void refuse_waiting(Line& line);
    [[nodiscard]] bool is_warm(const Line& line, const PendingCommand& pending);
    void process(const std::shared_ptr<Line>& line, const std::shared_ptr<PendingCommand>& pending);
    // The answer, or nothing when the command was put back or submitted.
    [[nodiscard]] std::optional<Result<std::string>> attempt(
        const std::shared_ptr<Line>& line, const std::shared_ptr<PendingCommand>& pending
    );
    // What writes nothing, or only asks; nothing when it was put back.
    [[nodiscard]] std::optional<Result<std::string>> answer_on_durable_state(
        Line& line, const std::shared_ptr<PendingCommand>& pending, Result<Decided> decided,
        bool writes
    );
    [[nodiscard]] Result<ModuleState*> module_state(Line& line, const modules::Module& module);
    [[nodiscard]] Result<std::monostate> check_expected(
        const Line& line, PendingCommand& pending, const ModuleState& state
    ) const;
    [[nodiscard]] Result<std::monostate> apply_tentatively(Line& line, const store::Commit& commit);
    void submit(
        const std::shared_ptr<Line>& line, const std::shared_ptr<PendingCommand>& pending,
        store::Commit commit
    );
    void on_outcome(
        const std::shared_ptr<Line>& line, const std::shared_ptr<PendingCommand>& pending,
        Result<store::Committed> outcome
    );
    void save_snapshots(Line& line);
    void put_back(Line& line, std::shared_ptr<PendingCommand> pending);

    [[nodiscard]] std::string answer(
        store::LogId log, const store::Committed& committed, const std::string& code
    ) const;

    CommandHandlerParts parts_;
    std::string digest_key_;
    std::string code_key_;
    store::ClaimHasher claims_;
    Decider decider_;
    LineTable lines_;
    std::atomic<std::uint64_t> arrivals_{0};
};

}  // namespace samvev::dispatch
