#include "app/module_set.hpp"

#include "modules/in_process.hpp"

#include <samvev/plugin.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

// Defined by SAMVEV_BUILTIN_MODULE in server/core; only app knows that they are there.
namespace samvev::builtin {
const samvev_entry& person();
const samvev_entry& organisation();
const samvev_entry& case_();
const samvev_entry& coordination();
const samvev_entry& break_glass();
const samvev_entry& privacy();
const samvev_entry& consultation();
const samvev_entry& erasure();
const samvev_entry& invitation();
}  // namespace samvev::builtin

namespace samvev::app {
namespace {

namespace fs = std::filesystem;

constexpr std::array builtin_modules{&builtin::person,       &builtin::organisation,
                                     &builtin::case_,        &builtin::coordination,
                                     &builtin::break_glass,  &builtin::privacy,
                                     &builtin::consultation, &builtin::erasure,
                                     &builtin::invitation};

// Absent when there is none: a server without plugins is whole.
std::string default_plugin_directory() {
    std::error_code error;
    const fs::path binary = fs::read_symlink("/proc/self/exe", error);
    for (const std::string_view place : {"../lib/samvev/plugins", "../plugins"}) {
        const fs::path candidate = (binary.parent_path() / place).lexically_normal();
        if (fs::is_directory(candidate, error)) {
            return candidate.string();
        }
    }
    return {};
}

Result<std::vector<std::string>> find_plugins(const std::string& named) {
    const std::string directory = named.empty() ? default_plugin_directory() : named;
    std::vector<std::string> found;
    if (directory.empty()) {
        return found;
    }
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        if (entry.path().extension() == ".so" && entry.is_regular_file()) {
            found.push_back(entry.path().string());
        }
    }
    if (error) {
        return fail(
            ErrorCode::invalid_argument, "The plugin directory " + directory + " cannot be read: " +
                                             error.message() + ". Name another with --plugins."
        );
    }
    std::ranges::sort(found);
    return found;
}

}  // namespace

Result<std::unique_ptr<modules::Registry>> load_modules(const std::string& plugin_directory) {
    SAMVEV_TRY(const auto plugins, find_plugins(plugin_directory));
    std::vector<std::unique_ptr<modules::Module>> all;
    for (const auto& entry : builtin_modules) {
        SAMVEV_TRY(auto module, modules::make_builtin_module(entry()));
        all.push_back(std::move(module));
    }
    for (const std::string& path : plugins) {
        SAMVEV_TRY(auto module, modules::load_in_process(path));
        all.push_back(std::move(module));
    }
    return modules::Registry::make(std::move(all));
}

}  // namespace samvev::app
