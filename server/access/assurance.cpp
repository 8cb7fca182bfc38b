#include "access/assurance.hpp"

#include <algorithm>
#include <array>

#include "base/json_text.hpp"

namespace samvev::access {
namespace {

constexpr std::array<std::string_view, 4> names = {"none", "low", "substantial", "high"};

}  // namespace

Assurance read_assurance(std::string_view text) noexcept {
    const std::string_view last = text.substr(text.rfind('-') + 1);
    if (last == "high" || last == "Level4" || last == "4") {
        return Assurance::high;
    }
    if (last == "substantial" || last == "Level3" || last == "3") {
        return Assurance::substantial;
    }
    return last == "low" ? Assurance::low : Assurance::none;
}

std::optional<Assurance> find_assurance(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(names, name);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<Assurance>(found - names.begin()));
}

std::string_view to_text(Assurance assurance) noexcept {
    return names[static_cast<std::size_t>(assurance)];
}

std::string stronger_login_data(Assurance needed) {
    return base::JsonObject().text("reason", "login_level").text("acr", to_text(needed)).take();
}

}  // namespace samvev::access
