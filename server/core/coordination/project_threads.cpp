#include <algorithm>
#include <set>

#include "names.hpp"
#include "project.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;

namespace {

// A thread's document shows the end of the conversation; the rest is in the stream.
constexpr std::size_t messages_shown_max = 50;

void open_thread(json& document, const Event& event) {
    const std::string now = to_text(event.recorded_at());
    document = event.data().raw();
    document["caseId"] = event.stream_id();
    document["state"] = "open";
    document["startedAt"] = now;
    document["lastMessageAt"] = now;
    document["messageCount"] = 0;
    document["messages"] = json::array();
    document["readUpTo"] = json::object();
    document["waits"] = json::array();
}

void add_message(json& document, const Event& event) {
    const Data& data = event.data();
    json message{
        {"messageId", data.get("messageId")},
        {"author", data.raw()["author"]},
        {"at", to_text(event.recorded_at())},
        {"text", data.get_or<std::string>("text", "")}
    };
    if (data.has("inReplyTo")) {
        message["inReplyTo"] = data.get("inReplyTo");
    }
    json& messages = document["messages"];
    messages.push_back(message);
    if (messages.size() > messages_shown_max) {
        messages.erase(messages.begin());
    }
    document["messageCount"] = document["messageCount"].get<std::uint64_t>() + 1;
    document["lastMessageAt"] = message["at"];
    // Who writes has read what stands above.
    document["readUpTo"][data.get<Party>("author").key()] = message["messageId"];
}

void add_wait(json& document, const Event& event) {
    const Data& data = event.data();
    json wait{
        {"waitId", data.get("waitId")},
        {"party", data.raw()["party"]},
        {"what", data.get_or<std::string>("what", "")},
        {"since", to_text(event.recorded_at())}
    };
    if (data.has("dueOn")) {
        wait["dueOn"] = data.get("dueOn");
    }
    document["waits"].push_back(wait);
}

void add_participant(json& document, const Data& data) {
    const auto party = data.get<Party>("party");
    json& participants = document["participants"];
    const bool known = std::any_of(participants.begin(), participants.end(), [&](const json& one) {
        return one.get<Party>().key() == party.key();
    });
    if (!known) {
        participants.push_back(party);
    }
    const auto moved = data.get_or<std::set<std::string>>("waitIds", {});
    for (json& wait : document["waits"]) {
        if (moved.contains(wait["waitId"].get<std::string>())) {
            wait["party"] = party;
        }
    }
}

void remove_wait(json& document, const std::string& id) {
    json kept = json::array();
    for (const json& wait : document["waits"]) {
        if (wait["waitId"] != id) {
            kept.push_back(wait);
        }
    }
    document["waits"] = kept;
}

}  // namespace

void project_threads(json& document, const Event& event) {
    if (event.is(event_name::thread_started) && event.has_data()) {
        return open_thread(document, event);
    }
    if (document.is_null()) {
        return;
    }
    if (event.is(event_name::thread_closed)) {
        document["state"] = "closed";
        document["waits"] = json::array();
    } else if (event.has_data()) {
        const Data& data = event.data();
        if (event.is(event_name::message_posted)) {
            add_message(document, event);
        } else if (event.is(event_name::thread_joined)) {
            add_participant(document, data);
        } else if (event.is(event_name::message_read)) {
            document["readUpTo"][data.get<Party>("reader").key()] = data.get("messageId");
        } else if (event.is(event_name::waiting_set)) {
            add_wait(document, event);
        } else if (event.is(event_name::waiting_resolved)) {
            remove_wait(document, data.get("waitId"));
        }
    }
    document["waitCount"] = document["waits"].size();
}

}  // namespace samvev::coordination
