#include "app/application.hpp"
#include "app/commands/command.hpp"
#include "base/json_text.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <vector>

namespace {

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

using samvev::app::Command;

std::vector<std::unique_ptr<Command>> make_commands() {
    using namespace samvev::app;  // NOLINT(google-build-using-namespace): the nine factories.
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(make_serve_command());
    commands.push_back(make_token_command());
    commands.push_back(make_demo_command());
    commands.push_back(make_import_xes_command());
    commands.push_back(make_replay_command());
    commands.push_back(make_view_rebuild_command());
    commands.push_back(make_erase_command());
    commands.push_back(make_config_check_command());
    commands.push_back(make_config_default_command());
    commands.push_back(make_config_schema_command());
    return commands;
}

void print_failure(const Command& command, const samvev::Error& error) {
    if (command.output() == samvev::app::Output::json) {
        samvev::base::JsonObject problem;
        problem.text("code", to_text(error.code)).text("message", error.message);
        if (!error.data.empty()) {
            problem.raw("data", error.data);
        }
        std::cout << samvev::base::JsonObject().raw("error", problem.take()).take() << std::endl;
    }
    std::cerr << "samvev " << command.name() << ": " << error.message << std::endl;
}

int run(int argc, char** argv) {
    CLI::App root(
        "Samvev: coordinates the services around a child, a young person or a family.", "samvev"
    );
    root.set_version_flag("--version", "samvev " + samvev::app::version_text());
    root.require_subcommand(1);
    root.failure_message(CLI::FailureMessage::help);
    const auto commands = make_commands();
    for (const auto& command : commands) {
        command->declare(root);
    }
    try {
        root.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
            return root.exit(error);  // --help and --version
        }
        std::cerr << "samvev: " << error.what() << "\nsamvev: run with --help to see what it takes."
                  << std::endl;
        return exit_usage;
    }
    for (const auto& command : commands) {
        if (!command->is_chosen()) {
            continue;
        }
        const auto outcome = command->run();
        if (!outcome) {
            print_failure(*command, outcome.error());
            return exit_failed;
        }
    }
    return exit_ok;
}

}  // namespace

int main(int argc, char** argv) {
    // A client that hangs up is an error code of its write, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "samvev: " << error.what() << std::endl;
        return exit_failed;
    }
}
