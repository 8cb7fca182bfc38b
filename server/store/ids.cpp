#include "store/ids.hpp"

namespace samvev::store {

std::optional<StreamId> StreamId::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0) {
        return std::nullopt;
    }
    const std::optional<base::Uuid> id = base::Uuid::parse(text.substr(slash + 1));
    if (!id) {
        return std::nullopt;
    }
    return StreamId{std::string(text.substr(0, slash)), *id};
}

}  // namespace samvev::store
