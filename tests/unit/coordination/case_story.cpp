#include "case_story.hpp"

#include <set>

namespace samvev::test {

using testing::Outcome;
using testing::Sender;
using testing::TestEvent;

namespace {

// Everybody works here and every unit is open, whatever name `reads` gives them.
json everybody_known() {
    const json staff{{"registered", true}, {"hadRole", false}, {"runningUntil", json::object()}};
    const json unit{{"registered", true}, {"closed", false}};
    json out{{"staff", staff}};
    for (const std::string party :
         {"responsible", "party", "invitee0", "invitee1", "invitee2", "invitee3", "participant0",
          "participant1", "participant2", "participant3"}) {
        out[party + "Staff"] = staff;
        out[party + "Itself"] = unit;
        out[party + "Unit"] = unit;
    }
    return out;
}

}  // namespace

CaseStory::CaseStory() : module(builtin::coordination()), stream_(module, "case") {}

Sender CaseStory::as(const std::string& staff_id, const std::string& unit_id) const {
    Sender sender;
    sender.actor = "staff/" + staff_id;
    sender.unit = unit_id;
    sender.now = now;
    sender.context = everybody_known();
    return sender;
}

Sender CaseStory::as_person(const std::string& person_id, const std::string& role) const {
    Sender sender;
    sender.actor = "person/" + person_id;
    sender.roles = {role};
    sender.now = now;
    sender.context = everybody_known();
    return sender;
}

Outcome CaseStory::send(const std::string& command, const json& data, const Sender& sender) {
    return stream_.send("coordination." + command, data, sender);
}

Outcome CaseStory::react() {
    Sender sender;
    sender.actor = "system/coordination";
    sender.roles = {"system:reaction"};
    sender.now = now;
    Outcome last;
    for (const testing::TestCommand& sent : module.react(history().back(), "case", stream_.id())) {
        last = stream_.send(sent.command, sent.data, sender);
    }
    return last;
}

void CaseStory::must(const std::string& command, const json& data) {
    must(command, data, as(ada, school));
}

void CaseStory::must(const std::string& command, const json& data, const Sender& sender) {
    const Outcome outcome = send(command, data, sender);
    if (outcome.status != SAMVEV_OK) {
        throw testing::Mismatch(command + " was not accepted\n" + testing::as_text(outcome));
    }
}

std::vector<std::string> CaseStory::codes(const std::string& command, const json& data) {
    return codes(command, data, as(ada, school));
}

std::vector<std::string> CaseStory::codes(
    const std::string& command, const json& data, const Sender& sender
) {
    const Outcome outcome = send(command, data, sender);
    if (outcome.status < 0) {
        throw testing::Mismatch(command + " failed\n" + testing::as_text(outcome));
    }
    std::vector<std::string> out;
    for (const std::string& code : outcome.codes()) {
        out.push_back(code.substr(code.find('.') + 1));
    }
    return out;
}

namespace {

// The documents that an event touches, as the manifest says of the view.
std::vector<std::string> keys_of(
    const json& view, const TestEvent& event, const std::string& stream
) {
    const auto key = view.at("key").get<std::string>();
    if (key == "stream") {
        return {stream};
    }
    if (key == "entity") {
        return {stream + "#" + event.entity};
    }
    const json::json_pointer pointer(key);
    if (event.withheld || !event.data.contains(pointer)) {
        return {};
    }
    const json& value = event.data[pointer];
    if (value.is_array()) {
        return value.get<std::vector<std::string>>();
    }
    return {value.get<std::string>()};
}

}  // namespace

std::map<std::string, json> CaseStory::documents(const std::string& name) const {
    const std::string id = "coordination." + name;
    const json view = testing::detail::find_named(module.manifest(), "views", "id", id);
    std::map<std::string, json> out;
    for (const TestEvent& event : history()) {
        const auto on = view.at("on").get<std::set<std::string>>();
        if (!on.contains(event.type)) {
            continue;
        }
        for (const std::string& key : keys_of(view, event, "case/" + stream_.id())) {
            json& document = out[key];
            document = module.project(id, key, {event}, document, "case", stream_.id());
            if (document.is_null()) {
                out.erase(key);
            }
        }
    }
    return out;
}

json CaseStory::document(const std::string& view, const std::string& key) const {
    const auto all = documents(view);
    const auto found = all.find(key);
    return found == all.end() ? json() : found->second;
}

json CaseStory::entity(const std::string& view, const std::string& id) const {
    return document(view, "case/" + stream_.id() + "#" + id);
}

std::string uuid(int number) {
    const std::string digits = std::to_string(number);
    return "00000000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

json staff_party(const std::string& id, const std::string& unit) {
    return {{"kind", "staff"}, {"id", id}, {"unitId", unit}};
}

json person_party(const std::string& id, const std::string& role) {
    return {{"kind", "person"}, {"id", id}, {"role", role}};
}

json unit_party(const std::string& id) {
    return {{"kind", "unit"}, {"id", id}};
}

}  // namespace samvev::test
