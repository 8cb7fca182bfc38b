#include "app/commands/command.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace samvev::app {
namespace {

CLI::App* find_subcommand(CLI::App& parent, const std::string& name) {
    const auto all = parent.get_subcommands([](CLI::App*) { return true; });
    const auto found =
        std::ranges::find_if(all, [&](const CLI::App* app) { return app->get_name() == name; });
    return found == all.end() ? nullptr : *found;
}

}  // namespace

bool Command::is_chosen() const {
    return declared_ != nullptr && declared_->parsed();
}

CLI::App& Command::declare_as(
    CLI::App& root, const std::vector<std::string>& path, const std::string& description
) {
    static const std::map<std::string, std::string> groups{
        {"config", "Settings of the server."},
        {"import", "Plays data of other systems through the API."},
        {"view", "Read models."},
    };
    CLI::App* parent = &root;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
        CLI::App* group = find_subcommand(*parent, path[i]);
        if (group == nullptr) {
            group = parent->add_subcommand(path[i], groups.at(path[i]));
            group->require_subcommand(1);
        }
        parent = group;
        name_ += path[i] + " ";
    }
    name_ += path.back();
    declared_ = parent->add_subcommand(path.back(), description);
    return *declared_;
}

void Command::add_json_option(CLI::App& command) {
    command.add_flag("--json", json_, "Print the outcome as one JSON object");
}

}  // namespace samvev::app
