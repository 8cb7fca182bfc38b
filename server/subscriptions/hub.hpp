#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/result.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "subscriptions/cloud_event.hpp"
#include "subscriptions/event_sink.hpp"
#include "subscriptions/filter.hpp"
#include "subscriptions/permit.hpp"
#include "subscriptions/position_token.hpp"

namespace samvev::subscriptions {

using ConnectionId = base::StrongId<struct ConnectionTag, std::uint64_t>;

struct SubscribeRequest {
    Filter filter;
    std::string from;  // "start", "head" or a position token (exclusive); required
};

// Subscriptions are cursors over the log, never queues of events: memory per subscription is
// constant, a slow reader lags and is told so (fellBehind … caughtUp), and is never dropped for it.
// What is delivered is read from the log at the moment of sending, and permitted at that moment.
//
// Concurrency: all calls [any thread]; calls for one connection one at a time.
class Hub {
public:
    Hub() = default;
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;
    virtual ~Hub() = default;

    // `sink` must stay valid until disconnect(connection) has returned. A `done` that is still owed
    // then is called nevertheless, once.
    virtual void connect(ConnectionId connection, EventSink& sink) = 0;
    virtual void disconnect(ConnectionId connection) = 0;

    // Returns the subscription id ("s_1" …, unique in the connection). The first page is ready only
    // after the caller has sent that answer and asks next().
    // Fails with invalid_argument, gone (token of another epoch), overloaded
    // (subscriptions_per_connection_max), and as HubParts::admit.
    [[nodiscard]] virtual Result<std::string> subscribe(
        ConnectionId connection, const access::Actor& actor, const SubscribeRequest& request
    ) = 0;
    [[nodiscard]] virtual bool unsubscribe(
        ConnectionId connection, std::string_view subscription
    ) = 0;
    // The same principal with a new token: what is sent from now on is what this one may see.
    virtual void change_actor(ConnectionId connection, const access::Actor& actor) = 0;
    // Ends every subscription of the connection with {"kind":"ended","reason":…}.
    virtual void end_all(ConnectionId connection, std::string_view reason) = 0;

    // The next notification of the connection, round-robin over its subscriptions: the `params` of
    // events.event as JSON text, {"subscription":"s_1","result":{"kind":…,"position":"<token>"}}:
    //   "events"      with "events": CloudEvents, at most page_events_max and page_bytes_max; a
    //   page
    //                 ends between two commits where that fits
    //   "caughtUp"    with "time": at that time everything up to the position had been sent
    //   "fellBehind"  more than limits::behind_events lag; pages follow, then caughtUp
    //   "checkpoint"  what lies before the position is of no concern to the subscriber
    //   "ended"       with "reason": end_all()'s, or an error code ("corrupt", "unavailable";
    //   the latter also when a page could not be put on record: it was not sent)
    // `done` gets nothing when there is nothing to send; then EventSink::wake tells when to ask
    // again. One call at a time per connection; `done` runs inline when the answer comes from
    // memory and needs no record, else on the executor or where commits are answered. A wake that
    // comes while a call is under way counts for the next.
    using Next = std::function<void(std::optional<std::string> params)>;
    virtual void next(ConnectionId connection, Next done) = 0;

    // A stream of the tenant has been erased: drops the events kept in memory.
    virtual void forget(store::TenantId /*tenant*/) {}

    struct Counts {
        std::uint64_t live = 0;
        std::uint64_t behind = 0;
    };
    [[nodiscard]] virtual Counts counts() const = 0;
};

struct HubParts {
    store::EventLog& log;
    const modules::Registry& registry;
    base::Executor& executor;  // for pages that must be read from disk
    const base::Clock& clock;
    const PositionTokens& tokens;
    // What is invisible is passed over in silence. Absent: every actor sees all of the tenant.
    Permit permit = nullptr;
    // Absent: everybody may subscribe.
    Admit admit = nullptr;
    // Of what shows persons. Absent: nothing is recorded, for tests beside access.
    Record record = nullptr;
};
// All parts outlive the hub, which registers itself with the log's on_commit.
[[nodiscard]] std::unique_ptr<Hub> make_hub(const HubParts& parts);

}  // namespace samvev::subscriptions
