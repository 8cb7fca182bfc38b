#pragma once

#include <samvev/plugin.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace samvev::person {

// How far a person has come: nobody yet, expected, among us, or dead.
enum class Life { unknown, unborn, born, dead };
NLOHMANN_JSON_SERIALIZE_ENUM(
    Life, {{Life::unknown, "unknown"},
           {Life::unborn, "unborn"},
           {Life::born, "born"},
           {Life::dead, "dead"}}
)

// Address protection (adressegradering); each hides more than the one before.
enum class Protection { none, client, confidential, strictly_confidential };
NLOHMANN_JSON_SERIALIZE_ENUM(
    Protection, {{Protection::none, "none"},
                 {Protection::client, "client"},
                 {Protection::confidential, "confidential"},
                 {Protection::strictly_confidential, "strictly-confidential"}}
)

// From "confidential" on, the person is in no search.
[[nodiscard]] constexpr bool is_hidden(Protection protection) noexcept {
    return protection == Protection::confidential ||
           protection == Protection::strictly_confidential;
}

struct Name {
    std::string given;
    std::string middle;
    std::string family;
    friend bool operator==(const Name&, const Name&) = default;
};

struct Identifier {
    std::string kind;
    std::string number;
    bool current = true;  // false once another number of its kind has replaced it
};

// A lower level that one has proposed and another has yet to approve.
struct Lowering {
    json data;                // of protection-lowering-proposed
    std::string proposed_by;  // actor
};

// The state of one `person` stream. Names and numbers live here and nowhere else.
struct Person {
    Life life = Life::unknown;
    Name name;
    std::string birth_date;  // YYYY-MM-DD; empty when unborn
    std::string due_date;    // YYYY-MM-DD; empty unless registered as unborn
    Protection protection = Protection::none;
    std::optional<Lowering> lowering;  // the latest proposal; none once a level has been set
    std::vector<Identifier> identifiers;
    std::set<std::string> guardians;   // persons with parental responsibility
    std::set<std::string> restricted;  // persons who must be kept away
    std::set<std::string> proxies;     // persons who act by proxy
    bool in_care = false;              // child welfare has taken over the care

    [[nodiscard]] const Identifier* find_current(const std::string& kind) const noexcept;
};

void to_json(json& out, const Person& person);
void from_json(const json& in, Person& person);

// The name's parts that are known, as members givenName, middleName, familyName.
[[nodiscard]] json name_members(const Name& name);
// The name in `data`; parts that are not there are empty.
[[nodiscard]] Name name_in(const Data& data);

}  // namespace samvev::person
