#pragma once

// What a module is given of a command: who sends it, when, to which stream, with which data.

#include <samvev/event.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace samvev {

// One command as a module sees it.
class Command {
public:
    explicit Command(const samvev_command& raw)
        : raw_(&raw),
          data_(std::string(samvev::view(raw.name)), parse_json(samvev::view(raw.data))) {}

    [[nodiscard]] std::string_view name() const noexcept { return samvev::view(raw_->name); }
    [[nodiscard]] bool is(std::string_view name_) const noexcept { return name() == name_; }
    [[nodiscard]] Time now() const noexcept {
        return Time(std::chrono::microseconds(raw_->now_us));
    }
    [[nodiscard]] Date today() const { return oslo_date(now()); }
    // False for the first command of a stream.
    [[nodiscard]] bool stream_exists() const noexcept { return raw_->revision >= 0; }
    [[nodiscard]] std::int64_t revision() const noexcept { return raw_->revision; }
    [[nodiscard]] std::string_view command_id() const noexcept {
        return samvev::view(raw_->command_id);
    }
    [[nodiscard]] std::string_view stream_kind() const noexcept {
        return samvev::view(raw_->stream_kind);
    }
    [[nodiscard]] std::string_view stream_id() const noexcept {
        return samvev::view(raw_->stream_id);
    }
    [[nodiscard]] std::string_view actor() const noexcept { return samvev::view(raw_->actor); }
    // The uuid of the acting staff member or person; empty for the system.
    [[nodiscard]] std::string_view actor_id() const noexcept {
        const std::string_view text = actor();
        return text.starts_with("staff/")    ? text.substr(6)
               : text.starts_with("person/") ? text.substr(7)
                                             : std::string_view();
    }
    [[nodiscard]] bool by_system() const noexcept { return actor().starts_with("system/"); }
    [[nodiscard]] std::string_view unit() const noexcept { return samvev::view(raw_->unit); }
    [[nodiscard]] bool has_role(std::string_view role) const {
        const json roles = parse_json(samvev::view(raw_->roles));
        return std::any_of(roles.begin(), roles.end(), [&](const json& r) { return r == role; });
    }
    // When it happened in the world: as given, or now.
    [[nodiscard]] std::string occurred_on() const {
        const std::string_view given = samvev::view(raw_->occurred_on);
        return given.empty() ? to_text(now()) : std::string(given);
    }
    [[nodiscard]] std::optional<std::string_view> due_at() const noexcept {
        return raw_->due_at.ptr == nullptr ? std::nullopt
                                           : std::optional(samvev::view(raw_->due_at));
    }
    [[nodiscard]] const Data& data() const noexcept { return data_; }
    // This module's state of a stream named in the command's `reads`; absent when that stream
    // does not exist. The commit fails and is decided again if it has changed meanwhile.
    template <typename State>
    [[nodiscard]] std::optional<State> context(const char* name) const {
        const json all = parse_json(samvev::view(raw_->context));
        const auto found = all.find(name);
        if (found == all.end() || found->is_null()) {
            return std::nullopt;
        }
        return found->template get<State>();
    }
    // A repeatable random UUID (version 8) by name: another call elsewhere shifts nothing.
    [[nodiscard]] std::string derived_id(std::string_view label) const;
    [[nodiscard]] const samvev_command& raw() const noexcept { return *raw_; }

private:
    const samvev_command* raw_;
    Data data_;
};

namespace detail {

[[nodiscard]] inline std::uint64_t mix(std::uint64_t hash, std::uint64_t value) noexcept {
    hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
    hash ^= hash >> 30;
    hash *= 0xbf58476d1ce4e5b9ULL;
    hash ^= hash >> 27;
    hash *= 0x94d049bb133111ebULL;
    return hash ^ (hash >> 31);
}

}  // namespace detail

inline std::string Command::derived_id(std::string_view label) const {
    std::uint64_t high = detail::mix(raw_->seed[0], label.size());
    std::uint64_t low = detail::mix(raw_->seed[1], ~label.size());
    for (const char c : label) {
        high = detail::mix(high, static_cast<unsigned char>(c));
        low = detail::mix(low, high);
    }
    high = (high & ~0xf000ULL) | 0x8000ULL;      // version 8
    low = (low & ~(3ULL << 62)) | (2ULL << 62);  // variant
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(36);
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) {
            out.push_back('-');
        }
        const std::uint64_t half = nibble < 16 ? high : low;
        out.push_back(digits[(half >> (60 - 4 * (nibble % 16))) & 0xf]);
    }
    return out;
}

}  // namespace samvev
