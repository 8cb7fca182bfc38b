#pragma once

#include <samvev/testing.hpp>

#include <map>
#include <string>
#include <vector>

namespace samvev::builtin {
const samvev_entry& coordination();
}

namespace samvev::test {

// One case told by commands: who does what, and what the views then say.
class CaseStory {
public:
    CaseStory();

    testing::Sender as(const std::string& staff_id, const std::string& unit_id) const;
    testing::Sender as_person(const std::string& person_id, const std::string& role) const;

    // Sends; "coordination." is put before the name.
    testing::Outcome send(
        const std::string& command, const json& data, const testing::Sender& sender
    );
    // Sends as Ada of the school, and must be accepted.
    void must(const std::string& command, const json& data);
    void must(const std::string& command, const json& data, const testing::Sender& sender);
    // The codes without "coordination.", in the order given; empty: accepted.
    std::vector<std::string> codes(const std::string& command, const json& data);
    std::vector<std::string> codes(
        const std::string& command, const json& data, const testing::Sender& sender
    );
    void close_case() { stream_.add(testing::event("case.case-closed", {{"reason", "Ferdig"}})); }
    // The case module records who coordinates from now on.
    void coordinate(const std::string& staff_id, const std::string& unit_id) {
        stream_.add(testing::event(
            "case.coordinator-appointed",
            {{"coordinatorId", staff_id}, {"coordinatorUnitId", unit_id}, {"reason", "Ny"}}
        ));
    }
    // What the module sends by itself after the last event.
    testing::Outcome react();
    void reopen_case() { stream_.add(testing::event("case.case-reopened", {{"reason", "Ny"}})); }

    // Every document of that view, folded from the story so far as the projector does.
    [[nodiscard]] std::map<std::string, json> documents(const std::string& view) const;
    [[nodiscard]] json document(const std::string& view, const std::string& key) const;
    [[nodiscard]] json entity(const std::string& view, const std::string& id) const;
    [[nodiscard]] const std::vector<testing::TestEvent>& history() const {
        return stream_.history();
    }
    [[nodiscard]] testing::TestStream& stream() { return stream_; }

    testing::TestModule module;
    Time now =
        Time(std::chrono::sys_days(std::chrono::year(2027) / 3 / 10)) + std::chrono::hours(9);

private:
    testing::TestStream stream_;
};

// "00000000-0000-7000-8000-00000000NNNN".
[[nodiscard]] std::string uuid(int number);

inline const std::string ada = "0192f0c1-0000-7000-8000-000000002001";
inline const std::string odd = "0192f0c1-0000-7000-8000-000000002002";
inline const std::string school = "0192f0c1-0000-7000-8000-000000001005";
inline const std::string health = "0192f0c1-0000-7000-8000-000000001008";
inline const std::string lo = "0192f0c1-0000-7000-8000-000000003001";
inline const std::string marte = "0192f0c1-0000-7000-8000-000000003101";

[[nodiscard]] json staff_party(const std::string& id, const std::string& unit);
[[nodiscard]] json person_party(const std::string& id, const std::string& role);
[[nodiscard]] json unit_party(const std::string& id);

}  // namespace samvev::test
