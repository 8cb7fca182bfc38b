#include "app/commands/command.hpp"
#include "app/demo_player.hpp"
#include "app/progress_bar.hpp"
#include "base/json_text.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace samvev::app {
namespace {

class DemoCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        CLI::App& command = declare_as(
            root, {"demo"},
            "Fills a server that runs with --dev with the fictional municipality Fjordvik (tenant "
            "9999), by real "
            "commands. Played again it changes nothing."
        );
        command
            .add_option("--server", server_, "Address of the server, e.g. http://127.0.0.1:8470")
            ->required();
        command.add_option("--data", data_, "Data directory of the server")->required();
        command.add_option("--files", files_, "Folder of the demo")->capture_default_str();
        add_json_option(command);
    }

    Result<std::monostate> run() override {
        DemoSettings settings;
        settings.folder = files_;
        settings.data_directory = data_;
        SAMVEV_TRY(settings.server, client::parse_url(server_));
        SAMVEV_TRY(const DemoSummary summary, play_with_progress(settings));
        print(summary);
        return {};
    }

private:
    static Result<DemoSummary> play_with_progress(DemoSettings& settings) {
        ProgressBar bar("demo");
        settings.progress = [&bar](std::size_t step, std::size_t steps, const std::string& file) {
            bar.show(step, steps, file);
        };
        return play_demo(settings, base::SystemClock());
    }

    void print(const DemoSummary& summary) const {
        if (output() == Output::json) {
            std::cout << base::JsonObject()
                             .raw("files", std::to_string(summary.files))
                             .raw("played", std::to_string(summary.played))
                             .raw("skipped", std::to_string(summary.skipped))
                             .take()
                      << std::endl;
        } else {
            std::cout << "Played " << summary.played << " steps of " << summary.files << " files; "
                      << summary.skipped << " had been played before." << std::endl;
        }
    }

    std::string server_;
    std::string data_;
    std::string files_ = "config/demo";
};

}  // namespace

std::unique_ptr<Command> make_demo_command() {
    return std::make_unique<DemoCommand>();
}

}  // namespace samvev::app
