#include "access/facts.hpp"

namespace samvev::access {

bool contains(const Period& period, base::Date day) noexcept {
    return (!period.from || *period.from <= day) && (!period.until || day <= *period.until);
}

}  // namespace samvev::access
