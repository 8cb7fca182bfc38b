#include "app/settings.hpp"

#include <samvev/json.hpp>

#include <catch2/catch.hpp>

#include "app/declaring_tenants.hpp"
#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

using samvev::ErrorCode;
using samvev::json;
using samvev::app::load_settings;
using samvev::app::setting_keys;
using samvev::app::Settings;
using samvev::app::settings_schema;
using samvev::app::SettingSources;
using samvev::app::tenants_named;
using samvev::app::to_json_text;
using samvev::app::to_toml;
using samvev::store::TenantId;
using samvev::test::read_file;
using samvev::test::TemporaryDirectory;
using samvev::test::write_file;

namespace {

// What a file with that content is refused with, without its directory; empty when it is taken.
std::string refusal(const std::string& content) {
    const TemporaryDirectory directory;
    const std::string path = write_file(directory.path() + "/samvev.toml", content);
    const auto loaded = load_settings({path, {}, {}});
    if (loaded) {
        return "";
    }
    CHECK(loaded.error().code == ErrorCode::invalid_argument);
    std::string message = loaded.error().message;
    for (auto at = message.find(directory.path()); at != std::string::npos;
         at = message.find(directory.path())) {
        message.erase(at, directory.path().size() + 1);
    }
    return message;
}

}  // namespace

TEST_CASE(
    "The file in config/ lists every key with its default, and reads back as the defaults",
    "[app][settings]"
) {
    const std::string file = std::string(SAMVEV_SOURCE_DIR) + "/config/samvev.toml";
    CHECK(read_file(file) == to_toml(Settings()));
    const auto loaded = load_settings({file, {}, {}});
    REQUIRE(loaded);
    CHECK(loaded->settings == Settings());
    CHECK(loaded->origins.size() == setting_keys().size());
}

TEST_CASE("Tenants whose staff sign first are named by number, or all", "[app][settings]") {
    CHECK(refusal("[access]\ndeclaration_required_in = \"9999, 9998\"\n").empty());
    CHECK(refusal("[access]\ndeclaration_required_in = \"all\"\n").empty());
    CHECK(
        refusal("[access]\ndeclaration_required_in = \"9999, Fjordvik\"\n")
            .find("'Fjordvik' is no tenant") != std::string::npos
    );
    const auto named = tenants_named(" 9999 ,9998");
    REQUIRE(named);
    CHECK((*named)(TenantId(9998)));
    CHECK_FALSE((*named)(TenantId(9997)));
    CHECK_FALSE((*tenants_named(""))(TenantId(9999)));
    CHECK((*tenants_named("all"))(TenantId(1)));
    for (const char* wrong : {"9999;9998", "-1", "9999 9998", "4294967296", "9999,,9998"}) {
        INFO(wrong);
        const auto refused = tenants_named(wrong);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::invalid_argument);
    }
}

TEST_CASE("The schema in config/ is that of the keys", "[app][settings]") {
    const std::string text =
        read_file(std::string(SAMVEV_SOURCE_DIR) + "/config/samvev.schema.json");
    CHECK(text == settings_schema());
    const json schema = json::parse(text);
    const json defaults = json::parse(to_json_text(Settings()));
    for (const auto& key : setting_keys()) {
        INFO(key.path());
        const json& described = schema.at("properties")
                                    .at(std::string(key.section))
                                    .at("properties")
                                    .at(std::string(key.name));
        CHECK(
            described.at("default") ==
            defaults.at(std::string(key.section)).at(std::string(key.name))
        );
    }
}

TEST_CASE("Flags win over the environment, the environment over the file", "[app][settings]") {
    const TemporaryDirectory directory;
    SettingSources sources;
    sources.file = write_file(
        directory.path() + "/samvev.toml",
        "[server]\nlisten = \"127.0.0.1:1\"\nio_threads = 3\n[log]\nlevel = \"warn\"\n"
    );
    sources.environment = {
        {"SAMVEV__SERVER__LISTEN", "127.0.0.1:2"}, {"SAMVEV__SERVER__IO_THREADS", "4"}
    };
    sources.flags = {{"server.listen", "127.0.0.1:3"}};
    const auto loaded = load_settings(sources);
    REQUIRE(loaded);
    CHECK(loaded->settings.listen == "127.0.0.1:3");
    CHECK(loaded->settings.io_threads == 4);
    CHECK(loaded->settings.log_level == "warn");
    CHECK(
        loaded->origins ==
        std::map<std::string, std::string>{
            {"server.listen", "flag"}, {"server.io_threads", "environment"}, {"log.level", "file"}
        }
    );
}

TEST_CASE(
    "A mistake in the file is told with its line and what was probably meant", "[app][settings]"
) {
    CHECK(refusal("[server]\nlisten = \"127.0.0.1:0\"\n") == "");
    CHECK(
        refusal("[server]\n\nlisen = \"127.0.0.1:0\"\n") ==
        "samvev.toml:3: unknown key 'server.lisen'; did you mean 'listen'?"
    );
    CHECK(
        refusal("[sever]\nlisten = \"\"\n") ==
        "samvev.toml:1: unknown section 'sever'; did you mean 'server'?"
    );
    CHECK(refusal("[zzzzzzzz]\n") == "samvev.toml:1: unknown section 'zzzzzzzz'");
    CHECK(
        refusal("listen = \"127.0.0.1:0\"\n") ==
        "samvev.toml:1: 'listen' stands outside a section like [server]"
    );
    CHECK(
        refusal("[server]\nio_threads = \"two\"\n") ==
        "samvev.toml:2: server.io_threads takes a whole number"
    );
    CHECK(
        refusal("[server]\nlisten = 8470\n") ==
        "samvev.toml:2: server.listen takes a text in quotes"
    );
    CHECK(
        refusal("[server]\nio_threads = 0\n") ==
        "samvev.toml:2: '0' is not a whole number from 1 to 64 (server.io_threads)"
    );
    CHECK(
        refusal("[log]\nlevel = \"warning\"\n") ==
        "samvev.toml:2: 'warning' is not one of the values of log.level; did you mean 'warn'?"
    );
    CHECK(
        refusal("[server]\nlisten = \"somewhere\"\n")
            .find("server.listen: 'somewhere' is not HOST:PORT") == 0
    );
    CHECK(refusal("[server\n").find("samvev.toml:1: ") == 0);
}

TEST_CASE("All mistakes are told at once", "[app][settings]") {
    CHECK(
        refusal("[server]\nlisen = \"\"\nio_threads = 99\n") ==
        "samvev.toml:2: unknown key 'server.lisen'; did you mean 'listen'?\n"
        "samvev.toml:3: '99' is not a whole number from 1 to 64 (server.io_threads)"
    );
}

TEST_CASE("A mistake in the environment names the variable", "[app][settings]") {
    const auto message = [](const std::string& name, const std::string& value) {
        return load_settings({std::nullopt, {{name, value}}, {}}).error().message;
    };
    CHECK(
        message("SAMVEV__SERVER__LISTN", "x") ==
        "environment SAMVEV__SERVER__LISTN: unknown key 'server.listn'; did you mean 'listen'?"
    );
    CHECK(
        message("SAMVEV__LISTEN", "x").find("environment SAMVEV__LISTEN: a setting is named") == 0
    );
    CHECK(
        message("SAMVEV__SERVER__IO_THREADS", "-1")
            .find("'-1' is not a whole number from 1 to 64") != std::string::npos
    );
}

TEST_CASE("A settings file that is not there is not taken for an empty one", "[app][settings]") {
    CHECK(load_settings({"/nowhere/samvev.toml", {}, {}}).error().code == ErrorCode::not_found);
}
