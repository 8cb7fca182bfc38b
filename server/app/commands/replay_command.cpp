#include "app/commands/command.hpp"
#include "app/data_directory.hpp"
#include "app/replay_record.hpp"
#include "app/sealing.hpp"
#include "store/event_log.hpp"
#include "store/sealed_event_log.hpp"
#include "subscriptions/hub.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <map>

namespace samvev::app {
namespace {

const std::map<std::string, store::LogKind> log_kinds{
    {"domain", store::LogKind::domain},
    {"access", store::LogKind::access},
    {"system", store::LogKind::system}
};

class ReplayCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        CLI::App& command = declare_as(
            root, {"replay"},
            "Prints a tenant's history from the data directory, one CloudEvent (JSON) per line, in "
            "order. Works "
            "beside a running server; what is committed while it runs may be left out."
        );
        command.add_option("--data", data_, "Data directory of the server")->required();
        command.add_option("--tenant", tenant_, "Number of the municipality, e.g. 9999")
            ->required();
        command.add_option("--from", from_, "First position (or revision, with --stream)")
            ->capture_default_str();
        command.add_option("--stream", stream_, "Only this stream: KIND/UUID");
        command.add_option(
            "--config", config_, "Settings file of the server, for its keys; default: --dev's"
        );
        command.add_option("--log", log_kind_, "domain, access or system")
            ->capture_default_str()
            ->check(CLI::IsMember(log_kinds));
    }

    Result<std::monostate> run() override {
        const DataPaths paths{data_};
        if (!std::filesystem::exists(paths.log())) {
            return fail(
                ErrorCode::not_found, data_ + " holds no history: there is no " + paths.log() +
                                          ". Name the server's data directory with --data."
            );
        }
        if (!stream_.empty() && !store::StreamId::parse(stream_)) {
            return fail(
                ErrorCode::invalid_argument,
                "--stream '" + stream_ + "' is not KIND/UUID, like case/0192f0c1-…."
            );
        }
        SAMVEV_TRY(const auto keys, find_keys(paths));
        if (keys) {
            put_on_record(
                {paths, *keys, {store::TenantId(tenant_), log_kinds.at(log_kind_)}, stream_}
            );
        }
        store::RocksOptions options;
        options.directory = paths.log();
        options.mode = store::RocksOptions::Mode::read_only;
        SAMVEV_TRY(auto log, store::open_rocks_event_log(options));
        // After the log, so that no key is missing for what is read.
        std::unique_ptr<Sealing> sealing;
        if (keys) {
            SAMVEV_TRY(
                sealing, Sealing::open({.places = *keys, .mode = store::KeyFilesMode::read_only})
            );
            log = store::make_sealed_event_log(std::move(log), sealing->seal());
        }
        const store::LogId id{store::TenantId(tenant_), log_kinds.at(log_kind_)};
        const auto print = [&](const store::EventView& event) {
            // Positions in the clear: whoever reads the data directory may count.
            const std::string position = "\"sequence\":\"" + padded(event.position.value()) + "\"";
            std::cout << subscriptions::cloud_event(id.tenant, event, position) << '\n';
            return std::cout ? store::Visit::more : store::Visit::stop;
        };
        SAMVEV_CHECK_OK(
            stream_.empty() ? print_log(*log, id, print) : print_stream(*log, id, print)
        );
        std::cout << std::flush;
        if (!std::cout) {
            return fail(
                ErrorCode::unavailable,
                "The history could not be written out: the reader of this output has gone."
            );
        }
        return {};
    }

private:
    // Absent: payloads stay sealed, and are shown as withheld.
    Result<std::optional<KeyPlaces>> find_keys(const DataPaths& paths) const {
        SettingSources sources;
        if (!config_.empty()) {
            sources.file = config_;
        }
        sources.environment = settings_environment();
        SAMVEV_TRY(const auto effective, load_settings(sources));
        return find_key_places(effective.settings, paths);
    }

    // As far as that can be: who has the disk and the keys reads what they like.
    static void put_on_record(const ReplayRecord& replay) {
        const auto recorded = record_replay(replay);
        if (!recorded) {
            std::cerr << "samvev replay: not on record in the access log: "
                      << recorded.error().message << '\n';
        }
    }

    // Twenty digits: sorts as text, as the CloudEvents extension `sequence` wants.
    static std::string padded(std::uint64_t position) {
        constexpr std::size_t digits = 20;
        const std::string number = std::to_string(position);
        return std::string(digits - number.size(), '0') + number;
    }

    Result<std::monostate> print_log(
        const store::EventLog& log, store::LogId id, const store::EventVisitor& print
    ) const {
        SAMVEV_CHECK_OK(log.scan(id, store::Position(from_), SIZE_MAX, print));
        return {};
    }

    Result<std::monostate> print_stream(
        const store::EventLog& log, store::LogId id, const store::EventVisitor& print
    ) const {
        const auto stream = store::StreamId::parse(stream_);
        const auto read = log.scan_stream(id, *stream, store::Revision(from_), SIZE_MAX, print);
        if (!read && read.error().code == ErrorCode::not_found) {
            return fail(
                ErrorCode::not_found,
                "Tenant " + std::to_string(tenant_) + " has no stream " + stream_ + "."
            );
        }
        SAMVEV_CHECK_OK(read);
        return {};
    }

    std::string data_;
    std::string config_;
    std::uint32_t tenant_ = 0;
    std::uint64_t from_ = 0;
    std::string stream_;
    std::string log_kind_ = "domain";
};

}  // namespace

std::unique_ptr<Command> make_replay_command() {
    return std::make_unique<ReplayCommand>();
}

}  // namespace samvev::app
