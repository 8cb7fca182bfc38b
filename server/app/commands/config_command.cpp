#include "app/commands/command.hpp"
#include "app/sealing.hpp"
#include "app/settings.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace samvev::app {
namespace {

class ConfigCheckCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        CLI::App& command = declare_as(
            root, {"config", "check"},
            "Checks a settings file with the environment on top and prints what a server would use."
        );
        command.add_option("file", file_, "TOML file, see config/samvev.toml")->required();
        add_json_option(command);
    }

    Result<std::monostate> run() override {
        SAMVEV_TRY(const auto effective, load_settings({file_, settings_environment(), {}}));
        if (output() == Output::json) {
            std::cout << to_json_text(effective.settings) << std::endl;
        } else {
            std::cout << to_toml(effective.settings, effective.origins) << std::flush;
        }
        const DataPaths data{effective.settings.data_directory};
        const auto places = key_places(effective.settings, data, KeyPlaces::Mode::production);
        if (!places) {
            std::cerr << "samvev config check: good for `serve --dev` only. "
                      << places.error().message << std::endl;
        }
        return {};
    }

private:
    std::string file_;
};

class ConfigDefaultCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        declare_as(
            root, {"config", "default"}, "Prints every setting with its default and its meaning."
        );
    }
    Result<std::monostate> run() override {
        std::cout << to_toml(Settings()) << std::flush;
        return {};
    }
};

class ConfigSchemaCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        declare_as(
            root, {"config", "schema"}, "Prints the JSON Schema of the settings file, for editors."
        );
    }
    Result<std::monostate> run() override {
        std::cout << settings_schema() << std::flush;
        return {};
    }
};

}  // namespace

std::unique_ptr<Command> make_config_check_command() {
    return std::make_unique<ConfigCheckCommand>();
}
std::unique_ptr<Command> make_config_default_command() {
    return std::make_unique<ConfigDefaultCommand>();
}
std::unique_ptr<Command> make_config_schema_command() {
    return std::make_unique<ConfigSchemaCommand>();
}

}  // namespace samvev::app
