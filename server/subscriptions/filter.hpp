#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "store/event.hpp"
#include "store/ids.hpp"

namespace samvev::subscriptions {

// What a client asks for, as it came.
struct Filter {
    std::vector<base::Uuid> cases;  // `case` streams by id; empty = the tenant's whole domain log
    std::vector<std::string> streams;  // "kind/uuid"; together with cases
    std::vector<std::string> types;    // "no.samvev.case.*", "case.case-opened"; empty = all
};

// The streams of a filter, found by id in logarithmic time. Empty = all streams.
class StreamSet {
public:
    StreamSet() = default;
    explicit StreamSet(std::vector<store::StreamId> streams);
    [[nodiscard]] bool empty() const noexcept { return streams_.empty(); }
    [[nodiscard]] const std::vector<store::StreamId>& streams() const noexcept { return streams_; }
    // True when empty: then every stream is in it.
    [[nodiscard]] bool takes(const store::EventView& event) const noexcept;

private:
    std::vector<store::StreamId> streams_;  // by id, distinct
};

// "case.*" (a prefix up to a dot), "*" (all) or one type; a trailing ".v2" asks for that version
// as delivered. "no.samvev." in front may be left out.
class TypePattern {
public:
    // Fails with invalid_argument.
    [[nodiscard]] static Result<TypePattern> parse(std::string_view text);
    [[nodiscard]] bool matches(std::string_view type, std::uint32_t version) const noexcept;

private:
    std::string text_;  // the type, or what it must start with
    bool is_prefix_ = false;
    std::optional<std::uint32_t> version_;
};

// A filter that has been checked.
struct EventFilter {
    StreamSet streams;
    std::vector<TypePattern> types;  // empty = all

    // Fails with invalid_argument (a malformed stream or type; more than limits::filter_*_max).
    [[nodiscard]] static Result<EventFilter> parse(const Filter& filter);
    [[nodiscard]] bool matches_type(std::string_view type, std::uint32_t version) const noexcept;
};

}  // namespace samvev::subscriptions
