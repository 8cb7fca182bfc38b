#include "dispatch/access_log/patterns.hpp"

#include <algorithm>

#include "access/local_day.hpp"

namespace samvev::dispatch {

namespace {

using Kind = AccessPattern::Kind;

constexpr std::string_view staff_prefix = "staff/";
constexpr std::size_t streams_named = 10;  // Of one pattern; access-log.list has the rest.

const access::PersonFacts* find_person(const access::Facts& facts, const access::Id& id) {
    return id.empty() ? nullptr : facts.persons.find(id);
}

bool is_guardian(const access::Facts& facts, const access::Id& parent, const access::Id& child) {
    const access::PersonFacts* of = find_person(facts, child);
    return of != nullptr && of->guardians.contains(parent);
}

void note(AccessPattern& pattern, Kind kind, const AccessEntry& entry) {
    const bool is_new = pattern.count == 0;
    pattern.kind = kind;
    pattern.actor = entry.actor;
    ++pattern.count;
    pattern.first = is_new ? entry.at : std::min(pattern.first, entry.at);
    pattern.last = is_new ? entry.at : std::max(pattern.last, entry.at);
}

}  // namespace

std::string_view to_text(AccessPattern::Kind kind) noexcept {
    switch (kind) {
        case Kind::own_family:
            return "own-family";
        case Kind::protected_person:
            return "protected-person";
        case Kind::emergency:
            return "emergency";
        case Kind::search_without_unit:
            return "search-without-unit";
        case Kind::many_lookups:
            return "many-lookups";
    }
    return "";
}

bool are_related(const access::Facts& facts, const access::Id& a, const access::Id& b) {
    if (a == b || is_guardian(facts, a, b) || is_guardian(facts, b, a)) {
        return true;
    }
    const access::PersonFacts* one = find_person(facts, a);
    const access::PersonFacts* other = find_person(facts, b);
    if (one == nullptr || other == nullptr) {
        return false;
    }
    const bool siblings = std::ranges::any_of(one->guardians, [&](const auto& guardian) {
        return other->guardians.contains(guardian.first);
    });
    return siblings || std::ranges::any_of(one->cases, [&](const access::Id& id) {
               const access::CaseFacts* in = facts.cases.find(id);
               return in != nullptr && is_guardian(facts, a, in->person) &&
                      is_guardian(facts, b, in->person);
           });
}

void AccessPatterns::take(const AccessEntry& entry) {
    using RecordKind = AccessRecord::Kind;
    if (!entry.actor.starts_with(staff_prefix) || entry.record.kind == RecordKind::oversight) {
        return;
    }
    if (is_own_family(entry)) {
        add(Kind::own_family, entry);
    }
    if (is_protected(entry)) {
        add(Kind::protected_person, entry);
    }
    if (entry.record.kind == RecordKind::emergency) {
        add(Kind::emergency, entry);
    }
    const bool about_nobody = entry.record.stream == nobodys_stream();
    if (about_nobody && entry.record.kind == RecordKind::search && entry.unit.empty()) {
        add(Kind::search_without_unit, entry);
    }
    if (!about_nobody) {
        AccessPattern& day = by_day_[{access::local_day(entry.at), entry.actor}];
        note(day, Kind::many_lookups, entry);
        day.streams.insert(entry.record.stream);
    }
}

void AccessPatterns::add(Kind kind, const AccessEntry& entry) {
    AccessPattern& pattern = by_actor_[{kind, entry.actor}];
    note(pattern, kind, entry);
    if (pattern.streams.size() < streams_named) {
        pattern.streams.insert(entry.record.stream);
    }
}

bool AccessPatterns::is_own_family(const AccessEntry& entry) const {
    const access::StaffFacts* staff = facts_.staff.find(entry.actor.substr(staff_prefix.size()));
    if (staff == nullptr || staff->person.empty()) {
        return false;
    }
    return std::ranges::any_of(entry.record.persons, [&](const access::Id& id) {
        return are_related(facts_, staff->person, id);
    });
}

bool AccessPatterns::is_protected(const AccessEntry& entry) const {
    return std::ranges::any_of(entry.record.persons, [&](const access::Id& id) {
        const access::PersonFacts* person = find_person(facts_, id);
        return person != nullptr && person->protection >= access::Protection::confidential;
    });
}

std::vector<AccessPattern> AccessPatterns::found() const {
    std::vector<AccessPattern> out;
    for (const auto& [key, pattern] : by_actor_) {
        out.push_back(pattern);
    }
    for (const auto& [key, day] : by_day_) {
        if (day.streams.size() <= lookups_per_day_) {
            continue;
        }
        AccessPattern line = day;
        line.count = day.streams.size();
        line.streams.clear();
        out.push_back(std::move(line));
    }
    std::ranges::stable_sort(out, std::ranges::greater{}, &AccessPattern::last);
    return out;
}

}  // namespace samvev::dispatch
