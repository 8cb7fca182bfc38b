#include <catch2/catch.hpp>

#include "builtin.hpp"
#include "modules/in_process.hpp"

using namespace samvev;

namespace {

const std::vector<const samvev_entry*>& modules_under_test() {
    static const std::vector<const samvev_entry*> all{
        &builtin::person(), &builtin::organisation(), &builtin::case_()
    };
    return all;
}

}  // namespace

TEST_CASE("The server accepts the manifests of the built-in modules", "[core][manifest]") {
    for (const samvev_entry* entry : modules_under_test()) {
        const auto module = modules::make_builtin_module(*entry);
        INFO((module ? std::string() : module.error().message));
        REQUIRE(module.has_value());
        const modules::Manifest& manifest = (*module)->manifest();
        for (const modules::CommandType& command : manifest.commands) {
            INFO(command.name);
            CHECK_FALSE(command.summary.empty());
            CHECK_FALSE(command.roles.empty());
            const auto checked = command.schema->check(command.example);
            INFO((checked ? std::string() : checked.error().data));
            CHECK(checked.has_value());
        }
        for (const modules::EventType& event : manifest.events) {
            INFO(event.type);
            const auto checked = event.schema->check(event.example);
            INFO((checked ? std::string() : checked.error().data));
            CHECK(checked.has_value());
        }
        for (const auto& [code, rejection] : manifest.rejections) {
            INFO(code);
            for (const char* language : {"nb", "nn", "en"}) {
                CHECK(rejection.texts.contains(language));
            }
        }
    }
}

TEST_CASE("Every command of the manifests is decided", "[core][manifest]") {
    for (const samvev_entry* entry : modules_under_test()) {
        const testing::TestModule module(*entry);
        for (const json& command : module.manifest()["commands"]) {
            INFO(command["name"]);
            const testing::TestStream stream(module, command["stream"].get<std::string>());
            const auto outcome =
                stream.decide(command["name"].get<std::string>(), command["example"]);
            INFO(testing::as_text(outcome));
            CHECK((outcome.status == SAMVEV_OK || outcome.status == SAMVEV_REJECTED));
        }
    }
}

TEST_CASE("Administrators see no case and change none", "[core][manifest]") {
    const testing::TestModule module(builtin::case_());
    for (const json& command : module.manifest()["commands"]) {
        INFO(command["name"]);
        for (const json& role : command["roles"]) {
            CHECK(role != "administrator");
        }
    }
    for (const json& view : module.manifest()["views"]) {
        INFO(view["id"]);
        CHECK_FALSE(view["readRoles"].empty());
        for (const json& role : view["readRoles"]) {
            CHECK(role != "administrator");
        }
    }
}
