#include "views/view_state.hpp"

#include <catch2/catch.hpp>

using namespace samvev;

namespace {

views::ViewState example() {
    views::ViewState state;
    state.active = {3, 2, base::sha256("abc"), 7, store::Position(0x0102030405060708)};
    return state;
}

}  // namespace

TEST_CASE("A view's state is stored as it always was", "[views][state][golden]") {
    views::ViewState state = example();
    const std::string generation =
        "0000000300000002ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        "00000000000000070102030405060708";
    CHECK(base::to_hex(views::encode_view_state(state)) == "0100" + generation);
    CHECK(views::decode_view_state(views::encode_view_state(state)) == state);
    state.building = state.active;
    CHECK(base::to_hex(views::encode_view_state(state)) == "0101" + generation + generation);
    CHECK(views::decode_view_state(views::encode_view_state(state)) == state);
}

TEST_CASE("Bytes that are no state are not taken for one", "[views][state]") {
    const std::string bytes = views::encode_view_state(example());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        INFO(size);
        CHECK_FALSE(views::decode_view_state(bytes.substr(0, size)).has_value());
    }
    CHECK_FALSE(views::decode_view_state(bytes + "x").has_value());
    CHECK_FALSE(views::decode_view_state("\x02" + bytes.substr(1)).has_value());
}
