#pragma once

#include <map>
#include <string>

#include "access/facts.hpp"
#include "dispatch/gate/facts_text.hpp"

namespace samvev::test {

// Every fact of access, sorted: one line a thing.
[[nodiscard]] inline std::string facts_as_text(const access::Facts& facts) {
    std::map<std::string, std::string> lines;
    const auto add = [&](const char* kind, const auto& map) {
        map.for_each_changed({}, [&](const std::string& id, const auto& value) {
            lines[std::string(kind) + id] = dispatch::facts_text(value);
        });
    };
    add("unit/", facts.units);
    add("staff/", facts.staff);
    add("case/", facts.cases);
    add("person/", facts.persons);
    add("service/", facts.services);
    add("consultation/", facts.consultations);
    add("staff of ", facts.staff_of_person);
    add("represented by ", facts.represented_by);
    std::string out = "version " + std::to_string(facts.version) + "\n";
    for (const auto& [key, line] : lines) {
        out += key + " " + line + "\n";
    }
    return out;
}

}  // namespace samvev::test
