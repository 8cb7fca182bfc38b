#include "decide.hpp"
#include "names.hpp"

namespace samvev::erasure {

namespace event_name = names::erasure::event;
namespace rejection = names::erasure::rejection;
namespace timer = names::erasure::timer;

namespace {

// Long enough for a second person on holiday; shorter than what is confirmed is still remembered.
// An answer is owed within a month (GDPR art. 12(3)).
constexpr std::chrono::days confirm_days(14);

void require_not_held(const Command& command, Decision& decision) {
    if (const auto hold = command.context<Hold>("hold")) {
        erasure::require_not_held(*hold, "/targetId", decision);
    }
}

// Open, and about what the caller says it is about.
void require_open(const Request& state, const Command& command, Decision& decision) {
    decision.require(state.phase == Request::Phase::open, rejection::not_open);
    decision.require(
        state.target_id == command.data().get("targetId"), rejection::other_target, "/targetId"
    );
}

void require_second_person(const Request& state, const Command& command, Decision& decision) {
    decision.require(
        !command.actor_id().empty() && command.actor_id() != state.requested_by_id,
        rejection::own_request
    );
}

void close(std::string_view event, const Request& state, const json& data, Decision& decision) {
    decision.emit(event, 1, data, state.target_id);
    decision.clear_timer(timer::expiry);
}

}  // namespace

void request(const Request& state, const Command& command, Decision& decision) {
    decision.require(state.phase == Request::Phase::none, rejection::id_in_use);
    require_not_held(command, decision);
    const Date expires_on(std::chrono::sys_days(command.today()) + confirm_days);
    json data = command.data().raw();
    data["requestedById"] = command.actor_id();
    data["expiresOn"] = to_text(expires_on);
    decision.emit(event_name::requested, 1, data, command.data().get("targetId"));
    decision.set_timer(
        timer::expiry,
        oslo_midnight(Date(std::chrono::sys_days(expires_on) + std::chrono::days(1))),
        names::erasure::command::expire
    );
}

void confirm(const Request& state, const Command& command, Decision& decision) {
    require_open(state, command, decision);
    require_second_person(state, command, decision);
    require_not_held(command, decision);
    json data{
        {"kind", state.kind},
        {"targetId", state.target_id},
        {"ground", state.ground},
        {"archive", state.archive},
        {"requestedById", state.requested_by_id},
        {"confirmedById", command.actor_id()},
    };
    if (!state.event_id.empty()) {
        data["eventId"] = state.event_id;
    }
    close(event_name::confirmed, state, data, decision);
}

void reject(const Request& state, const Command& command, Decision& decision) {
    require_open(state, command, decision);
    require_second_person(state, command, decision);
    close(
        event_name::rejected, state,
        {{"reason", command.data().get("reason")}, {"rejectedById", command.actor_id()}}, decision
    );
}

void withdraw(const Request& state, const Command& command, Decision& decision) {
    require_open(state, command, decision);
    decision.require(command.actor_id() == state.requested_by_id, rejection::others_request);
    close(event_name::withdrawn, state, json::object(), decision);
}

void expire(const Request& state, const Command& /*command*/, Decision& decision) {
    if (state.phase == Request::Phase::open) {
        close(event_name::expired, state, json::object(), decision);
    }
}

void complete(const Request& state, const Command& command, Decision& decision) {
    if (state.phase == Request::Phase::confirmed) {
        decision.emit(event_name::completed, 1, command.data().raw(), state.target_id);
    }
}

void fail(const Request& state, const Command& command, Decision& decision) {
    if (state.phase == Request::Phase::confirmed) {
        decision.emit(event_name::failed, 1, command.data().raw(), state.target_id);
    }
}

}  // namespace samvev::erasure
