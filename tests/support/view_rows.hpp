#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "store/table.hpp"
#include "views/key_format.hpp"
#include "views/view_state.hpp"

namespace samvev::test {

// What stands in the table of one tenant, byte for byte.
[[nodiscard]] inline std::string table_as_text(const store::Table& table) {
    std::string out;
    const auto scanned =
        table.scan("", "\xFF", [&out](std::string_view key, std::string_view value) {
            out.append(key).append(" = ").append(value).append("\n");
            return true;
        });
    if (!scanned) {
        throw std::runtime_error(scanned.error().message);
    }
    return out;
}

[[nodiscard]] inline std::optional<views::ViewState> stored_state(
    const store::Table& table, store::TenantId tenant, std::string_view view
) {
    const auto bytes = table.get(views::state_key(views::view_prefix(tenant, view)));
    if (!bytes) {
        throw std::runtime_error(bytes.error().message);
    }
    return *bytes ? views::decode_view_state(**bytes) : std::nullopt;
}

// Documents and index entries of one generation, one row a line in hexadecimal, without the number
// of the generation: equal for equal contents.
[[nodiscard]] inline std::string generation_as_text(
    const store::Table& table, store::TenantId tenant, std::string_view view,
    views::GenerationNumber number
) {
    const std::string prefix = views::generation_prefix(views::view_prefix(tenant, view), number);
    std::string out;
    const auto visit = [&](std::string_view key, std::string_view value) {
        out += base::to_hex(key.substr(prefix.size())) + " " + base::to_hex(value) + "\n";
        return true;
    };
    if (const auto scanned = table.scan(prefix, views::prefix_end(prefix), visit); !scanned) {
        throw std::runtime_error(scanned.error().message);
    }
    return out;
}

// The same of the generation that answers; empty when there is none.
[[nodiscard]] inline std::string view_as_text(
    const store::Table& table, store::TenantId tenant, std::string_view view
) {
    const auto state = stored_state(table, tenant, view);
    return state ? generation_as_text(table, tenant, view, state->active.number) : std::string();
}

}  // namespace samvev::test
