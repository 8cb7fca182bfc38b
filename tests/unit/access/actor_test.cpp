#include "access/actor.hpp"

#include <catch2/catch.hpp>

using samvev::access::Actor;

TEST_CASE("An actor's text names its kind and id", "[access][actor]") {
    Actor actor;
    actor.id = "018f0000-0000-7000-8000-000000000001";
    CHECK(actor.text() == "staff/018f0000-0000-7000-8000-000000000001");
    actor.kind = Actor::Kind::person;
    CHECK(actor.text() == "person/018f0000-0000-7000-8000-000000000001");
    actor.kind = Actor::Kind::service;
    actor.id = "importer";
    CHECK(actor.text() == "service/importer");
}

TEST_CASE("An empty list of roles allows everyone, another only its holders", "[access][actor]") {
    Actor actor;
    actor.roles = {"coordinator", "teacher"};
    CHECK(actor.has_any_role({}));
    CHECK(actor.has_any_role({"leader", "teacher"}));
    CHECK_FALSE(actor.has_any_role({"leader", "coordinato", "coordinator "}));
    CHECK_FALSE(Actor{}.has_any_role({"leader"}));
}

TEST_CASE("The server acts for a module as system", "[access][actor]") {
    const Actor actor = samvev::access::system_actor(9999, "individual-plan", "system:timer");
    CHECK(actor.text() == "system/individual-plan");
    CHECK(actor.tenant == 9999);
    CHECK(actor.has_role("system:timer"));
}
