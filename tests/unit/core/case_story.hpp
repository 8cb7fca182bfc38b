#pragma once

#include <memory>

#include "builtin.hpp"

namespace samvev::core_test {

// Who acts in the stories. All synthetic.
inline const std::string ada = id('s', 1);   // coordinator, school
inline const std::string odd = id('s', 2);   // public health nurse
inline const std::string geir = id('s', 3);  // leader of the health station
inline const std::string lo = id('p', 1);    // the child
inline const std::string school = id('u', 1);
inline const std::string health_station = id('u', 2);

[[nodiscard]] const TestModule& case_module();

// What the module knows of a unit or staff member after these events in its stream.
[[nodiscard]] json facts(const char* kind, const std::vector<TestEvent>& events);
[[nodiscard]] json active_staff();
[[nodiscard]] json departed_staff();
// Works in that unit only, with that role.
[[nodiscard]] json staff_in(const std::string& unit_id, const char* role = "coordinator");
[[nodiscard]] json open_unit(const std::string& leader_id);
[[nodiscard]] json closed_unit();

// A sender for whom everybody named is active and every unit open; `context` can be changed.
[[nodiscard]] Sender staff(
    const std::string& staff_id, std::vector<std::string> roles, const std::string& unit
);
[[nodiscard]] Sender as_ada();
[[nodiscard]] Sender as_odd();
[[nodiscard]] Sender as_geir();
[[nodiscard]] Sender as_division_head();
[[nodiscard]] Sender as_timer();
[[nodiscard]] Sender as_child();

// The same sender with another answer to one of the command's reads.
[[nodiscard]] Sender seeing(Sender sender, const char* read, json state);

// A case stream on which commands are sent one after the other.
class CaseStory {
public:
    CaseStory() : stream_(case_module(), "case") {}

    // Sends a command that must be accepted; throws Mismatch when it is not.
    CaseStory& has(std::string_view command, const json& data, const Sender& sender = as_ada());
    // Adds an event of another module, as the log would.
    CaseStory& happened(TestEvent event);
    Outcome send(std::string_view command, const json& data, const Sender& sender = as_ada()) {
        return stream_.send(command, data, sender);
    }
    [[nodiscard]] Outcome tried(
        std::string_view command, const json& data, const Sender& sender = as_ada()
    ) const {
        return stream_.decide(command, data, sender);
    }
    // The codes, sorted, joined by a space; "ok" when accepted, "nothing" when there is nothing to
    // write.
    [[nodiscard]] std::string answer(
        std::string_view command, const json& data, const Sender& sender = as_ada()
    ) const;
    // The types emitted, joined by a space and without "case.".
    [[nodiscard]] std::string writes(
        std::string_view command, const json& data, const Sender& sender = as_ada()
    ) const;

    [[nodiscard]] json state() const { return stream_.state(); }
    [[nodiscard]] json view(const char* view) const;
    [[nodiscard]] const std::vector<TestEvent>& history() const { return stream_.history(); }
    [[nodiscard]] const TestStream& stream() const { return stream_; }

private:
    TestStream stream_;
};

// A case about Lo that Ada opened at that level, with consent from level 2.
[[nodiscard]] std::unique_ptr<CaseStory> opened_case(int level);

// Data of common commands.
[[nodiscard]] json opening(int level);
[[nodiscard]] json consent(unsigned number, json topics = {"education", "health"});
[[nodiscard]] json participation(unsigned number);
[[nodiscard]] json offer_to_odd(unsigned number = 1);
[[nodiscard]] json answer_of_odd(unsigned number = 1);

// `data` with more or other members.
[[nodiscard]] json with(json data, const json& more);

}  // namespace samvev::core_test
