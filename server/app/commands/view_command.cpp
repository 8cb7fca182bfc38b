#include "app/commands/command.hpp"
#include "app/data_directory.hpp"
#include "app/module_set.hpp"
#include "app/progress_bar.hpp"
#include "app/sealing.hpp"
#include "base/json_text.hpp"
#include "store/sealed_event_log.hpp"
#include "store/table.hpp"
#include "views/projector.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <set>

namespace samvev::app {
namespace {

class ViewRebuildCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        CLI::App& command = declare_as(
            root, {"view", "rebuild"},
            "Folds views again from the first event, beside the old ones. The server must be "
            "stopped."
        );
        command.add_option("--data", data_, "Data directory of the server")->required();
        command.add_option("--tenant", tenant_, "Only this municipality; default: all");
        command.add_option("--view", view_, "Only this view, e.g. case.overview; default: all");
        command.add_option(
            "--config", config_, "Settings file of the server, for its keys; default: --dev's"
        );
        command.add_option("--plugins", plugins_, "Folder of the modules to load (*.so)");
        add_json_option(command);
    }

    Result<std::monostate> run() override {
        if (!std::filesystem::exists(DataPaths{data_}.log())) {
            return fail(
                ErrorCode::not_found,
                data_ + " holds no history. Name the server's data directory with --data."
            );
        }
        SAMVEV_TRY(const auto data, DataDirectory::open(data_));
        SAMVEV_TRY(const auto registry, load_modules(plugins_));
        SAMVEV_TRY(const auto views, chosen_views(*registry));
        store::RocksOptions options;
        options.directory = data->paths().log();
        options.mode = store::RocksOptions::Mode::read_only;
        SAMVEV_TRY(const auto sealing, open_keys(data->paths()));
        SAMVEV_CHECK_OK(use_dictionaries(sealing->keys(), *registry));
        SAMVEV_TRY(auto engine, store::open_rocks_event_log(options));
        const auto log = store::make_sealed_event_log(std::move(engine), sealing->seal());
        SAMVEV_TRY(const auto table, store::open_rocks_table(data->paths().views()));
        views::ProjectorParts parts{*log, *registry, *table, data->secret_for("view index")};
        parts.seal = &sealing->seal();
        const auto projector = views::make_projector(parts);

        std::uint64_t events = 0;
        std::uint64_t rebuilt = 0;
        const auto tenants = chosen_tenants(*log);
        if (tenant_ != 0 && tenants.empty()) {
            return fail(
                ErrorCode::not_found, data_ + " holds no history of tenant " +
                                          std::to_string(tenant_) +
                                          ". Leave --tenant out to rebuild the views of all."
            );
        }
        {
            ProgressBar bar("rebuild");
            for (const store::TenantId tenant : tenants) {
                for (const std::string& view : views) {
                    bar.show(rebuilt, tenants.size() * views.size(), view);
                    SAMVEV_TRY(const std::uint64_t folded, projector->rebuild(tenant, view));
                    events += folded;
                    ++rebuilt;
                }
            }
        }
        print(rebuilt, events);
        return {};
    }

private:
    Result<std::unique_ptr<Sealing>> open_keys(const DataPaths& paths) const {
        SettingSources sources;
        if (!config_.empty()) {
            sources.file = config_;
        }
        sources.environment = settings_environment();
        SAMVEV_TRY(const auto effective, load_settings(sources));
        const auto places = find_key_places(effective.settings, paths);
        if (!places) {
            return fail(
                ErrorCode::not_found,
                "Views cannot be sealed without keys: name the server's settings file with "
                "--config."
            );
        }
        return Sealing::open({.places = *places});
    }

    Result<std::vector<std::string>> chosen_views(const modules::Registry& registry) const {
        std::vector<std::string> views;
        for (const auto& module : registry.modules()) {
            for (const modules::ViewType& view : module->manifest().views) {
                if (view_.empty() || view.id == view_) {
                    views.push_back(view.id);
                }
            }
        }
        if (views.empty()) {
            return fail(
                ErrorCode::not_found,
                "No module has a view '" + view_ + "'. Leave --view out to rebuild all."
            );
        }
        return views;
    }

    std::set<store::TenantId> chosen_tenants(const store::EventLog& log) const {
        std::set<store::TenantId> tenants;
        for (const store::LogId id : log.logs()) {
            if (id.kind == store::LogKind::domain &&
                (tenant_ == 0 || id.tenant == store::TenantId(tenant_))) {
                tenants.insert(id.tenant);
            }
        }
        return tenants;
    }

    void print(std::uint64_t rebuilt, std::uint64_t events) const {
        if (output() == Output::json) {
            std::cout << base::JsonObject()
                             .raw("views", std::to_string(rebuilt))
                             .raw("events", std::to_string(events))
                             .take()
                      << std::endl;
        } else {
            std::cout << "Rebuilt " << rebuilt << " views from " << events << " events."
                      << std::endl;
        }
    }

    std::string data_;
    std::uint32_t tenant_ = 0;
    std::string view_;
    std::string plugins_;
    std::string config_;
};

}  // namespace

std::unique_ptr<Command> make_view_rebuild_command() {
    return std::make_unique<ViewRebuildCommand>();
}

}  // namespace samvev::app
