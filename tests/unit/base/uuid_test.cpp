#include "base/uuid.hpp"

#include <array>
#include <catch2/catch.hpp>

using namespace samvev::base;

TEST_CASE("A UUID is its 36 characters or nothing", "[base][uuid]") {
    const std::string text = "0192f0c1-7a2b-7c3d-8e4f-5061728394a5";
    REQUIRE(Uuid::parse(text).has_value());
    CHECK(Uuid::parse(text)->text() == text);
    CHECK(Uuid::parse("0192F0C1-7A2B-7C3D-8E4F-5061728394A5")->text() == text);
    CHECK_FALSE(Uuid::parse("0192f0c17a2b7c3d8e4f5061728394a5").has_value());
    CHECK_FALSE(Uuid::parse("0192f0c1-7a2b-7c3d-8e4f-5061728394ag").has_value());
}

TEST_CASE("A made id carries its time and version 7", "[base][uuid]") {
    RandomIdSource source;
    const auto at =
        std::chrono::sys_time<std::chrono::microseconds>(std::chrono::milliseconds(0x0192f0c17a2b));
    const Uuid id = source.make(at);
    CHECK(id.text().substr(0, 15) == "0192f0c1-7a2b-7");
    CHECK(id != source.make(at));
}

TEST_CASE("A derived id depends on where the parts end", "[base][uuid]") {
    const std::array<std::string_view, 2> one{"ab", "c"};
    const std::array<std::string_view, 2> other{"a", "bc"};
    CHECK(derived_uuid(one) == derived_uuid(one));
    CHECK(derived_uuid(one) != derived_uuid(other));
    CHECK(derived_uuid(one).text()[14] == '8');
}
