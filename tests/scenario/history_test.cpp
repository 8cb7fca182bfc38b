#include <catch2/catch.hpp>

#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

namespace {

std::size_t events_seen(Fjordvik& fjordvik, const std::string& stream, const std::string& role) {
    access::Actor reader = fjordvik.actor("ada");
    reader.roles = {role};
    const auto read = fjordvik.world.call("stream.read", {{"stream", stream}}, reader);
    REQUIRE(read.has_value());
    return (*read)["events"].size();
}

}  // namespace

SCENARIO("The history of a person is for those who may see the person", "[scenario][access]") {
    Fjordvik fjordvik;
    const std::string lo = "person/0192f0c1-0000-7000-8000-000000003001";
    CHECK(events_seen(fjordvik, lo, "coordinator") > 0);
    CHECK(events_seen(fjordvik, lo, "auditor") > 0);
    CHECK(events_seen(fjordvik, lo, "service:import") == 0);
    CHECK(events_seen(fjordvik, lo, "no-such-role") == 0);
}
