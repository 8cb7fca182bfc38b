#include "store/event.hpp"

#include "base/assert.hpp"
#include "store/bytes.hpp"
#include "store/event_codec.hpp"

namespace samvev::store {

std::vector<std::string> list_texts(std::string_view packed) {
    std::vector<std::string> out;
    if (packed.empty()) {
        return out;
    }
    ByteReader reader(packed);
    for (unsigned left = reader.u8(); left > 0; --left) {
        out.emplace_back(reader.text());
    }
    SAMVEV_ASSERT(reader.ok());
    return out;
}

RecordedEvent RecordedEvent::copy_of(const EventView& view) {
    auto bytes = std::make_shared<std::string>();
    const EventView copy = copy_event(view, *bytes);
    return {std::move(bytes), copy};
}

}  // namespace samvev::store
