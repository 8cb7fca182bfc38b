#include <catch2/catch.hpp>

#include "app/module_set.hpp"
#include "support/world.hpp"

using namespace samvev;

namespace {

constexpr const char* school = "0192f0c1-0000-7000-8000-000000001005";
constexpr const char* ada = "0192f0c1-0000-7000-8000-000000002001";
constexpr const char* berit = "0192f0c1-0000-7000-8000-000000002003";

access::Actor at_school(const char* id, std::string role) {
    access::Actor out = test::staff(9999, id, {std::move(role)}, school);
    out.purpose = "coordination";
    return out;
}

std::unique_ptr<modules::Registry> registry() {
    auto loaded = app::load_modules(SAMVEV_BINARY_DIR "/plugins");
    REQUIRE(loaded.has_value());
    return std::move(*loaded);
}

void check_unsigned(const Result<json>& answer) {
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == ErrorCode::denied);
    CHECK(answer.error().message.find("organisation.sign-confidentiality") != std::string::npos);
    CHECK(answer.error().data.find("declaration") != std::string::npos);
}

}  // namespace

SCENARIO("Nobody works here before the declaration of confidentiality", "[scenario][declaration]") {
    test::World world(registry(), {.asks_policy = true, .wants_declaration = true});
    access::Actor import;
    import.kind = access::Actor::Kind::service;
    import.tenant = 9999;
    import.id = "import";
    import.roles = {"service:import"};
    import.purpose = "coordination";
    import.assurance = access::Assurance::high;
    import.expires_at = base::Timestamp::max();
    const auto by_import = [&](const char* method, const json& params) {
        const auto answer = world.command(method, params, import);
        INFO((answer ? std::string() : answer.error().message));
        REQUIRE(answer.has_value());
    };
    by_import(
        "organisation.register-unit",
        {{"unitId", school}, {"name", "Fjordvik skole"}, {"type", "external"}, {"external", true}}
    );
    for (const char* id : {ada, berit}) {
        by_import(
            "organisation.register-staff",
            {{"staffId", id}, {"displayName", "Ansatt"}, {"unitId", school}}
        );
    }
    const access::Actor who = at_school(ada, "coordinator");
    const json concern = {
        {"caseId", "0192f0c1-0000-7000-8000-00000000c001"},
        {"description", "Uro."},
        {"concernOwnerId", ada},
        {"concernUnitId", school}
    };
    check_unsigned(world.command("case.raise-concern", concern, who));
    check_unsigned(world.command(
        "organisation.set-substitute",
        {{"staffId", ada}, {"substituteId", berit}, {"from", "2027-03-23"}}, who
    ));
    check_unsigned(world.call("case.my-cases", {{"limit", 10}}, who));
    check_unsigned(world.call("me.waiting", json::object(), who));
    check_unsigned(
        world.call("stream.read", {{"stream", std::string("unit/") + school}, {"limit", 10}}, who)
    );
    // Nobody signs for her.
    check_unsigned(world.command(
        "organisation.sign-confidentiality", {{"staffId", ada}, {"declaration", "2027-1"}},
        at_school(berit, "leader")
    ));

    REQUIRE(world
                .command(
                    "organisation.sign-confidentiality",
                    {{"staffId", ada}, {"declaration", "2027-1"}}, who
                )
                .has_value());
    CHECK(world.call("me.waiting", json::object(), who).has_value());
    CHECK(world.command("case.raise-concern", concern, who).has_value());
    check_unsigned(world.call("me.waiting", json::object(), at_school(berit, "leader")));
}
