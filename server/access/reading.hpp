#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.hpp"
#include "access/facts.hpp"
#include "access/policy.hpp"

namespace samvev::access {

// Why a piece was shown to somebody, or refused, and whom it is about.
struct Ground {
    std::string rule{};  // of the policy
    LogDuty duty = LogDuty::none;
    std::string basis{};        // paragraph of a disclosure, or reason code of an emergency
    std::string topic{};        // of the item, or empty
    std::vector<Id> persons{};  // the child of the case or the person; those whom the item names
    bool redacted = false;      // without some fields
    friend auto operator<=>(const Ground&, const Ground&) = default;
};

// What one answer shows of persons, or refuses: the content of records in the access log. Never
// what was read.
struct Reading {
    enum class Outcome { shown, refused };
    // Of one stream, "case/<uuid>" or "person/<uuid>".
    struct Part {
        Outcome outcome = Outcome::shown;
        std::set<Ground> grounds;
        // Events of the stream that were shown or went into what was shown: the first and the last.
        std::uint64_t first_revision = UINT64_MAX;
        std::uint64_t last_revision = 0;
        friend bool operator==(const Part&, const Part&) = default;
    };

    Actor reader;         // with the purpose that was given
    std::string method;   // "case.overview", "stream.read", "events.subscribe"
    std::string view;     // its id, or empty
    std::string key;      // of the one document that was asked for, or empty
    bool search = false;  // on record even when nobody was found
    std::map<std::string, Part, std::less<>> parts;  // by stream

    // What needs no record (`duty` none) is left out. The part, or null.
    Part* show(std::string_view stream, const Ground& ground);
    // Does not count where something is shown.
    void refuse(std::string_view stream, const Ground& ground);
    [[nodiscard]] bool is_on_record() const noexcept { return search || !parts.empty(); }
};

// An event of the part's stream that was shown.
void extend(Reading::Part& part, std::uint64_t revision) noexcept;

}  // namespace samvev::access
