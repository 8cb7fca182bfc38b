#include "level_clock.hpp"

#include "names.hpp"

namespace samvev::cases {

namespace {

constexpr std::chrono::days level_decision_days(14);

}  // namespace

std::string decide_by(const Command& command) {
    const std::chrono::sys_days arisen(parse_date(command.occurred_on()));
    return to_text(Date(arisen + level_decision_days));
}

void start_level_clock(
    const std::string& last_day, const std::string& unit_id, Decision& decision
) {
    decision.set_timer(
        names::case_::timer::level_decision, end_of_day(last_day),
        names::case_::command::remind_of_level, {{"concernUnitId", unit_id}}
    );
}

void stop_level_clock(Decision& decision) {
    decision.clear_timer(names::case_::timer::level_decision);
}

Time end_of_day(const std::string& day) {
    return oslo_midnight(Date(std::chrono::sys_days(parse_date(day)) + std::chrono::days(1)));
}

}  // namespace samvev::cases
