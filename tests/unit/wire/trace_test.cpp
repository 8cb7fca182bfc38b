#include "wire/trace.hpp"

#include <catch2/catch.hpp>
#include <string>

using samvev::wire::make_trace_id;
using samvev::wire::read_traceparent;

TEST_CASE("A traceparent gives its trace id", "[wire][trace]") {
    const auto trace = read_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    REQUIRE(trace);
    CHECK(trace->text() == "4bf92f3577b34da6a3ce929d0e0e4736");
    // A later version may append members.
    CHECK(read_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
}

TEST_CASE("A malformed traceparent gives none", "[wire][trace]") {
    for (const char* text :
         {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
          "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
          "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
          "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01"}) {
        CAPTURE(text);
        CHECK_FALSE(read_traceparent(text));
    }
}

TEST_CASE("Made trace ids are well-formed and differ", "[wire][trace]") {
    const auto one = make_trace_id();
    const auto other = make_trace_id();
    CHECK(one.text() != other.text());
    CHECK(read_traceparent("00-" + std::string(one.text()) + "-00f067aa0ba902b7-01"));
}
