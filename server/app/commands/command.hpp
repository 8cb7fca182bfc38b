#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace CLI {
class App;
}

namespace samvev::app {

enum class Output { text, json };

// One thing that the binary `samvev` can be told to do. A failure's message is a sentence (or
// lines) that says what happened, to what, and what to do next; main prints it.
class Command {
public:
    Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;

    // Adds the subcommand with its options to `root`, which outlives the command.
    virtual void declare(CLI::App& root) = 0;
    [[nodiscard]] virtual Result<std::monostate> run() = 0;

    // Whether the command line named it.
    [[nodiscard]] bool is_chosen() const;
    [[nodiscard]] Output output() const noexcept { return json_ ? Output::json : Output::text; }
    // "import xes".
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

protected:
    // Makes (or finds) the subcommand of that path, e.g. {"import", "xes"}.
    CLI::App& declare_as(
        CLI::App& root, const std::vector<std::string>& path, const std::string& description
    );
    void add_json_option(CLI::App& command);

private:
    CLI::App* declared_ = nullptr;  // Owned by the root.
    std::string name_;
    bool json_ = false;
};

[[nodiscard]] std::unique_ptr<Command> make_config_check_command();
[[nodiscard]] std::unique_ptr<Command> make_config_default_command();
[[nodiscard]] std::unique_ptr<Command> make_config_schema_command();
[[nodiscard]] std::unique_ptr<Command> make_demo_command();
[[nodiscard]] std::unique_ptr<Command> make_erase_command();
[[nodiscard]] std::unique_ptr<Command> make_import_xes_command();
[[nodiscard]] std::unique_ptr<Command> make_replay_command();
[[nodiscard]] std::unique_ptr<Command> make_serve_command();
[[nodiscard]] std::unique_ptr<Command> make_token_command();
[[nodiscard]] std::unique_ptr<Command> make_view_rebuild_command();

}  // namespace samvev::app
