#pragma once

// What a module is given of an event: its envelope, and its data as a JSON object.

#include <samvev/plugin.h>
#include <samvev/calendar.hpp>
#include <samvev/json.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace samvev {

[[nodiscard]] inline std::string_view view(samvev_str s) noexcept {
    return s.ptr == nullptr ? std::string_view() : std::string_view(s.ptr, s.len);
}
[[nodiscard]] inline samvev_str str(std::string_view s) noexcept {
    return {s.data(), s.size()};
}

// Read-only access to a JSON object that says what is missing, and where.
class Data {
public:
    Data(std::string where, json object) : where_(std::move(where)), object_(std::move(object)) {}

    [[nodiscard]] const json& raw() const noexcept { return object_; }
    [[nodiscard]] bool has(const char* name) const {
        return object_.contains(name) && !object_[name].is_null();
    }
    // Throws Fault "case.case-opened v1 has no field 'level'" when absent or of another type.
    template <typename T = std::string>
    [[nodiscard]] T get(const char* name) const {
        const auto found = object_.find(name);
        if (found == object_.end()) {
            throw Fault(where_ + " has no field '" + name + "'");
        }
        try {
            return found->template get<T>();
        } catch (const json::exception& e) {
            throw Fault(where_ + " field '" + name + "': " + e.what());
        }
    }
    template <typename T>
    [[nodiscard]] T get_or(const char* name, T fallback) const {
        return has(name) ? get<T>(name) : fallback;
    }
    [[nodiscard]] std::optional<std::string> find(const char* name) const {
        return has(name) ? std::optional<std::string>(get<std::string>(name)) : std::nullopt;
    }

private:
    std::string where_;
    json object_;
};

// One event as a module sees it. Views point into the call; data is parsed on first use.
class Event {
public:
    explicit Event(const samvev_event& raw) : raw_(&raw) {}

    [[nodiscard]] std::string_view type() const noexcept { return samvev::view(raw_->type); }
    [[nodiscard]] bool is(std::string_view name) const noexcept { return type() == name; }
    [[nodiscard]] std::uint32_t version() const noexcept { return raw_->version; }
    [[nodiscard]] std::uint64_t revision() const noexcept { return raw_->revision; }
    [[nodiscard]] Time recorded_at() const noexcept {
        return Time(std::chrono::microseconds(raw_->recorded_us));
    }
    [[nodiscard]] std::string_view id() const noexcept { return samvev::view(raw_->id); }
    [[nodiscard]] std::string_view stream_kind() const noexcept {
        return samvev::view(raw_->stream_kind);
    }
    [[nodiscard]] std::string_view stream_id() const noexcept {
        return samvev::view(raw_->stream_id);
    }
    [[nodiscard]] std::string_view entity() const noexcept { return samvev::view(raw_->entity); }
    // As given when it was recorded, or the time of recording: always a date or an RFC 3339 time.
    [[nodiscard]] std::string occurred_on() const {
        const std::string_view given = samvev::view(raw_->occurred_on);
        return given.empty() ? to_text(recorded_at()) : std::string(given);
    }
    [[nodiscard]] std::string_view actor() const noexcept { return samvev::view(raw_->actor); }
    [[nodiscard]] std::string_view role() const noexcept { return samvev::view(raw_->role); }
    [[nodiscard]] std::string_view unit() const noexcept { return samvev::view(raw_->unit); }
    // False when the payload has been removed (kassering) or its key destroyed. Folding goes on: an
    // evolve or project that throws for want of data leaves no mark for that event.
    [[nodiscard]] bool has_data() const noexcept { return raw_->data.ptr != nullptr; }
    // An empty object when there is no data.
    [[nodiscard]] const Data& data() const {
        if (!data_) {
            data_.emplace(
                std::string(type()) + " v" + std::to_string(version()),
                has_data() ? parse_json(samvev::view(raw_->data)) : json::object()
            );
        }
        return *data_;
    }
    [[nodiscard]] const samvev_event& raw() const noexcept { return *raw_; }

private:
    const samvev_event* raw_;
    mutable std::optional<Data> data_;
};

}  // namespace samvev
