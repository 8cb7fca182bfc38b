#include "decide.hpp"

#include <algorithm>
#include <cctype>

#include "names.hpp"

namespace samvev::consultation {

namespace event_name = names::consultation::event;
namespace rejection = names::consultation::rejection;

namespace {

// The length of a national number, a D number or a help number; a telephone number has eight.
constexpr std::size_t identifier_digits = 11;

// Eleven digits in a row, blanks and punctuation between them or not; or the id of anything.
bool names_somebody(std::string_view text) {
    std::size_t digits = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isdigit(byte) != 0) {
            ++digits;
        } else if (c != ' ' && c != '.' && c != '-') {
            digits = 0;
        }
        if (digits >= identifier_digits) {
            return true;
        }
    }
    constexpr std::size_t uuid_length = 36;
    for (std::size_t at = 0; at + uuid_length <= text.size(); ++at) {
        const std::string_view part = text.substr(at, uuid_length);
        std::size_t index = 0;
        const bool uuid = std::all_of(part.begin(), part.end(), [&index](char c) {
            const std::size_t i = index++;
            const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            return hyphen ? c == '-' : std::isxdigit(static_cast<unsigned char>(c)) != 0;
        });
        if (uuid) {
            return true;
        }
    }
    return false;
}

void require_anonymous(const Command& command, const char* member, Decision& decision) {
    const auto text = command.data().get_or<std::string>(member, "");
    decision.require(!names_somebody(text), rejection::names_somebody, "/" + std::string(member));
}

// Who takes part stands in each event: its label says who may see it.
json with_parties(const Consultation& state, json data) {
    data["unitId"] = state.unit_id;
    data["askedUnitIds"] = state.asked_unit_ids;
    return data;
}

}  // namespace

void ask(const Consultation& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const auto asked = data.get<std::vector<std::string>>("askedUnitIds");
    const auto unit = command.context<Unit>("unit");
    decision.require(!state.asked, rejection::exists);
    decision.require(data.get("unitId") == command.unit(), rejection::other_unit, "/unitId");
    decision.require(
        unit && unit->is_open(to_text(command.today())), rejection::unit_not_open, "/unitId"
    );
    decision.require(
        std::find(asked.begin(), asked.end(), data.get("unitId")) == asked.end(),
        rejection::asks_itself, "/askedUnitIds"
    );
    require_anonymous(command, "question", decision);
    decision.emit(event_name::asked, 1, data.raw());
}

void advise(const Consultation& state, const Command& command, Decision& decision) {
    const auto id = command.data().get("adviceId");
    decision.require(!state.closed, rejection::is_closed);
    decision.require(!state.advice_ids.contains(id), rejection::id_in_use, "/adviceId");
    require_anonymous(command, "advice", decision);
    json advised = with_parties(state, command.data().raw());
    if (!command.unit().empty()) {
        advised["byUnitId"] = command.unit();
    }
    decision.emit(event_name::advised, 1, advised, id);
}

void close(const Consultation& state, const Command& command, Decision& decision) {
    decision.require(!state.closed, rejection::is_closed);
    decision.require(state.unit_id == command.unit(), rejection::not_the_asker);
    require_anonymous(command, "outcome", decision);
    decision.emit(event_name::closed, 1, with_parties(state, command.data().raw()));
}

void link(const Links& links, const Command& command, Decision& decision) {
    const auto id = command.data().get("consultationId");
    const auto consultation = command.context<Consultation>("consultation");
    // Whoever did not ask is told nothing of what there is.
    decision.require(
        consultation && consultation->asked && consultation->unit_id == command.unit(),
        rejection::unknown, "/consultationId"
    );
    decision.require(
        !links.consultation_ids.contains(id), rejection::already_linked, "/consultationId"
    );
    decision.emit(event_name::linked, 1, command.data().raw(), id);
}

}  // namespace samvev::consultation
