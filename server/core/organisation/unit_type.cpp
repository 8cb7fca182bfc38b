#include "unit_type.hpp"

namespace samvev::organisation {

int rank_of(std::string_view unit_type) noexcept {
    return unit_type == "municipality" ? 0
           : unit_type == "division"   ? 1
           : unit_type == "department" ? 2
                                       : 3;
}

bool is_external_type(std::string_view unit_type) noexcept {
    return unit_type == "external" || unit_type == "county" || unit_type == "specialist";
}

}  // namespace samvev::organisation
