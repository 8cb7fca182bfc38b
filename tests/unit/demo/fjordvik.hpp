#pragma once

#include <samvev/testing.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "modules/manifest.hpp"

namespace samvev::test {

// The modules of the server over streams in memory: enough of it to play config/demo and see that
// every step is taken. Roles, schemas of commands and events, claims and context reads are checked.
class Fjordvik {
public:
    explicit Fjordvik(Time now);
    ~Fjordvik();

    // What is wrong with the step ("case.open-case: …"), or empty. `commit`: take it into history.
    enum class Then { commit, forget };
    std::string play(const json& actor, const std::string& method, const json& params, Then then);

    // "@today-3 10:00" and the like, everywhere in the value.
    [[nodiscard]] json resolve(const json& value) const;
    // The phase of things, for a look at the end: type -> how many.
    [[nodiscard]] std::map<std::string, int> event_counts() const;
    // Sends what the reactions and timers up to now ask for.
    std::string settle();

private:
    struct Part {
        std::unique_ptr<testing::TestModule> module;
        modules::Manifest manifest;
    };
    struct Timer {
        Time due;
        std::string command;
        json data;
    };
    using Key = std::pair<std::string, std::string>;  // stream kind, id

    testing::TestStream& stream(const Part& part, const Key& key);
    json context(const Part& part, const modules::CommandType& type, const json& data);
    void remember(const Key& key, const std::vector<testing::TestEvent>& events);
    std::string take(
        const Part& part, const modules::CommandType& type, const Key& key,
        const testing::Outcome& outcome
    );

    Time now_;
    std::vector<Part> parts_;
    std::map<std::pair<std::string, Key>, std::unique_ptr<testing::TestStream>> streams_;
    std::map<Key, std::vector<testing::TestEvent>> history_;
    std::map<std::string, Key> claims_;
    std::map<std::pair<Key, std::string>, Timer> timers_;
    std::vector<std::pair<Key, testing::TestEvent>> to_react_;
};

}  // namespace samvev::test
