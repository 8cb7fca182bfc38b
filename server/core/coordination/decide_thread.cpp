#include <algorithm>

#include "decide.hpp"
#include "names.hpp"
#include "require_party.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;
namespace rejection = names::coordination::rejection;

namespace {

// Few enough for one commit and for the label that names who a message is for.
constexpr std::size_t handed_over_per_commit_max = 100;
constexpr std::size_t participants_max = 100;

json audience_of(const Thread& thread) {
    json ids = json::array();
    for (const Party& one : thread.participants) {
        ids.push_back(one.id);
    }
    return ids;
}

bool takes_part(const Thread& thread, const Command& command) {
    return std::any_of(
        thread.participants.begin(), thread.participants.end(),
        [&](const Party& one) { return is_caller(one, command); }
    );
}

// The thread that the command names, with the caller in it.
const Thread* find_thread(const State& state, const Command& command, Decision& decision) {
    const auto found = state.threads.find(command.data().get("threadId"));
    if (found == state.threads.end()) {
        decision.reject(rejection::thread_unknown, "/threadId");
        return nullptr;
    }
    if (!decision.require(
            takes_part(found->second, command), rejection::not_in_thread, "/threadId"
        )) {
        return nullptr;
    }
    return &found->second;
}

const Thread* find_open_thread(const State& state, const Command& command, Decision& decision) {
    const Thread* thread = find_thread(state, command, decision);
    if (thread != nullptr &&
        !decision.require(!thread->closed, rejection::thread_closed, "/threadId")) {
        return nullptr;
    }
    return thread;
}

void resolve(
    const Command& command, const std::string& wait_id, const Party& party, Decision& decision
) {
    const std::string thread_id = command.data().get("threadId");
    decision.emit(
        event_name::waiting_resolved, 1,
        {{"threadId", thread_id},
         {"waitId", wait_id},
         {"party", party},
         {"waiting", json::array({waiting_key(command, wait_id)})}},
        thread_id
    );
}

}  // namespace

void start_thread(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const std::string id = command.data().get("threadId");
    decision.require(!state.threads.contains(id), rejection::id_in_use, "/threadId");
    auto participants = command.data().get<std::vector<Party>>("participants");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < participants.size(); ++i) {
        const std::string field = "/participants/" + std::to_string(i);
        require_active_party(
            participants[i], "participant" + std::to_string(i), field, command, decision
        );
        decision.require(seen.insert(participants[i].key()).second, rejection::listed_twice, field);
    }
    const Party starter = caller(command);
    if (!starter.id.empty() && !seen.contains(starter.key())) {
        participants.push_back(starter);
    }
    decision.require(participants.size() > 1, rejection::thread_of_one, "/participants");
    if (!decision.rejected()) {
        decision.emit(
            event_name::thread_started, 1,
            {{"threadId", id},
             {"title", command.data().get("title")},
             {"participants", participants}},
            id
        );
    }
}

void add_to_thread(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Thread* thread = find_open_thread(state, command, decision);
    const auto party = command.data().get<Party>("party");
    require_active_party(party, "party", "/party", command, decision);
    if (thread == nullptr) {
        return;
    }
    const auto& known = thread->participants;
    decision.require(
        std::none_of(
            known.begin(), known.end(), [&](const Party& one) { return one.key() == party.key(); }
        ),
        rejection::listed_twice, "/party"
    );
    decision.require(known.size() < participants_max, rejection::thread_full, "/threadId");
    if (!decision.rejected()) {
        const std::string id = command.data().get("threadId");
        decision.emit(
            event_name::thread_joined, 1,
            {{"threadId", id}, {"party", party}, {"waiting", json::array()}}, id
        );
    }
}

// Tells what a change of coordinator has done: see Untold.
void hand_over_threads(const State& state, const Command& command, Decision& decision) {
    std::size_t told = 0;
    for (const auto& [id, thread] : state.threads) {
        std::vector<Party> joined = thread.untold.joined;
        const bool joins =
            std::find(joined.begin(), joined.end(), state.coordinator) != joined.end();
        if (!thread.untold.waits.empty() && !joins) {
            joined.push_back(state.coordinator);  // Took part before, and is waited for now.
        }
        for (const Party& party : joined) {
            json data{{"threadId", id}, {"party", party}, {"waiting", json::array()}};
            if (party == state.coordinator) {
                for (const std::string& wait_id : thread.untold.waits) {
                    data["waitIds"].push_back(wait_id);
                    data["waiting"].push_back(waiting_key(command, wait_id));
                }
            }
            decision.emit(event_name::thread_joined, 1, data, id);
            if (++told == handed_over_per_commit_max) {
                return;  // The rest with the next change: decisions go by it already.
            }
        }
    }
}

void post_message(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Thread* thread = find_open_thread(state, command, decision);
    if (thread == nullptr) {
        return;
    }
    const auto& messages = thread->messages;
    const auto has_message = [&](const std::string& id) {
        return std::find(messages.begin(), messages.end(), id) != messages.end();
    };
    decision.require(
        !has_message(command.data().get("messageId")), rejection::id_in_use, "/messageId"
    );
    if (const auto answered = command.data().find("inReplyTo")) {
        decision.require(has_message(*answered), rejection::message_unknown, "/inReplyTo");
    }
    if (decision.rejected()) {
        return;
    }
    json posted = command.data().raw();
    posted["author"] = caller(command);
    posted["audience"] = audience_of(*thread);
    decision.emit(event_name::message_posted, 1, posted, command.data().get("threadId"));
    for (const auto& [wait_id, party] : thread->waits) {
        if (is_caller(party, command)) {
            resolve(command, wait_id, party, decision);
        }
    }
}

void mark_read(const State& state, const Command& command, Decision& decision) {
    const Thread* thread = find_thread(state, command, decision);
    if (thread == nullptr) {
        return;
    }
    const auto& messages = thread->messages;
    const auto index_of = [&](const std::string& id) {
        return std::distance(messages.begin(), std::find(messages.begin(), messages.end(), id));
    };
    const std::string message = command.data().get("messageId");
    const auto at = index_of(message);
    const auto count = std::distance(messages.begin(), messages.end());
    const Party reader = caller(command);
    if (!decision.require(at < count, rejection::message_unknown, "/messageId") ||
        reader.is_child()) {
        return;  // What a child reads is not recorded.
    }
    const auto before = thread->read_up_to.find(reader.key());
    if (before != thread->read_up_to.end() && index_of(before->second) >= at) {
        return;
    }
    json read = command.data().raw();
    read["reader"] = reader;
    decision.emit(event_name::message_read, 1, read, command.data().get("threadId"));
}

void wait_for(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Thread* thread = find_open_thread(state, command, decision);
    const auto party = command.data().get<Party>("party");
    require_active_party(party, "party", "/party", command, decision);
    if (thread != nullptr) {
        const std::string wait_id = command.data().get("waitId");
        decision.require(
            !thread->waits.contains(wait_id) && !thread->past_waits.contains(wait_id),
            rejection::id_in_use, "/waitId"
        );
        const bool in_thread = std::any_of(
            thread->participants.begin(), thread->participants.end(),
            [&](const Party& one) {
                return one.key() == party.key() ||
                       (one.kind == PartyKind::unit && one.id == party.unit_id);
            }
        );
        decision.require(in_thread, rejection::waits_for_outsider, "/party");
    }
    if (decision.rejected()) {
        return;
    }
    const std::string id = command.data().get("threadId");
    json set = command.data().raw();
    set["party"] = party;
    set["title"] = thread->title;
    set["audience"] = audience_of(*thread);
    set["waiting"] = json::array({waiting_key(command, command.data().get("waitId"))});
    if (!party.unit_id.empty()) {
        set["unitId"] = party.unit_id;
    }
    decision.emit(event_name::waiting_set, 1, set, id);
}

void resolve_waiting(const State& state, const Command& command, Decision& decision) {
    const Thread* thread = find_thread(state, command, decision);
    if (thread == nullptr) {
        return;
    }
    const std::string wait_id = command.data().get("waitId");
    if (thread->past_waits.contains(wait_id)) {
        return;  // Somebody was quicker.
    }
    const auto found = thread->waits.find(wait_id);
    if (decision.require(found != thread->waits.end(), rejection::waiting_unknown, "/waitId")) {
        resolve(command, wait_id, found->second, decision);
    }
}

void close_thread(const State& state, const Command& command, Decision& decision) {
    const Thread* thread = find_thread(state, command, decision);
    if (thread == nullptr || thread->closed) {
        return;
    }
    json closed = command.data().raw();
    closed["waiting"] = json::array();
    for (const auto& [wait_id, party] : thread->waits) {
        closed["waiting"].push_back(waiting_key(command, wait_id));
    }
    decision.emit(event_name::thread_closed, 1, closed, command.data().get("threadId"));
}

}  // namespace samvev::coordination
