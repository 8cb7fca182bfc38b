#include "access/facts.hpp"

namespace samvev::access {

bool contains(const Period& period, base::Date day) noexcept {
    return (!period.from || *period.from <= day) && (!period.until || day <= *period.until);
}

Ids withheld_from(const CaseFacts& of, std::string_view event, std::string_view entity) {
    Ids out;
    for (const auto& [id, one] : of.withholdings) {
        const bool item =
            !one.released && (one.item.empty() || one.item == event || one.item == entity);
        if (item || id == entity) {
            out.insert(one.from.begin(), one.from.end());
        }
    }
    return out;
}

}  // namespace samvev::access
