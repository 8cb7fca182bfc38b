#include "app/declaring_tenants.hpp"

#include <charconv>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace samvev::app {

namespace {

constexpr std::string_view blank = " \t";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blank);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace

Result<std::function<bool(store::TenantId)>> tenants_named(std::string_view text) {
    if (trimmed(text) == "all") {
        return [](store::TenantId /*any*/) { return true; };
    }
    std::set<std::uint32_t> named;
    while (!trimmed(text).empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view word = trimmed(text.substr(0, comma));
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc() || end != word.data() + word.size()) {
            return fail(
                ErrorCode::invalid_argument,
                "'" + std::string(word) + "' is no tenant: write their numbers, like \"9999, 9998\""
            );
        }
        named.insert(number);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return [named = std::move(named)](store::TenantId id) { return named.contains(id.value()); };
}

}  // namespace samvev::app
