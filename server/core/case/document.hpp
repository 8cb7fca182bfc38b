#pragma once

#include <samvev/plugin.hpp>
#include <string_view>

// What the views of a case have in common: documents with lists of things that have an id.
namespace samvev::cases {

// The member of the event's data, null when it is not there.
[[nodiscard]] json member(const Event& event, const char* name);

// The thing in `list` whose `id_member` is `id`; null when there is none.
[[nodiscard]] json* find_in(json& list, const char* id_member, std::string_view id);

// Copies the members of `from` that are there over those of `into`.
void merge(json& into, const json& from, std::initializer_list<const char*> members);

// Changes a thing in the list named `list_name` of the document, when it is there.
template <typename Change>
void change_in(
    json& document, const char* list_name, const char* id_member, std::string_view id,
    Change&& change
) {
    if (json* const thing = find_in(document[list_name], id_member, id)) {
        change(*thing);
    }
}

// Whether this event sets the coordinator; `coordinator_in` then gives it, else null.
[[nodiscard]] bool sets_coordinator(const Event& event);
[[nodiscard]] json coordinator_in(const Event& event);

// The phase the event leads to, as text; empty when it changes none.
[[nodiscard]] std::string_view phase_after(const Event& event);

// YYYY-MM-DD of the day on which it happened.
[[nodiscard]] std::string day_of(const Event& event);

}  // namespace samvev::cases
