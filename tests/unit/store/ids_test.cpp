#include "store/ids.hpp"

#include <catch2/catch.hpp>

using samvev::store::StreamId;

TEST_CASE("A stream id is kind, one slash, UUID", "[store][ids]") {
    const auto id = StreamId::parse("case/018f0000-0000-7000-8000-000000000001");
    REQUIRE(id.has_value());
    CHECK(id->kind == "case");
    CHECK(id->text() == "case/018f0000-0000-7000-8000-000000000001");
    for (const char* wrong :
         {"", "case", "case/", "/018f0000-0000-7000-8000-000000000001",
          "case//018f0000-0000-7000-8000-000000000001", "case/018f0000-0000-7000-8000-00000000000",
          "a/case/018f0000-0000-7000-8000-000000000001"}) {
        CAPTURE(wrong);
        CHECK_FALSE(StreamId::parse(wrong).has_value());
    }
}
