#include "wire/session_notices.hpp"

#include <algorithm>

#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "wire/json_rpc.hpp"

namespace samvev::wire {
namespace {

std::int64_t whole_seconds(std::chrono::microseconds duration) {
    return std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(duration).count());
}

}  // namespace

std::string hello_notice(const ServerState& state, std::uint64_t connection, Admission admission) {
    const std::string bounds =
        base::JsonObject()
            .number("maxMessageBytes", limits::message_bytes_max)
            .number("maxBatch", limits::batch_entries_max)
            .number("maxInFlight", limits::in_flight_max)
            .number("maxSubscriptions", limits::subscriptions_per_connection_max)
            .take();
    return notification(
        "session.hello",
        base::JsonObject()
            .text("server", "samvev/" + state.settings.version)
            .text("api", "1")
            .text("connection", "cx_" + std::to_string(connection))
            .boolean("authenticated", admission == Admission::authenticated)
            .raw("limits", bounds)
            .number("pingSeconds", whole_seconds(state.settings.patience.ping_every))
            .take()
    );
}

std::string expiring_notice(base::Timestamp ends, base::Timestamp now, Expiring what) {
    return notification(
        "session.expiring", base::JsonObject()
                                .text("expiresAt", base::to_text(ends))
                                .number("inSeconds", whole_seconds(ends - now))
                                .text("what", what == Expiring::token ? "token" : "session")
                                .take()
    );
}

std::string draining_notice(std::chrono::milliseconds patience) {
    return notification(
        "session.draining", base::JsonObject()
                                .text("reason", "shutdown")
                                .number("closeInSeconds", whole_seconds(patience))
                                .take()
    );
}

}  // namespace samvev::wire
