#include <algorithm>

#include "evolve.hpp"
#include "instant.hpp"
#include "names.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;

namespace {

void join(Thread& thread, const Data& data) {
    const auto party = data.get<Party>("party");
    const auto is_party = [&](const Party& one) { return one.key() == party.key(); };
    if (std::none_of(thread.participants.begin(), thread.participants.end(), is_party)) {
        thread.participants.push_back(party);
    }
    std::erase_if(thread.untold.joined, is_party);
    for (const auto& id : data.get_or<std::vector<std::string>>("waitIds", {})) {
        thread.untold.waits.erase(id);
    }
}

}  // namespace

void evolve_thread(State& state, const Event& event) {
    const std::string id(event.entity());
    if (event.is(event_name::thread_started)) {
        Thread& thread = state.threads[id];
        thread.title = event.data().get_or<std::string>("title", "");
        thread.participants = event.data().get_or<std::vector<Party>>("participants", {});
        return;
    }
    const auto found = state.threads.find(id);
    if (found == state.threads.end()) {
        return;
    }
    Thread& thread = found->second;
    if (event.is(event_name::thread_closed)) {
        thread.closed = true;
        thread.waits.clear();
        thread.untold = {};
    } else if (event.has_data()) {
        const Data& data = event.data();
        if (event.is(event_name::message_posted)) {
            thread.messages.push_back(data.get("messageId"));
        } else if (event.is(event_name::thread_joined)) {
            join(thread, data);
        } else if (event.is(event_name::message_read)) {
            thread.read_up_to[data.get<Party>("reader").key()] = data.get("messageId");
        } else if (event.is(event_name::waiting_set)) {
            thread.waits[data.get("waitId")] = data.get<Party>("party");
        } else if (event.is(event_name::waiting_resolved)) {
            thread.waits.erase(data.get("waitId"));
            thread.untold.waits.erase(data.get("waitId"));
            thread.past_waits.insert(data.get("waitId"));
        }
    }
}

void evolve_activity(State& state, const Event& event) {
    state.activities.ids.insert(std::string(event.entity()));
    if (event.has_data()) {
        const Data& data = event.data();
        const Step step{data.get<std::int64_t>("orderedAt"), data.get("unitId")};
        auto& steps = state.activities.steps;
        const auto later = std::upper_bound(
            steps.begin(), steps.end(), step.at_us,
            [](std::int64_t at, const Step& other) { return at < other.at_us; }
        );
        steps.insert(later, step);
    }
}

}  // namespace samvev::coordination
