#include "app/client/xes_reader.hpp"

#include "app/client/utf8.hpp"
#include "app/client/xml_slicer.hpp"
#include "base/calendar_text.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>
#include <variant>

namespace samvev::client {
namespace {

// What the value of a missing attribute is by the `global` declarations of nearly all XES logs.
constexpr std::string_view unknown_value = "UNKNOWN";

[[nodiscard]] std::string_view local_name(std::string_view name) {
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

[[nodiscard]] std::string default_name(const std::string& path) {
    std::string name = std::filesystem::path(path).filename().string();
    for (const std::string_view suffix : {".gz", ".xes"}) {
        if (name.size() > suffix.size() && name.ends_with(suffix)) {
            name.resize(name.size() - suffix.size());
        }
    }
    return name;
}

// Of all events below `root`, at any depth.
[[nodiscard]] std::uint64_t count_events(pugi::xml_node root) {
    struct Counter final : pugi::xml_tree_walker {
        std::uint64_t events = 0;
        bool for_each(pugi::xml_node& node) override {
            events += local_name(node.name()) == "event" ? 1U : 0U;
            return true;
        }
    } counter;
    root.traverse(counter);
    return counter.events;
}

class PugiXesReader final : public XesReader {
public:
    PugiXesReader(std::unique_ptr<GzipFile> file, const std::string& path)
        : path_(path), slicer_(std::move(file), path), log_name_(default_name(path)) {}

    // Up to the first trace, which is kept for next().
    Result<std::monostate> read_head() {
        SAMVEV_TRY(const std::string root, slicer_.root());
        if (root != "log") {
            return fail(
                ErrorCode::invalid_argument,
                path_ + ":1: this is not an XES log: its element is <" + root + ">, expected <log>"
            );
        }
        SAMVEV_TRY(first_trace_, read_trace());
        if (!first_trace_) {
            return fail(
                ErrorCode::invalid_argument,
                path_ + ": there is no <trace> in this <log>, so there is nothing to import" +
                    (events_outside_traces_ == 0
                         ? std::string()
                         : "; its " + std::to_string(events_outside_traces_) +
                               " events stand outside traces and belong to no case")
            );
        }
        return {};
    }

    const std::string& log_name() const noexcept override { return log_name_; }
    const std::string& path() const noexcept override { return path_; }
    std::uint64_t events_outside_traces() const noexcept override { return events_outside_traces_; }
    GzipFile::Progress progress() const override { return slicer_.progress(); }

    Result<std::optional<XesTrace>> next() override {
        if (first_trace_) {
            std::optional<XesTrace> trace = std::move(first_trace_);
            first_trace_.reset();
            return trace;
        }
        return read_trace();
    }

private:
    [[nodiscard]] tl::unexpected<Error> at(std::size_t line, const std::string& reason) const {
        return fail(
            ErrorCode::invalid_argument, path_ + ":" + std::to_string(line) + ": " + reason
        );
    }

    Result<std::optional<XesTrace>> read_trace() {
        while (true) {
            SAMVEV_TRY(const auto slice, slicer_.next());
            if (!slice) {
                return std::optional<XesTrace>();
            }
            if (slice->name == "trace") {
                return parse_trace(*slice);
            }
            if (slice->name == "event") {
                ++events_outside_traces_;
            } else if (slice->name == "string" && traces_ == 0) {
                SAMVEV_CHECK_OK(parse_log_attribute(*slice));
            } else if (slice->name == "log") {
                SAMVEV_CHECK_OK(pass_over(*slice));
            }
        }
    }

    Result<std::monostate> load(pugi::xml_document& document, const XmlSlicer::Slice& slice) const {
        const auto encoding = slicer_.encoding() == XmlSlicer::Encoding::latin1
                                  ? pugi::encoding_latin1
                                  : pugi::encoding_utf8;
        const auto parsed = document.load_buffer(
            slice.text.data(), slice.text.size(), pugi::parse_default, encoding
        );
        if (!parsed) {
            return at(line_of(slice, parsed.offset), parsed.description());
        }
        return {};
    }

    [[nodiscard]] static std::size_t newlines(
        const std::string& text, std::ptrdiff_t from, std::ptrdiff_t to
    ) {
        return static_cast<std::size_t>(std::count(text.begin() + from, text.begin() + to, '\n'));
    }
    [[nodiscard]] static std::size_t line_of(const XmlSlicer::Slice& slice, std::ptrdiff_t offset) {
        return slice.line +
               newlines(
                   slice.text, 0, std::clamp<std::ptrdiff_t>(offset, 0, std::ssize(slice.text))
               );
    }

    // The value of a direct child <… key="…" value="…">; empty when it is missing or unknown.
    Result<std::string> attribute(
        const XmlSlicer::Slice& slice, const pugi::xml_node& element, std::string_view key
    ) const {
        for (const pugi::xml_node& child : element.children()) {
            if (key != child.attribute("key").value()) {
                continue;
            }
            std::string value = child.attribute("value").value();
            if (!is_utf8(value)) {
                return at(
                    line_of(slice, child.offset_debug()),
                    "the value of " + std::string(key) + " is not UTF-8"
                );
            }
            if (value == unknown_value) {
                value.clear();
            }
            return value;
        }
        return std::string();
    }

    // A log within the log: its traces are not ours, and its events are not lost in silence.
    Result<std::monostate> pass_over(const XmlSlicer::Slice& slice) {
        pugi::xml_document document;
        SAMVEV_CHECK_OK(load(document, slice));
        events_outside_traces_ += count_events(document);
        return {};
    }

    Result<std::monostate> parse_log_attribute(const XmlSlicer::Slice& slice) {
        pugi::xml_document document;
        SAMVEV_CHECK_OK(load(document, slice));
        SAMVEV_TRY(std::string name, attribute(slice, document, "concept:name"));
        if (!name.empty()) {
            log_name_ = std::move(name);
        }
        return {};
    }

    Result<std::optional<XesTrace>> parse_trace(const XmlSlicer::Slice& slice) {
        pugi::xml_document document;
        SAMVEV_CHECK_OK(load(document, slice));
        const pugi::xml_node element = document.document_element();
        XesTrace trace;
        trace.index = traces_++;
        trace.line = slice.line;
        SAMVEV_TRY(trace.name, attribute(slice, element, "concept:name"));
        std::size_t line = slice.line;
        std::ptrdiff_t counted = 0;
        for (const pugi::xml_node& child : element.children()) {
            if (local_name(child.name()) == "event") {
                // Counted on from the event before: from the start each time is quadratic.
                const std::ptrdiff_t offset =
                    std::clamp(child.offset_debug(), counted, std::ssize(slice.text));
                line += newlines(slice.text, counted, offset);
                counted = offset;
                SAMVEV_TRY(XesEvent event, parse_event(slice, child));
                event.line = line;
                trace.events.push_back(std::move(event));
            }
        }
        events_outside_traces_ += count_events(element) - trace.events.size();
        return std::optional<XesTrace>(std::move(trace));
    }

    Result<XesEvent> parse_event(const XmlSlicer::Slice& slice, const pugi::xml_node& element)
        const {
        XesEvent event;
        SAMVEV_TRY(event.activity, attribute(slice, element, "concept:name"));
        SAMVEV_TRY(event.instance, attribute(slice, element, "concept:instance"));
        SAMVEV_TRY(event.transition, attribute(slice, element, "lifecycle:transition"));
        SAMVEV_TRY(event.group, attribute(slice, element, "org:group"));
        SAMVEV_TRY(event.resource, attribute(slice, element, "org:resource"));
        SAMVEV_TRY(const std::string time, attribute(slice, element, "time:timestamp"));
        if (!time.empty()) {
            const XesTime parsed = parse_xes_time(time);
            event.time = parsed.time;
            event.time_origin = parsed.origin;
        }
        return event;
    }

    std::string path_;
    XmlSlicer slicer_;
    std::string log_name_;
    std::optional<XesTrace> first_trace_;
    std::uint64_t traces_ = 0;
    std::uint64_t events_outside_traces_ = 0;
};

}  // namespace

Result<std::unique_ptr<XesReader>> XesReader::open(const std::string& path) {
    SAMVEV_TRY(auto file, GzipFile::open(path));
    auto reader = std::make_unique<PugiXesReader>(std::move(file), path);
    SAMVEV_CHECK_OK(reader->read_head());
    return std::unique_ptr<XesReader>(std::move(reader));
}

XesTime parse_xes_time(const std::string& text) {
    using enum XesEvent::TimeOrigin;
    if (const auto time = base::parse_timestamp(text)) {
        return {time, as_written};
    }
    if (const auto time = base::parse_timestamp(text + "Z")) {
        return {time, zone_assumed_utc};
    }
    if (const auto time = base::parse_timestamp(text + "T00:00:00Z")) {
        return {time, zone_assumed_utc};
    }
    // Some writers leave the colon out of the offset: "+0200".
    constexpr std::size_t offset_size = 5;
    if (text.size() > offset_size) {
        const char sign = text[text.size() - offset_size];
        if (sign == '+' || sign == '-') {
            std::string with_colon = text;
            with_colon.insert(with_colon.size() - 2, ":");
            if (const auto time = base::parse_timestamp(with_colon)) {
                return {time, as_written};
            }
        }
    }
    return {std::nullopt, unreadable};
}

}  // namespace samvev::client
