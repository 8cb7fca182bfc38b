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
#include "subscriptions/event_sink.hpp"
#include "subscriptions/position_token.hpp"

namespace samvev::subscriptions {

using ConnectionId = base::StrongId<struct ConnectionTag, std::uint64_t>;

struct Filter {
    std::vector<base::Uuid> cases;    // `case` streams by id; empty = the tenant's whole domain log
    std::vector<std::string> streams; // "kind/uuid"; together with cases
    std::vector<std::string> types;   // "no.samvev.case.*", "case.case-opened"; empty = all
};

struct SubscribeRequest {
    Filter filter;
    std::string from;                 // "start", "head" or a position token (exclusive); required
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

    // `sink` must stay valid until disconnect(connection) has returned.
    virtual void connect(ConnectionId connection, EventSink& sink) = 0;
    virtual void disconnect(ConnectionId connection) = 0;

    // Returns the subscription id ("s_1" …, unique in the connection). The first page is ready only
    // after the caller has sent that answer and asks next().
    // Fails with invalid_argument, gone (token of another epoch), overloaded (subscriptions_per_connection_max).
    [[nodiscard]] virtual Result<std::string> subscribe(
        ConnectionId connection, const access::Actor& actor, const SubscribeRequest& request
    ) = 0;
    [[nodiscard]] virtual bool unsubscribe(ConnectionId connection, std::string_view subscription) = 0;
    // Ends every subscription of the connection with {"kind":"ended","reason":…}.
    virtual void end_all(ConnectionId connection, std::string_view reason) = 0;

    // The next notification of the connection, round-robin over its subscriptions: the `params` of
    // events.event as JSON text: {"subscription":"s_1","result":{"kind":"events"|"caughtUp"|
    // "checkpoint"|"fellBehind"|"ended", …,"position":"<token>"}}. A page has at most page_events_max
    // events and page_bytes_max bytes. `done` gets nothing when there is nothing to send; then
    // EventSink::wake tells when to ask again. One call at a time per connection; `done` runs inline
    // when the page comes from memory, else on the executor.
    using Next = std::function<void(std::optional<std::string> params)>;
    virtual void next(ConnectionId connection, Next done) = 0;

    struct Counts {
        std::uint64_t live = 0;
        std::uint64_t behind = 0;
    };
    [[nodiscard]] virtual Counts counts() const = 0;
};

struct HubParts {
    store::EventLog& log;
    const modules::Registry& registry;
    base::Executor& executor;         // for pages that must be read from disk
    const base::Clock& clock;
    const PositionTokens& tokens;
};
[[nodiscard]] std::unique_ptr<Hub> make_hub(const HubParts& parts);

// One event as a CloudEvents 1.0 JSON object, spliced around the payload's bytes:
// {"specversion":"1.0","id":"<event uuid>","source":"/t/9999/case/<uuid>","type":"no.samvev.case.case-opened.v1",
//  "time":…,"subject":"<stream id>","position":"<token>","data":{…}} plus extension attributes actor, role, unit,
//  revision, entity, occurredon, commandid, topic, confidentiality, and withheld:true when the payload was removed.
[[nodiscard]] std::string cloud_event(
    store::TenantId tenant, const store::EventView& event, std::string_view position_member
);

}  // namespace samvev::subscriptions
