#include "app/commands/command.hpp"
#include "app/data_directory.hpp"
#include "app/eraser.hpp"
#include "app/module_set.hpp"
#include "app/sealing.hpp"
#include "base/calendar_text.hpp"
#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "base/uuid.hpp"
#include "dispatch/gate/facts_rows.hpp"
#include "store/keys/erasure_register.hpp"
#include "store/sealed_event_log.hpp"
#include "store/table.hpp"
#include "views/projector.hpp"

#include <CLI/CLI.hpp>

#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace samvev::app {
namespace {

// Whoever became root by sudo is still themselves.
std::string name_at_this_machine() {
    if (const char* const name = std::getenv("SUDO_USER"); name != nullptr && ::getuid() == 0) {
        return name;
    }
    const passwd* const entry = ::getpwuid(::getuid());
    return entry == nullptr ? "uid " + std::to_string(::getuid()) : std::string(entry->pw_name);
}

class EraseCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        CLI::App& command = declare_as(
            root, {"erase"},
            "Destroys the keys of a stream for ever, after which nobody can read what it holds, "
            "and takes it out of the views. There is no way back, and nobody else is asked: over "
            "the API, erasing takes two people (erasure.request, erasure.confirm). Who runs this "
            "is on record in the tenant's system log. The server must be stopped."
        );
        command.add_option("--config", config_, "Settings file of the server; default: --dev's");
        command.add_option("--data", data_, "Data directory of the server; default: the settings'");
        command.add_option("--tenant", tenant_, "Number of the municipality, e.g. 9999")
            ->required();
        command.add_option("--stream", stream_, "What is erased: KIND/UUID")->required();
        command
            .add_option("--basis", basis_, "By which right: a paragraph like GDPR.17, no free text")
            ->required();
        command.add_option("--plugins", plugins_, "Folder of the modules to load (*.so)");
        add_json_option(command);
    }

    Result<std::monostate> run() override {
        const auto stream = store::StreamId::parse(stream_);
        if (!stream) {
            return fail(
                ErrorCode::invalid_argument,
                "--stream '" + stream_ + "' is not KIND/UUID, like person/0192f0c1-…."
            );
        }
        SettingSources sources;
        if (!config_.empty()) {
            sources.file = config_;
        }
        sources.environment = settings_environment();
        if (!data_.empty()) {
            sources.flags.emplace("data.directory", data_);
        }
        SAMVEV_TRY(const auto effective, load_settings(sources));
        return erase(effective.settings, *stream);
    }

private:
    Result<std::monostate> erase(const Settings& settings, const store::StreamId& stream) {
        if (!std::filesystem::exists(DataPaths{settings.data_directory}.log())) {
            return fail(
                ErrorCode::not_found, settings.data_directory +
                                          " holds no history. Name the server's data directory "
                                          "with --data."
            );
        }
        SAMVEV_TRY(const auto data, DataDirectory::open(settings.data_directory));
        const auto places = find_key_places(settings, data->paths());
        if (!places) {
            return fail(
                ErrorCode::not_found,
                "There are no keys to destroy: name the server's settings file with --config."
            );
        }
        SAMVEV_TRY(const auto sealing, Sealing::open({.places = *places}));
        SAMVEV_TRY(const auto registry, load_modules(plugins_));
        SAMVEV_CHECK_OK(use_dictionaries(sealing->keys(), *registry));
        store::RocksOptions options;
        options.directory = data->paths().log();
        SAMVEV_TRY(auto engine, store::open_rocks_event_log(options));
        const store::EventLog& stored = *engine;
        const auto log = store::make_sealed_event_log(std::move(engine), sealing->seal());
        SAMVEV_TRY(const auto table, store::open_rocks_table(data->paths().views()));
        views::ProjectorParts parts{*log, *registry, *table, data->secret_for("view index")};
        parts.seal = &sealing->seal();
        const auto projector = views::make_projector(parts);
        const base::SystemClock clock;
        const auto eraser = make_eraser(
            {*log,
             stored,
             sealing->keys(),
             *table,
             *projector,
             clock,
             {},
             [&table](store::TenantId tenant) {  // The next start folds them.
                 return dispatch::FactsRows(*table, nullptr).remove(tenant);
             }}
        );
        const base::Timestamp now = clock.now();
        SAMVEV_CHECK_OK(eraser->resume());
        SAMVEV_CHECK_OK(put_on_record(*log, stream, now));
        SAMVEV_CHECK_OK(eraser->erase({store::TenantId(tenant_), stream, basis_, now}));
        report(now + std::chrono::days(settings.key_backup_days), places->erasure_register);
        return {};
    }

    // Before anything is gone, and whether or not it then is (it may be held):
    // {"stream","basis","operator"}, by the name at this machine.
    Result<std::monostate> put_on_record(
        store::EventLog& log, const store::StreamId& stream, base::Timestamp now
    ) const {
        SAMVEV_CHECK_OK(store::check_basis(basis_));
        const store::LogId domain{store::TenantId(tenant_), store::LogKind::domain};
        SAMVEV_TRY(const auto head, log.stream_head(domain, stream));
        if (!head) {
            return std::monostate();  // There is nothing to erase: erase() says so.
        }
        base::RandomIdSource ids;
        store::NewEvent event;
        event.id = store::EventId(ids.make(now));
        event.type = "app.erasure-by-operator";
        event.labels.topic = "system";
        event.payload = base::JsonObject()
                            .text("stream", stream.text())
                            .text("basis", basis_)
                            .text("operator", name_at_this_machine())
                            .take();
        store::StreamWrite write;
        write.stream = {"operator", ids.make(now)};
        write.expected = store::ExpectedRevision::no_stream();
        write.events.push_back(std::move(event));
        store::Commit commit;
        commit.log = {domain.tenant, store::LogKind::system};
        commit.writes.push_back(std::move(write));
        commit.actor.actor = "system/erase";
        commit.actor.role = "system:operator";
        commit.recorded_at = now;
        SAMVEV_CHECK_OK(log.append(std::move(commit)));
        return std::monostate();
    }

    void report(base::Timestamp complete, const std::string& erasure_register) const {
        const std::string day = base::to_text(complete).substr(0, std::string("yyyy-mm-dd").size());
        if (output() == Output::json) {
            std::cout << base::JsonObject()
                             .text("stream", stream_)
                             .text("complete", day)
                             .text("register", erasure_register)
                             .take()
                      << std::endl;
            return;
        }
        std::cout << "Erased " << stream_ << ". Backups of the keys hold its keys until " << day
                  << " (keys.backup_days): then the erasure is complete. Copy " << erasure_register
                  << " to where your backups do not reach." << std::endl;
    }

    std::string config_;
    std::string data_;
    std::uint32_t tenant_ = 0;
    std::string stream_;
    std::string basis_;
    std::string plugins_;
};

}  // namespace

std::unique_ptr<Command> make_erase_command() {
    return std::make_unique<EraseCommand>();
}

}  // namespace samvev::app
