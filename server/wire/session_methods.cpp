// The methods that a session answers itself.
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "wire/session_class.hpp"

namespace samvev::wire {
namespace {

constexpr int authenticate_attempts_max = 3;

// What rpc-websockets calls subscribing is knowing the name of a notification.
Result<std::string> acknowledge_names(const FrameEntry& entry) {
    simdjson::dom::array names;
    if (entry.params_kind != FrameEntry::Params::array ||
        entry.params_element.get(names) != simdjson::SUCCESS) {
        return fail(ErrorCode::invalid_argument, "give a list of notification names");
    }
    base::JsonObject out;
    for (const simdjson::dom::element item : names) {
        std::string_view name;
        if (item.get(name) != simdjson::SUCCESS) {
            return fail(ErrorCode::invalid_argument, "give a list of notification names");
        }
        const bool known = name == "events.event" || name == "session.hello" ||
                           name == "session.expiring" || name == "session.draining";
        out.text(name, known ? "ok" : "provided event invalid");
    }
    return out.take();
}

}  // namespace

Result<std::string> Session::call_own(OwnMethod method, const FrameEntry& entry) {
    switch (method) {
        case OwnMethod::authenticate:
            return authenticate(read_authenticate_params(entry));
        case OwnMethod::login: {
            SAMVEV_CHECK_OK(authenticate(read_login_params(entry)));
            return std::string("true");
        }
        case OwnMethod::close:
            parting_ = {CloseCode::normal, "as asked"};
            part_at_ = SteadyTime();
            return std::string("true");
        case OwnMethod::subscribe:
            return subscribe(entry);
        case OwnMethod::unsubscribe:
            return unsubscribe(entry);
        case OwnMethod::on:
        case OwnMethod::off:
            return acknowledge_names(entry);
        case OwnMethod::ping:
        case OwnMethod::health:
        case OwnMethod::discover:
        case OwnMethod::list_methods:
            break;  // The same through every door: not asked here.
    }
    return fail(ErrorCode::unsupported, "there is no such method");
}

Result<std::string> Session::subscribe(const FrameEntry& entry) {
    if (!place_->take_subscription()) {
        return fail(
            ErrorCode::overloaded, "too many subscriptions of yours, over all sessions: end some",
            R"({"reason":"subscriptions"})"
        );
    }
    Result<std::string> subscription = feed_->subscribe(*actor(), entry);
    if (!subscription) {
        place_->give_subscription();
    }
    return subscription;
}

Result<std::string> Session::unsubscribe(const FrameEntry& entry) {
    Result<std::string> stopped = feed_->unsubscribe(entry);
    if (stopped && *stopped == "true") {
        place_->give_subscription();
    }
    return stopped;
}

Result<std::string> Session::authenticate(const Result<Credentials>& credentials) {
    if (!credentials) {
        return tl::unexpected<Error>(credentials.error());
    }
    Result<std::shared_ptr<const access::VerifiedActor>> admitted =
        admit(state(), *credentials, remote());
    if (!admitted) {
        // Keys that are still being fetched are not the client's fault.
        if (admitted.error().code == ErrorCode::unauthenticated &&
            ++failed_attempts_ >= authenticate_attempts_max) {
            goodbye_ = {CloseCode::token_ended, "three tokens were refused"};
        }
        return tl::unexpected<Error>(std::move(admitted.error()));
    }
    // Subscriptions and calls in flight belong to the first principal.
    if (actor() && !is_same_principal(*actor(), **admitted)) {
        goodbye_ = {
            CloseCode::principal_changed, "another principal needs a connection of its own"
        };
        return fail(ErrorCode::denied, "another principal needs a connection of its own");
    }
    if (!actor()) {
        place_ = SessionPlace::take(state().quotas.of(**admitted));
        if (!place_) {
            return tl::unexpected<Error>(too_many_sessions());
        }
        state().metrics.sockets_authenticated.fetch_add(1, std::memory_order_relaxed);
    }
    set_actor(std::move(*admitted));
    browser_.clear();  // From now on the token counts.
    feed_->change_actor(*actor());
    feed_->resume();
    has_told_expiring_ = false;
    failed_attempts_ = 0;
    stream_->websocket.read_message_max(limits::message_bytes_max);
    return principal_json(*actor());
}

}  // namespace samvev::wire
