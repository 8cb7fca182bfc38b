#include "app/application.hpp"
#include "app/commands/command.hpp"
#include "app/demo_player.hpp"
#include "base/log.hpp"

#include <CLI/CLI.hpp>

#include <pthread.h>
#include <csignal>
#include <iostream>
#include <map>
#include <vector>

namespace samvev::app {
namespace {

// The signals that end a server in peace. Blocked before any thread is made, so that all inherit
// it.
class StopSignals {
public:
    StopSignals() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    }
    void wait() const {
        int signal = 0;
        sigwait(&signals_, &signal);
    }
    // From now on a further signal ends the process at once: the history is safe at any instant.
    void unblock() const { pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }

private:
    sigset_t signals_{};
};

class ServeCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        CLI::App& command = declare_as(
            root, {"serve"},
            "Runs the server. Prints one line, `ready http://HOST:PORT`, when it accepts "
            "connections; "
            "SIGTERM and SIGINT end it when the calls in flight are answered."
        );
        add_setting(command, "--data", "data.directory", "Data directory, made when missing");
        add_setting(command, "--listen", "server.listen", "HOST:PORT; port 0 picks a free one");
        add_setting(
            command, "--plugins", "plugins.directory", "Folder of the modules to load (*.so)"
        );
        add_setting(command, "--log-level", "log.level", "trace, debug, info, warn or error");
        texts_.push_back(
            command.add_option("--config", config_file_, "Settings file, see config/samvev.toml")
        );
        CLI::Option* const dev = command.add_flag(
            "--dev", dev_, "Take local development tokens and offer a settable clock; loopback only"
        );
        texts_.push_back(
            command
                .add_option(
                    "--demo", demo_folder_,
                    "First play the fictional municipality of this folder (config/demo), then be "
                    "ready"
                )
                ->needs(dev)
        );
    }

    Result<std::monostate> run() override {
        const StopSignals signals;
        SAMVEV_CHECK_OK(refuse_empty_texts());
        SettingSources sources;
        if (!config_file_.empty()) {
            sources.file = config_file_;
        }
        sources.environment = settings_environment();
        for (const auto& [path, value] : flags_) {
            if (!value.empty()) {
                sources.flags.emplace(path, value);
            }
        }
        SAMVEV_TRY(const auto effective, load_settings(sources));
        base::set_log_level(effective.settings.log_level);
        Application::Options options;
        options.settings = effective.settings;
        options.mode = dev_ ? Application::Mode::development : Application::Mode::production;
        options.demo_folder = demo_folder_;
        SAMVEV_TRY(const auto application, Application::start(options));
        if (!demo_folder_.empty()) {
            SAMVEV_CHECK_OK(play(*application, effective.settings));
        }
        std::cout << "ready " << application->url() << std::endl;
        signals.wait();
        signals.unblock();
        application->drain();
        return {};
    }

private:
    // Through the public API, like any client.
    Result<std::monostate> play(const Application& application, const Settings& server) const {
        DemoSettings settings;
        settings.folder = demo_folder_;
        settings.data_directory = server.data_directory;
        SAMVEV_TRY(settings.server, client::parse_url(application.url()));
        SAMVEV_CHECK_OK(play_demo(settings, base::SystemClock()));
        return {};
    }

    void add_setting(
        CLI::App& command, const std::string& flag, const std::string& path,
        const std::string& description
    ) {
        texts_.push_back(command.add_option(flag, flags_[path], description));
    }

    // `--data "$UNSET"` must not serve another directory than the one that was meant.
    Result<std::monostate> refuse_empty_texts() const {
        for (const CLI::Option* option : texts_) {
            if (option->count() > 0 && option->as<std::string>().empty()) {
                return fail(
                    ErrorCode::invalid_argument,
                    option->get_name() +
                        " was given an empty text. Is a variable unset? Leave the option out for "
                        "its default."
                );
            }
        }
        return {};
    }

    std::vector<const CLI::Option*> texts_;     // CLI11 owns them.
    std::map<std::string, std::string> flags_;  // Setting path -> value; empty = not given.
    std::string config_file_;
    std::string demo_folder_;
    bool dev_ = false;
};

}  // namespace

std::unique_ptr<Command> make_serve_command() {
    return std::make_unique<ServeCommand>();
}

}  // namespace samvev::app
