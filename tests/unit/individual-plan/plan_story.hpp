#pragma once

#include <samvev/testing.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace samvev::test {

using Codes = std::vector<std::string>;

// A case in which an individual plan is made: what the case module has recorded, and commands.
class PlanStory {
public:
    PlanStory();

    // --- what the case tells ---
    void fact(const std::string& type, const json& data, const std::string& entity = {});
    void open_case();
    void consent(int id, const std::vector<std::string>& units, const std::string& until = {});
    void withdraw_consent(int id);
    void hear_child(int id, const std::string& code = "1.1", const std::string& on = {});
    void join(int id, const std::string& unit);
    void set_goal(int id);
    void propose_measure(int id, const std::string& effort = "2 timer i uka");

    // --- commands; "individual-plan." is put before the name ---
    testing::Outcome send(const std::string& command, const json& data);
    testing::Outcome send_as(const std::string& role, const std::string& command, const json& data);
    // Must be accepted.
    void must(const std::string& command, const json& data);
    // The codes without "individual-plan."; empty: accepted.
    Codes codes(const std::string& command, const json& data);

    // A plan with everything but what is named in `skipped`: "consent", "hearing", "coordinator",
    // "goals", "resources", "team", "child", "family", "service", "measure", "extent",
    // "carrying-out", "cooperation", "period".
    void prepare(const std::set<std::string>& skipped = {});
    void activate();

    [[nodiscard]] json document(const std::string& view) const;
    // When the timer that the commands so far have left set is due.
    [[nodiscard]] std::optional<Time> timer() const { return timer_; }
    void move_to(const std::string& date);  // noon in Norway
    [[nodiscard]] testing::TestStream& stream() { return stream_; }

    testing::TestModule module;
    Time now{};
    std::string occurred_on;

private:
    testing::TestStream stream_;
    std::optional<Time> timer_;
};

[[nodiscard]] std::string uuid(int number);

inline const std::string plan = "0192f0c1-0001-7000-8000-000000003101";
inline const std::string pia = "0192f0c1-0000-7000-8000-000000003002";
inline const std::string liv = "0192f0c1-0000-7000-8000-000000002011";
inline const std::string unit_of_liv = "0192f0c1-0000-7000-8000-000000001011";
inline const std::string school = "0192f0c1-0000-7000-8000-000000001005";
inline const std::string health = "0192f0c1-0000-7000-8000-000000001008";

}  // namespace samvev::test
