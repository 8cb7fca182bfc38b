#include "app/commands/command.hpp"
#include "app/exposure.hpp"
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
            "Checks a settings file with the environment on top, and the certificate it names, and "
            "prints "
            "what a server would use."
        );
        command.add_option("file", file_, "TOML file, see config/samvev.toml")->required();
        command.add_flag("--dev", dev_, "Check it for `samvev serve --dev`");
        add_json_option(command);
    }

    Result<std::monostate> run() override {
        SAMVEV_TRY(const auto effective, load_settings({file_, settings_environment(), {}}));
        SAMVEV_CHECK_OK(
            check_exposure(effective.settings, dev_ ? Mode::development : Mode::production)
        );
        if (const auto files = tls_files_of(effective.settings)) {
            SAMVEV_CHECK_OK(wire::TlsIdentity::open(*files));
        }
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
    bool dev_ = false;
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
