#include "decide.hpp"
#include "names.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;
namespace rejection = names::coordination::rejection;

namespace {

// Minutes are about a meeting that has been held.
const Meeting* find_held_meeting(const State& state, const Command& command, Decision& decision) {
    const Meeting* meeting = find_meeting(state, command, decision);
    if (meeting != nullptr &&
        !decision.require(
            meeting->phase == MeetingPhase::held, rejection::meeting_not_held, "/meetingId"
        )) {
        return nullptr;
    }
    return meeting;
}

const Minutes* find_minutes(const State& state, const Command& command, Decision& decision) {
    const Meeting* meeting = find_meeting(state, command, decision);
    if (meeting == nullptr) {
        return nullptr;
    }
    if (!meeting->minutes || meeting->minutes->id != command.data().get("minutesId")) {
        decision.reject(rejection::minutes_unknown, "/minutesId");
        return nullptr;
    }
    return &*meeting->minutes;
}

// One waiting item for each reader who is asked to confirm. A child is free not to read, and its
// reading is nobody's business: it is never asked.
json reading_keys(
    const Command& command, const std::string& minutes_id, const std::vector<Party>& readers
) {
    json keys = json::array();
    for (const Party& reader : readers) {
        if (!reader.is_child()) {
            keys.push_back(waiting_key(command, minutes_id + "/" + reader.key()));
        }
    }
    return keys;
}

std::vector<Party> parties_of(const Minutes& minutes) {
    std::vector<Party> out;
    for (const Reader& reader : minutes.readers) {
        out.push_back(reader.party);
    }
    return out;
}

void check_readers(const std::vector<Party>& readers, Decision& decision) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        const std::string field = "/readers/" + std::to_string(i);
        require_unit(readers[i], field, decision);
        decision.require(seen.insert(readers[i].key()).second, rejection::listed_twice, field);
    }
}

// A section may be kept to some of the readers; naming anybody else would share it unseen.
void check_sections(const json& sections, const std::vector<Party>& readers, Decision& decision) {
    std::set<std::string> all;
    for (const Party& reader : readers) {
        all.insert(reader.id);
    }
    for (std::size_t i = 0; i < sections.size(); ++i) {
        const json& audience = sections[i].value("audience", json::array());
        for (std::size_t j = 0; j < audience.size(); ++j) {
            decision.require(
                all.contains(audience[j].get<std::string>()), rejection::not_a_reader,
                "/sections/" + std::to_string(i) + "/audience/" + std::to_string(j)
            );
        }
    }
}

}  // namespace

void draft_minutes(const State& state, const Command& command, Decision& decision) {
    const Meeting* meeting = find_held_meeting(state, command, decision);
    if (meeting == nullptr) {
        return;
    }
    decision.require(!meeting->minutes, rejection::minutes_already_shared, "/meetingId");
    const std::string draft_id = command.data().get("draftId");
    const auto found = meeting->drafts.find(draft_id);
    if (found != meeting->drafts.end()) {
        decision.require(
            found->second == command.actor(), rejection::minutes_not_yours, "/draftId"
        );
        return;  // It is known already that this draft exists.
    }
    if (!decision.rejected()) {
        decision.emit(
            event_name::minutes_drafted, 1, command.data().raw(), command.data().get("meetingId")
        );
    }
}

void share_minutes(const State& state, const Command& command, Decision& decision) {
    const Meeting* meeting = find_held_meeting(state, command, decision);
    const json& data = command.data().raw();
    const auto readers = data.at("readers").get<std::vector<Party>>();
    check_readers(readers, decision);
    check_sections(data.at("sections"), readers, decision);
    if (meeting != nullptr) {
        decision.require(!meeting->minutes, rejection::minutes_already_shared, "/meetingId");
        const auto draft = meeting->drafts.find(command.data().get_or<std::string>("draftId", ""));
        decision.require(
            draft == meeting->drafts.end() || draft->second == command.actor(),
            rejection::minutes_not_yours, "/draftId"
        );
    }
    if (meeting == nullptr || decision.rejected()) {
        return;
    }
    const std::string meeting_id = command.data().get("meetingId");
    const std::string minutes_id = command.data().get("minutesId");
    json shared{
        {"meetingId", meeting_id},
        {"minutesId", minutes_id},
        {"title", meeting->title},
        {"readers", readers},
        {"sectionCount", data["sections"].size()},
        {"waiting", reading_keys(command, minutes_id, readers)}
    };
    copy_given(command, shared, {"draftId"});
    decision.emit(event_name::minutes_shared, 1, shared, meeting_id);
    // A section is an event of its own: it can be guarded by its topic, and removed, alone.
    for (std::size_t i = 0; i < data["sections"].size(); ++i) {
        json section = data["sections"][i];
        section["meetingId"] = meeting_id;
        section["minutesId"] = minutes_id;
        section["index"] = i;
        if (!command.unit().empty()) {
            section["ownerUnitId"] = command.unit();  // Whoever writes it down, for their service.
        }
        decision.emit(event_name::minutes_section_shared, 1, section, meeting_id);
    }
}

void correct_minutes(const State& state, const Command& command, Decision& decision) {
    const Minutes* minutes = find_minutes(state, command, decision);
    if (minutes == nullptr) {
        return;
    }
    const auto index = command.data().get<std::size_t>("sectionIndex");
    if (!decision.require(
            index < minutes->sections.size(), rejection::section_unknown, "/sectionIndex"
        )) {
        return;
    }
    const Section& section = minutes->sections[index];
    const Meeting& meeting = state.meetings.at(command.data().get("meetingId"));
    const std::vector<Party> readers = parties_of(*minutes);
    json corrected = command.data().raw();
    corrected["version"] = minutes->version + 1;
    // The new text is guarded as the text was that it corrects.
    corrected["topic"] = section.topic;
    if (!section.audience.empty()) {
        corrected["audience"] = section.audience;
    }
    if (!section.owner_unit.empty()) {
        corrected["ownerUnitId"] = section.owner_unit;
    }
    corrected["title"] = meeting.title;
    corrected["readers"] = readers;
    corrected["waiting"] = reading_keys(command, minutes->id, readers);
    decision.emit(event_name::minutes_corrected, 1, corrected, command.data().get("meetingId"));
}

void confirm_read(const State& state, const Command& command, Decision& decision) {
    const Minutes* minutes = find_minutes(state, command, decision);
    if (minutes == nullptr || command.has_role("child")) {
        return;  // What a child reads is not recorded.
    }
    decision.require(
        command.data().get<std::uint32_t>("version") == minutes->version,
        rejection::minutes_changed, "/version"
    );
    const Reader* reader = nullptr;
    for (const Reader& one : minutes->readers) {
        if (is_caller(one.party, command)) {
            reader = &one;
            break;
        }
    }
    if (!decision.require(reader != nullptr, rejection::not_a_reader, "/minutesId") ||
        decision.rejected() || reader->party.is_child() ||
        reader->read_version == minutes->version) {
        return;
    }
    json confirmed = command.data().raw();
    confirmed["reader"] = reader->party;
    confirmed["waiting"] = reading_keys(command, minutes->id, {reader->party});
    decision.emit(
        event_name::minutes_read_confirmed, 1, confirmed, command.data().get("meetingId")
    );
}

}  // namespace samvev::coordination
