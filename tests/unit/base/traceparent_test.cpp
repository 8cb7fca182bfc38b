#include "base/traceparent.hpp"

#include <catch2/catch.hpp>
#include <string>

using samvev::base::is_traceparent;

TEST_CASE("A traceparent is as W3C Trace Context writes it", "[base][traceparent]") {
    CHECK(is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    CHECK(is_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
    CHECK_FALSE(is_traceparent(""));
    CHECK_FALSE(is_traceparent(std::string(55, 'x')));
    CHECK_FALSE(is_traceparent("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"));
    CHECK_FALSE(is_traceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
    CHECK_FALSE(is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"));
    CHECK_FALSE(is_traceparent("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    CHECK_FALSE(is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
}

TEST_CASE("What a later version appends is short and can be printed", "[base][traceparent]") {
    const std::string start = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-";
    CHECK(is_traceparent(start + std::string(128 - start.size(), 'm')));
    CHECK_FALSE(is_traceparent(start + std::string(129 - start.size(), 'm')));
    CHECK_FALSE(is_traceparent(start + "\n"));
    CHECK_FALSE(is_traceparent(start + "\xC3\xA5"));
}
