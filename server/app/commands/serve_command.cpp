#include "app/application.hpp"
#include "app/commands/command.hpp"
#include "app/demo_player.hpp"
#include "base/log.hpp"

#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <pthread.h>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <latch>
#include <map>
#include <thread>
#include <vector>

namespace samvev::app {
namespace {

// The signals that end a server. While it starts they end it at once: the history is safe at any
// instant, and who stops a server that replays or plays its demo does not want to wait for that.
// SIGHUP is one of them, unless there is something to read again: then it has that done.
// Blocked before any other thread is made, so that all inherit it.
class Signals {
public:
    Signals() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        struct sigaction hang_up{};
        sigaction(SIGHUP, nullptr, &hang_up);
        ignores_hang_up_ = hang_up.sa_handler == SIG_IGN;  // nohup
        sigaddset(&signals_, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        waiter_ = std::thread([this] { wait_for_stop(); });
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    ~Signals() {
        phase_.store(Phase::ending);
        pthread_kill(waiter_.native_handle(), SIGTERM);  // If nothing came, this does.
        waiter_.join();
    }
    // `renew` is what SIGHUP asks for, on a thread of its own; empty when there is nothing.
    void ready(std::function<void()> renew) {
        renew_ = std::move(renew);
        phase_.store(Phase::serving);
    }
    void wait() const { came_.wait(); }
    // From now on a further signal ends the process at once.
    void unblock() const { pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }

private:
    enum class Phase { starting, serving, ending };

    void wait_for_stop() {
        int signal = 0;
        while (true) {
            sigwait(&signals_, &signal);
            const Phase phase = phase_.load();
            if (signal == SIGHUP && phase == Phase::serving && renew_) {
                renew_();
            } else if (signal == SIGHUP && ignores_hang_up_) {
                continue;
            } else if (phase == Phase::starting) {
                std::_Exit(128 + signal);
            } else {
                came_.count_down();
                return;
            }
        }
    }

    sigset_t signals_{};
    bool ignores_hang_up_ = false;
    std::function<void()> renew_;  // set before phase_ says serving
    std::atomic<Phase> phase_{Phase::starting};
    std::latch came_{1};
    std::thread waiter_;
};

class ServeCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        CLI::App& command = declare_as(
            root, {"serve"},
            "Runs the server. Prints one line, `ready http://HOST:PORT` (https with TLS), when it "
            "accepts "
            "connections; "
            "SIGTERM and SIGINT end it when the calls in flight are answered, or at once while it "
            "starts; "
            "SIGHUP has a server with TLS read its certificate again."
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
        Signals signals;
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
        if (!demo_folder_.empty() && !options.settings.tls_certificate.empty()) {
            return fail(
                ErrorCode::unsupported,
                "--demo is played over http: start without tls.certificate, play, and start again."
            );
        }
        SAMVEV_TRY(const auto application, Application::start(options));
        if (!demo_folder_.empty()) {
            SAMVEV_CHECK_OK(play(*application, effective.settings));
        }
        std::function<void()> renew;
        if (!options.settings.tls_certificate.empty()) {
            renew = [&server = *application] { renew_certificate(server); };
        }
        signals.ready(std::move(renew));
        std::cout << "ready " << application->url() << std::endl;
        signals.wait();
        signals.unblock();
        application->drain();
        return {};
    }

private:
    static void renew_certificate(Application& application) {
        const Result<void> renewed = application.renew_certificate();
        if (!renewed) {
            base::logger("app").error(
                "event=certificate_not_renewed reason=\"{}\" in_use=\"the one before\"",
                renewed.error().message
            );
        }
    }

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
