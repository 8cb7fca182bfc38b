#include "decide.hpp"

#include <algorithm>

#include "names.hpp"

namespace samvev::invitation {

namespace event_name = names::invitation::event;
namespace rejection = names::invitation::rejection;
namespace claim = names::invitation::claim;

namespace {

// A letter, and a coordinator's holiday.
constexpr std::chrono::days code_days(14);
// A quarter of a year, between two meetings about whether it still is right; half a year at most.
constexpr std::chrono::days access_days_usual(90);
constexpr std::chrono::days access_days_max(180);
// A telephone, a tablet, the school's, one that is lost, and one more.
constexpr std::ptrdiff_t devices_max = 5;
// From then on there is an eID of one's own.
constexpr std::chrono::years child_until(15);

Date later(Date day, std::chrono::days count) {
    return Date(std::chrono::sys_days(day) + count);
}

// Somebody born on 29 February turns 15 on 1 March.
Date birthday_of_eid(const std::string& birth_date) {
    const Date day = parse_date(birth_date) + child_until;
    return day.ok() ? day : Date(day.year() / std::chrono::March / 1);
}

// A case has one timer, for whatever ends first.
void set_timer(const Invitations& after, Decision& decision) {
    std::string first;
    for (const auto& [id, one] : after.by_id) {
        if (one.phase != Phase::over && (first.empty() || one.due() < first)) {
            first = one.due();
        }
    }
    if (first.empty()) {
        decision.clear_timer(names::invitation::timer::expiry);
        return;
    }
    decision.set_timer(
        names::invitation::timer::expiry, oslo_midnight(parse_date(first)),
        names::invitation::command::expire
    );
}

// Says that it has ended, by that event.
void end(
    Invitations& after, const std::string& id, std::string_view event, const json& data,
    Decision& decision
) {
    Invitation& one = after.by_id.at(id);
    if (one.phase == Phase::open) {
        decision.release(claim::locator, one.locator);
    }
    one.phase = Phase::over;
    decision.emit(event, 1, data, id);
}

void require_relation(const Invitations& state, const Command& command, Decision& decision) {
    const auto person = command.data().get("personId");
    const auto child = command.context<Person>("child").value_or(Person());
    const bool in_network =
        std::any_of(state.network.begin(), state.network.end(), [&](const auto& entry) {
            return entry.second == person;
        });
    decision.require(
        person == state.child_id || child.representatives.contains(person) || in_network,
        rejection::no_relation, "/personId"
    );
    decision.require(!child.kept_away.contains(person), rejection::contact_restricted, "/personId");
}

// The moment when the device is let in no longer.
Time end_of_access(const Invitations& state, const Command& command, Decision& decision) {
    const Date today = command.today();
    const auto until = command.data().find("until");
    const Date last = until ? parse_date(*until) : later(today, access_days_usual);
    decision.require(
        today <= last && last <= later(today, access_days_max), rejection::until_out_of_range,
        "/until"
    );
    Time ends = oslo_midnight(later(last, std::chrono::days(1)));
    const auto person = command.context<Person>("person");
    if (person && command.data().get("personId") == state.child_id && !person->birth_date.empty()) {
        const Date birthday = birthday_of_eid(person->birth_date);
        decision.require(today < birthday, rejection::old_enough, "/personId");
        ends = std::min(ends, oslo_midnight(birthday));
    }
    return ends;
}

}  // namespace

void invite(const Invitations& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const auto id = data.get("invitationId");
    const auto person_id = data.get("personId");
    const auto person = command.context<Person>("person");
    decision.require(state.find(id) == nullptr, rejection::id_in_use, "/invitationId");
    decision.require(!state.closed, rejection::case_closed);
    decision.require(
        !state.child_id.empty() && data.get("childId") == state.child_id, rejection::other_child,
        "/childId"
    );
    decision.require(
        person && person->registered && !person->dead, rejection::person_unknown, "/personId"
    );
    require_relation(state, command, decision);
    const Time ends_at = end_of_access(state, command, decision);
    const auto devices =
        std::count_if(state.by_id.begin(), state.by_id.end(), [&](const auto& entry) {
            return entry.second.person_id == person_id && entry.second.phase == Phase::redeemed;
        });
    decision.require(devices < devices_max, rejection::too_many, "/personId");
    const auto locator = data.get("locator");
    const bool is_free =
        std::none_of(state.by_id.begin(), state.by_id.end(), [&](const auto& entry) {
            return entry.second.phase == Phase::open && entry.second.locator == locator;
        });
    decision.require(is_free, rejection::try_again);

    Invitations after = state;
    for (const auto& [other, one] : state.by_id) {
        if (one.phase == Phase::open && one.person_id == person_id) {
            end(after, other, event_name::withdrawn, {{"invitationId", other}}, decision);
        }
    }
    Invitation& one = after.by_id[id];
    const Time code_ends = oslo_midnight(later(command.today(), code_days));
    one.redeem_by = to_text(std::min(code_ends, ends_at));
    one.ends_at = to_text(ends_at);
    json invited = data.raw();
    invited.erase("until");
    invited["redeemBy"] = one.redeem_by;
    invited["endsAt"] = one.ends_at;
    decision.emit(event_name::invited, 1, invited, id);
    decision.claim(claim::locator, locator);
    set_timer(after, decision);
}

void withdraw(const Invitations& state, const Command& command, Decision& decision) {
    const auto id = command.data().get("invitationId");
    const Invitation* const one = state.find(id);
    if (!decision.require(one != nullptr, rejection::unknown, "/invitationId") ||
        one->phase == Phase::over) {
        return;
    }
    Invitations after = state;
    end(after, id, event_name::withdrawn, command.data().raw(), decision);
    set_timer(after, decision);
}

void redeem(const Invitations& state, const Command& command, Decision& decision) {
    const auto id = command.data().get("invitationId");
    const Invitation* const one = state.find(id);
    const bool is_open =
        one != nullptr && one->phase == Phase::open && to_text(command.now()) < one->redeem_by;
    if (!decision.require(is_open, rejection::not_open, "/invitationId")) {
        return;
    }
    Invitations after = state;
    after.by_id.at(id).phase = Phase::redeemed;
    decision.release(claim::locator, one->locator);
    decision.emit(event_name::redeemed, 1, command.data().raw(), id);
    set_timer(after, decision);
}

void lock(const Invitations& state, const Command& command, Decision& decision) {
    const auto id = command.data().get("invitationId");
    const Invitation* const one = state.find(id);
    const bool is_open = one != nullptr && one->phase == Phase::open;
    if (decision.require(is_open, rejection::not_open, "/invitationId")) {
        Invitations after = state;
        end(after, id, event_name::locked, command.data().raw(), decision);
        set_timer(after, decision);
    }
}

void sign_out(const Invitations& state, const Command& command, Decision& decision) {
    const auto id = command.data().get("invitationId");
    const Invitation* const one = state.find(id);
    if (decision.require(one != nullptr, rejection::unknown, "/invitationId") &&
        one->phase != Phase::over) {
        Invitations after = state;
        end(after, id, event_name::signed_out, command.data().raw(), decision);
        set_timer(after, decision);
    }
}

void expire(const Invitations& state, const Command& command, Decision& decision) {
    const std::string now = to_text(command.now());
    Invitations after = state;
    for (const auto& [id, one] : state.by_id) {
        if (one.phase != Phase::over && one.due() <= now) {
            end(after, id, event_name::expired, {{"invitationId", id}}, decision);
        }
    }
    set_timer(after, decision);
}

}  // namespace samvev::invitation
