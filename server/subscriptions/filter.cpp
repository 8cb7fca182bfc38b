#include "subscriptions/filter.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"

namespace samvev::subscriptions {
namespace {

constexpr std::string_view type_prefix = "no.samvev.";
constexpr std::string_view case_kind = "case";

bool by_id(const store::StreamId& a, const store::StreamId& b) noexcept {
    return a.id != b.id ? a.id < b.id : a.kind < b.kind;
}

bool is_type_text(std::string_view text) noexcept {
    return !text.empty() && text.front() != '.' && text.back() != '.' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
           });
}

// Takes ".v<number>" off the end of `text`; absent when there is none.
std::optional<std::uint32_t> take_version(std::string_view& text) noexcept {
    const std::size_t at = text.rfind(".v");
    if (at == std::string_view::npos || at + 2 == text.size()) {
        return std::nullopt;
    }
    std::uint32_t version = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + at + 2, end, version);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
        return std::nullopt;
    }
    text = text.substr(0, at);
    return version;
}

}  // namespace

StreamSet::StreamSet(std::vector<store::StreamId> streams) : streams_(std::move(streams)) {
    std::sort(streams_.begin(), streams_.end(), by_id);
    streams_.erase(std::unique(streams_.begin(), streams_.end()), streams_.end());
}

bool StreamSet::takes(const store::EventView& event) const noexcept {
    if (streams_.empty()) {
        return true;
    }
    auto at = std::lower_bound(
        streams_.begin(), streams_.end(), event.stream_id,
        [](const store::StreamId& stream, const base::Uuid& id) { return stream.id < id; }
    );
    for (; at != streams_.end() && at->id == event.stream_id; ++at) {
        if (at->kind == event.stream_kind) {
            return true;
        }
    }
    return false;
}

Result<TypePattern> TypePattern::parse(std::string_view text) {
    TypePattern pattern;
    std::string_view rest = text;
    if (rest.starts_with(type_prefix)) {
        rest.remove_prefix(type_prefix.size());
    }
    if (rest == "*") {
        pattern.is_prefix_ = true;
        return pattern;
    }
    if (rest.ends_with(".*")) {
        pattern.is_prefix_ = true;
        rest.remove_suffix(1);
        pattern.text_ = rest;
        rest.remove_suffix(1);
    } else {
        pattern.version_ = take_version(rest);
        pattern.text_ = rest;
    }
    if (text.size() > limits::event_type_bytes_max || !is_type_text(rest)) {
        return fail(
            ErrorCode::invalid_argument,
            "filter.types: \"" + std::string(text) +
                "\" is neither an event type nor \"<prefix>.*\" nor \"*\"; for example "
                "\"no.samvev.case.*\" or \"case.case-opened\"."
        );
    }
    return pattern;
}

bool TypePattern::matches(std::string_view type, std::uint32_t version) const noexcept {
    if (is_prefix_) {
        return type.starts_with(text_);
    }
    return type == text_ && (!version_ || *version_ == version);
}

Result<EventFilter> EventFilter::parse(const Filter& filter) {
    if (filter.cases.size() + filter.streams.size() > limits::filter_streams_max) {
        return fail(
            ErrorCode::invalid_argument, "filter: at most " +
                                             std::to_string(limits::filter_streams_max) +
                                             " cases and streams; use several subscriptions."
        );
    }
    if (filter.types.size() > limits::filter_types_max) {
        return fail(
            ErrorCode::invalid_argument,
            "filter.types: at most " + std::to_string(limits::filter_types_max) + "."
        );
    }
    std::vector<store::StreamId> streams;
    for (const base::Uuid& id : filter.cases) {
        streams.push_back({std::string(case_kind), id});
    }
    for (const std::string& text : filter.streams) {
        std::optional<store::StreamId> stream = store::StreamId::parse(text);
        if (!stream) {
            return fail(
                ErrorCode::invalid_argument, "filter.streams: \"" + text +
                                                 "\" is not \"<kind>/<uuid>\"; for example "
                                                 "\"case/018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40\"."
            );
        }
        streams.push_back(std::move(*stream));
    }
    EventFilter out;
    out.streams = StreamSet(std::move(streams));
    for (const std::string& text : filter.types) {
        SAMVEV_TRY(TypePattern pattern, TypePattern::parse(text));
        out.types.push_back(std::move(pattern));
    }
    return out;
}

bool EventFilter::matches_type(std::string_view type, std::uint32_t version) const noexcept {
    return types.empty() ||
           std::any_of(types.begin(), types.end(), [&](const TypePattern& pattern) {
               return pattern.matches(type, version);
           });
}

}  // namespace samvev::subscriptions
