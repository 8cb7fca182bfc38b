#pragma once

#include <samvev/plugin.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "modules/module.hpp"

namespace samvev::modules {

[[nodiscard]] inline std::string_view view_of(samvev_str text) noexcept {
    return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}
[[nodiscard]] inline samvev_str c_text(std::string_view text) noexcept {
    return {text.data(), text.size()};
}
// An empty text is "absent" on the other side.
[[nodiscard]] inline samvev_str c_optional(std::string_view text) noexcept {
    return text.empty() ? samvev_str{nullptr, 0} : c_text(text);
}
// An empty text stays a text of length 0.
[[nodiscard]] inline samvev_str c_optional(const std::optional<std::string_view>& text) noexcept {
    return text ? (text->empty() ? samvev_str{"", 0} : c_text(*text)) : samvev_str{nullptr, 0};
}

[[nodiscard]] samvev_event c_event(const EventIn& event) noexcept;
[[nodiscard]] samvev_command c_command(const CommandIn& command) noexcept;

// Events in the form the C table takes. Points into the events it was made of; copies no text.
class CEvents {
public:
    explicit CEvents(std::span<const EventIn> events);
    CEvents(const CEvents&) = delete;
    CEvents& operator=(const CEvents&) = delete;

    [[nodiscard]] const samvev_event* const* data() const noexcept { return pointers_.data(); }
    [[nodiscard]] std::uint32_t size() const noexcept {
        return static_cast<std::uint32_t>(pointers_.size());
    }

private:
    std::vector<samvev_event> events_;
    std::vector<const samvev_event*> pointers_;
};

}  // namespace samvev::modules
