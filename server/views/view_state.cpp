#include "views/view_state.hpp"

#include "store/bytes.hpp"

namespace samvev::views {
namespace {

constexpr std::uint8_t format = 0x01;

void write_generation(store::ByteWriter& writer, const Generation& generation) {
    writer.u32(generation.number);
    writer.u32(generation.version);
    writer.digest(generation.definition);
    writer.u64(generation.epoch);
    writer.u64(generation.position.value());
}

Generation read_generation(store::ByteReader& reader) {
    Generation generation;
    generation.number = reader.u32();
    generation.version = reader.u32();
    generation.definition = reader.digest();
    generation.epoch = reader.u64();
    generation.position = store::Position(reader.u64());
    return generation;
}

}  // namespace

std::string encode_view_state(const ViewState& state) {
    std::string out;
    store::ByteWriter writer(out);
    writer.u8(format);
    writer.u8(state.building ? 1 : 0);
    write_generation(writer, state.active);
    if (state.building) {
        write_generation(writer, *state.building);
    }
    return out;
}

std::optional<ViewState> decode_view_state(std::string_view bytes) {
    store::ByteReader reader(bytes);
    const std::uint8_t found_format = reader.u8();
    const std::uint8_t has_building = reader.u8();
    if (found_format != format || has_building > 1) {
        return std::nullopt;
    }
    ViewState state;
    state.active = read_generation(reader);
    if (has_building == 1) {
        state.building = read_generation(reader);
    }
    if (!reader.ok() || !reader.rest().empty()) {
        return std::nullopt;
    }
    return state;
}

}  // namespace samvev::views
