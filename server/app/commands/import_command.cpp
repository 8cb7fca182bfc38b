#include "app/client/xes_import.hpp"
#include "app/commands/command.hpp"
#include "app/progress_bar.hpp"
#include "base/json_text.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <iostream>
#include <utility>

namespace samvev::app {
namespace {

struct Line {
    std::string_view name;   // in JSON
    std::string_view words;  // for people
    std::uint64_t client::XesImportSummary::* count;
    enum class Show { always, when_any } show = Show::always;
};
using Summary = client::XesImportSummary;
constexpr std::array summary_lines{
    Line{"cases", "cases", &Summary::cases},
    Line{
        "casesUnfinished", "cases begun and not finished", &Summary::cases_unfinished,
        Line::Show::when_any
    },
    Line{"activities", "activities", &Summary::activities},
    Line{"units", "units (org:group)", &Summary::units},
    Line{"staff", "staff (org:resource)", &Summary::staff},
    Line{
        "casesWithoutGroup", "cases that name no group: they are with the unknown unit of the log",
        &Summary::cases_without_group, Line::Show::when_any
    },
    Line{
        "withoutGroup", "activities without a group: unit recorded as unknown",
        &Summary::without_group, Line::Show::when_any
    },
    Line{
        "withoutResource", "activities without a resource: staff recorded as unknown",
        &Summary::without_resource, Line::Show::when_any
    },
    Line{
        "withoutTime", "activities without a readable timestamp: time recorded as unknown",
        &Summary::without_time, Line::Show::when_any
    },
    Line{
        "withAssumedZone", "activities whose timestamp has no zone: taken as UTC",
        &Summary::with_assumed_zone, Line::Show::when_any
    },
    Line{
        "inFuture", "activities dated in the future: time recorded as unknown", &Summary::in_future,
        Line::Show::when_any
    },
    Line{
        "withoutName", "activities without a name: recorded as unknown", &Summary::without_name,
        Line::Show::when_any
    },
    Line{
        "eventsOutsideTraces",
        "events that are not directly in a trace of the log: not imported, they belong to no case",
        &Summary::events_outside_traces, Line::Show::when_any
    },
    Line{
        "alreadyThere",
        "of all these were there from an import of another service: neither written nor compared",
        &Summary::already_there, Line::Show::when_any
    },
    Line{
        "shortened", "names shortened to 200 characters", &Summary::shortened, Line::Show::when_any
    },
};

class ImportXesCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        CLI::App& command = declare_as(
            root, {"import", "xes"},
            "Plays an XES event log through the API: a trace becomes a case at level 0, an event a "
            "recorded "
            "activity. May be interrupted and repeated: nothing is imported twice."
        );
        command.add_option("file", file_, "FILE.xes or FILE.xes.gz")->required();
        command
            .add_option(
                "--server", server_,
                "Address of the server, like https://samvev.example, or http:// on this machine"
            )
            ->required();
        command
            .add_option(
                "--token", token_,
                "Token with role service:import: samvev token --service import --role "
                "service:import …"
            )
            ->required()
            ->envname("SAMVEV_TOKEN");
        command.add_option(
            "--name", name_,
            "Name of the log, instead of the one it has: all ids are derived from it"
        );
        command
            .add_option(
                "--patience", patience_s_, "Seconds to wait for a server that does not answer"
            )
            ->capture_default_str()
            ->check(CLI::Range(1, 86'400));
        add_json_option(command);
    }

    Result<std::monostate> run() override {
        client::RpcClientSettings connection;
        SAMVEV_TRY(connection.endpoint, client::parse_url(server_));
        if (!connection.endpoint.tls && !client::is_loopback(connection.endpoint.host)) {
            return fail(
                ErrorCode::invalid_argument,
                "'" + server_ +
                    "' would carry the token and the log readable over the network; give the "
                    "server's https address, or run this on its own machine"
            );
        }
        connection.token = token_;
        connection.patience = std::chrono::seconds(patience_s_);
        connection.first_patience = std::min(connection.first_patience, connection.patience);
        SAMVEV_TRY(const auto reader, client::XesReader::open(file_));
        const auto server = client::make_rpc_client(std::move(connection));

        client::XesImportSettings settings;
        settings.log_name = name_;
        client::XesImportSummary summary;
        const auto outcome = [&] {
            ProgressBar bar("import");
            settings.progress = [&bar](
                                    const client::XesImportSummary& so_far,
                                    const client::GzipFile::Progress& read
                                ) {
                bar.show(
                    read.bytes_read, read.bytes_total,
                    std::to_string(so_far.cases) + " cases, " + std::to_string(so_far.activities) +
                        " activities"
                );
            };
            return client::import_xes(*reader, *server, settings, summary);
        }();
        if (output() == Output::json && outcome) {
            std::cout << as_json(summary) << std::endl;
        } else if (output() == Output::text) {
            std::cout << as_text(summary) << std::flush;
        }
        if (!outcome) {
            return fail(
                outcome.error().code,
                outcome.error().message + "\n" + std::to_string(summary.cases) +
                    " cases were imported whole, " + std::to_string(summary.cases_unfinished) +
                    " were begun and not finished. Mend the cause and run the same command again: "
                    "nothing is imported twice.",
                as_json(summary)
            );
        }
        return {};
    }

private:
    static std::string as_json(const client::XesImportSummary& summary) {
        base::JsonObject out;
        out.text("log", summary.log);
        for (const Line& line : summary_lines) {
            out.raw(line.name, std::to_string(summary.*line.count));
        }
        return out.take();
    }

    static std::string as_text(const client::XesImportSummary& summary) {
        std::string out = "Imported from '" + summary.log + "':\n";
        for (const Line& line : summary_lines) {
            const std::uint64_t count = summary.*line.count;
            if (line.show == Line::Show::always || count > 0) {
                std::string number = std::to_string(count);
                constexpr std::size_t column = 10;
                number.insert(0, number.size() < column ? column - number.size() : 0, ' ');
                out += number + " " + std::string(line.words) + "\n";
            }
        }
        return out;
    }

    std::string file_;
    std::string server_;
    std::string token_;
    std::string name_;
    int patience_s_ = 60;
};

}  // namespace

std::unique_ptr<Command> make_import_xes_command() {
    return std::make_unique<ImportXesCommand>();
}

}  // namespace samvev::app
