#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <samvev/json.hpp>
#include <string>
#include <vector>

#include "access/actor.hpp"
#include "access/directory.hpp"
#include "access/invitations.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/uuid.hpp"
#include "dispatch/access_log/access_log.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/gate/gate.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "store/table.hpp"
#include "subscriptions/hub.hpp"
#include "subscriptions/position_token.hpp"
#include "timers/reactor.hpp"
#include "timers/timer_service.hpp"
#include "views/projector.hpp"

namespace samvev::test {

struct WorldOptions {
    std::function<bool()> drop_states{};
    bool asks_policy = false;  // else roles alone decide who may what, and nobody records reads
    bool wants_declaration = false;  // staff sign before anything else; with the policy
    // What the history is kept in; a log in memory unless given.
    std::function<std::unique_ptr<store::EventLog>()> make_log{};
};

// Everything below wire in one process and one thread: memory log, frozen clock, manual executor.
// Commands go through the dispatcher, exactly as a door would send them.
class World {
public:
    using Options = WorldOptions;
    explicit World(std::vector<std::unique_ptr<modules::Module>> modules, Options options = {});
    explicit World(std::unique_ptr<modules::Registry> registry, Options options = {});
    ~World();

    // Sends, steps until the answer is there, and lets views, reactions and due timers catch up.
    Result<json> call(const std::string& method, const json& params, const access::Actor& actor);
    // The same with a fresh commandId put in unless params has one.
    Result<json> command(const std::string& method, json params, const access::Actor& actor);
    // Steps everything until nothing is left to do.
    void settle();
    // Moves the frozen clock and lets due timers fire.
    void advance_to(base::Timestamp time);

    [[nodiscard]] std::string new_id();
    // "0 case.case-opened\n1 …": the whole domain log of the tenant, one line an event.
    [[nodiscard]] std::string events_as_text(std::uint32_t tenant) const;

    store::EventLog& log() { return *log_; }
    dispatch::Dispatcher& dispatcher() { return *dispatcher_; }
    base::ManualExecutor& executor() { return executor_; }
    views::Projector& projector() { return *projector_; }
    base::AdjustableClock& clock() { return clock_; }
    const modules::Registry& registry() const { return *registry_; }
    dispatch::AccessLog& access_log() { return *access_log_; }
    dispatch::TenantFacts& facts() { return *facts_; }
    store::Table& table() { return *table_; }
    // Something else that settle() steps until it has nothing left to do.
    void also_step(std::function<bool()> step) { also_step_ = std::move(step); }
    // Subscriptions as the server serves them. Ends before the world.
    [[nodiscard]] std::unique_ptr<subscriptions::Hub> make_hub();
    // What the log refuses from now on.
    void refuse_commits(std::function<std::optional<Error>(const store::Commit&)> refuses);
    // Who real issuers' principals are, by what has happened; only with `asks_policy`.
    [[nodiscard]] std::unique_ptr<access::Directory> directory() const;
    // Who is let in without eID; only with `asks_policy`. Ends before the world.
    [[nodiscard]] std::unique_ptr<access::Invitations> make_invitations();

private:
    base::AdjustableClock clock_;
    base::RandomIdSource ids_;
    base::ManualExecutor executor_;
    std::unique_ptr<store::EventLog> stored_;
    std::unique_ptr<store::EventLog> log_;
    dispatch::PersonNumbers numbers_;
    std::unique_ptr<dispatch::TenantFacts> facts_;
    std::unique_ptr<store::Table> table_;
    std::unique_ptr<modules::Registry> registry_;
    subscriptions::PositionTokens tokens_;
    std::unique_ptr<views::Projector> projector_;
    std::unique_ptr<dispatch::AccessLog> access_log_;
    std::unique_ptr<dispatch::Gate> gate_;
    std::unique_ptr<dispatch::Dispatcher> dispatcher_;
    std::unique_ptr<timers::TimerService> timers_;
    std::unique_ptr<timers::Reactor> reactor_;
    std::function<bool()> also_step_;
};

// A staff member of the tenant with these roles.
[[nodiscard]] access::Actor staff(
    std::uint32_t tenant, std::string id, std::vector<std::string> roles, std::string unit = {}
);

}  // namespace samvev::test
