#include "app/client/xes_import.hpp"

#include "app/client/utf8.hpp"
#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/uuid.hpp"

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace samvev::client {
namespace {

// What the manifests of `organisation`, `case` and `coordination` take.
constexpr std::size_t name_characters_max = 200;
constexpr std::string_view unknown = "unknown";

constexpr std::array<std::string_view, 2> already_registered{
    "organisation.unit-exists", "organisation.staff-exists"
};

// What an event does not say; recorded as unknown and counted.
struct Gaps {
    std::uint64_t group = 0;
    std::uint64_t resource = 0;
    std::uint64_t name = 0;
    std::uint64_t time = 0;
    std::uint64_t zone = 0;
};

[[nodiscard]] Gaps gaps_of(const XesEvent& event) {
    const auto one_if = [](bool missing) { return missing ? std::uint64_t{1} : std::uint64_t{0}; };
    return {
        .group = one_if(event.group.empty()),
        .resource = one_if(event.resource.empty()),
        .name = one_if(event.activity.empty()),
        .time = one_if(!event.time),
        .zone = one_if(event.time_origin == XesEvent::TimeOrigin::zone_assumed_utc),
    };
}

struct Command {
    std::string method;
    std::string params;
    std::size_t line = 0;
    Gaps gaps{};
};

class XesImport {
public:
    XesImport(
        XesReader& reader, RpcClient& server, const XesImportSettings& settings,
        XesImportSummary& summary
    )
        : reader_(reader), server_(server), settings_(settings), summary_(summary) {
        summary_.log = settings.log_name.empty() ? reader.log_name() : settings.log_name;
    }

    Result<std::monostate> run() {
        auto read = read_all();
        // What was read whole is finished, whatever ended the reading.
        if (!refused_) {
            auto finished = server_.run_until(0);
            if (!finished) {
                return finished;
            }
        }
        summary_.events_outside_traces = reader_.events_outside_traces();
        report();
        if (refused_) {
            return tl::unexpected<Error>(*refused_);
        }
        return read;
    }

private:
    // The commands of one case, sent one after another.
    struct CaseRun {
        std::deque<Command> commands;
        bool opened = false;
    };

    Result<std::monostate> read_all() {
        while (true) {
            SAMVEV_TRY(const auto trace, reader_.next());
            if (!trace) {
                return {};
            }
            SAMVEV_CHECK_OK(register_names(*trace));
            SAMVEV_CHECK_OK(server_.run_until(settings_.cases_at_a_time - 1));
            if (refused_) {
                return {};
            }
            start(*trace);
            report();
        }
    }

    void report() const {
        if (settings_.progress) {
            settings_.progress(summary_, reader_.progress());
        }
    }

    [[nodiscard]] std::string id(std::initializer_list<std::string_view> parts) const {
        std::vector<std::string_view> all{"xes", summary_.log};
        all.insert(all.end(), parts);
        return base::derived_uuid(all).text();
    }

    [[nodiscard]] std::string unit_id(std::string_view group) const { return id({"group", group}); }
    [[nodiscard]] std::string staff_id(std::string_view resource) const {
        return id({"resource", resource});
    }

    std::string shortened(std::string_view name) {
        std::string cut = first_characters(name, name_characters_max);
        if (cut.size() < name.size()) {
            ++summary_.shortened;
        }
        return cut;
    }

    // Units and staff that this trace is the first to name; they are there before its activities.
    Result<std::monostate> register_names(const XesTrace& trace) {
        bool any = false;
        for (const XesEvent& event : trace.events) {
            if (!event.group.empty() && groups_.insert(event.group).second) {
                any = true;
                register_unit(event.group, trace.line);
            }
            if (!event.resource.empty() && resources_.insert(event.resource).second) {
                any = true;
                register_staff(event.resource, trace.line);
            }
        }
        return any ? server_.run_until(0) : Result<std::monostate>();
    }

    void register_unit(const std::string& group, std::size_t line) {
        const std::string name = shortened(group);
        const std::string params = base::JsonObject()
                                       .text("unitId", unit_id(group))
                                       .text("commandId", id({"register-unit", group}))
                                       .text("name", name)
                                       .text("type", "external")
                                       .boolean("external", true)
                                       .text("externalReference", name)
                                       .take();
        send({"organisation.register-unit", params, line}, [this] { ++summary_.units; });
    }

    void register_staff(const std::string& resource, std::size_t line) {
        const std::string name = shortened(resource);
        const std::string params = base::JsonObject()
                                       .text("staffId", staff_id(resource))
                                       .text("commandId", id({"register-staff", resource}))
                                       .text("displayName", name)
                                       .text("externalReference", name)
                                       .take();
        send({"organisation.register-staff", params, line}, [this] { ++summary_.staff; });
    }

    void start(const XesTrace& trace) {
        auto run = std::make_shared<CaseRun>();
        const std::string index = std::to_string(trace.index);
        const std::string case_id = id({"case", index, trace.name});
        run->commands.push_back({"case.open-case", open_case(trace, case_id), trace.line});
        for (std::size_t i = 0; i < trace.events.size(); ++i) {
            const std::string activity_id = id({"activity", index, trace.name, std::to_string(i)});
            run->commands.push_back(
                {"coordination.record-activity",
                 record_activity(trace.events[i], case_id, activity_id), trace.line}
            );
        }
        send_next(run);
    }

    void send_next(const std::shared_ptr<CaseRun>& run) {
        if (run->commands.empty() || refused_) {
            return;
        }
        Command command = std::move(run->commands.front());
        run->commands.pop_front();
        const Gaps gaps = command.gaps;
        send(std::move(command), [this, run, gaps] {
            run->opened ? count_activity(gaps) : count_case();
            run->opened = true;
            send_next(run);
        });
    }

    void count_case() { ++summary_.cases; }

    void count_activity(const Gaps& gaps) {
        ++summary_.activities;
        summary_.without_group += gaps.group;
        summary_.without_resource += gaps.resource;
        summary_.without_name += gaps.name;
        summary_.without_time += gaps.time;
        summary_.with_assumed_zone += gaps.zone;
    }

    std::string open_case(const XesTrace& trace, const std::string& case_id) {
        const std::string name =
            trace.name.empty() ? "Trace " + std::to_string(trace.index + 1) : trace.name;
        return base::JsonObject()
            .text("caseId", case_id)
            .text("commandId", id({"open-case", case_id}))
            .number("level", 0)
            .text("title", shortened(name))
            .text("externalReference", shortened(name))
            .take();
    }

    std::string record_activity(
        const XesEvent& event, const std::string& case_id, const std::string& activity_id
    ) {
        base::JsonObject params;
        params.text("caseId", case_id).text("commandId", id({"record-activity", activity_id}));
        params.text("activityId", activity_id);
        params.text("unitId", event.group.empty() ? std::string(unknown) : unit_id(event.group));
        params.text(
            "staffId", event.resource.empty() ? std::string(unknown) : staff_id(event.resource)
        );
        params.text(
            "name", event.activity.empty() ? std::string(unknown) : shortened(event.activity)
        );
        if (!event.transition.empty()) {
            params.text("transition", shortened(event.transition));
        }
        if (event.time) {
            params.text("occurredOn", base::to_text(*event.time));
        } else {
            params.boolean("timeUnknown", true);
        }
        return params.take();
    }

    void send(Command command, std::function<void()> done) {
        server_.send(
            command.method, std::move(command.params),
            [this, method = command.method, line = command.line,
             done = std::move(done)](const RpcReply& reply) {
                if (!reply.error || is_already_registered(*reply.error)) {
                    done();
                } else if (!refused_) {
                    refused_ = refusal(method, line, *reply.error);
                }
            }
        );
    }

    // Somebody else has played this log already: the unit or staff member is there.
    [[nodiscard]] static bool is_already_registered(const RpcError& error) {
        for (const std::string_view code : already_registered) {
            if (error.data.find("\"" + std::string(code) + "\"") != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] Error refusal(const std::string& method, std::size_t line, const RpcError& error)
        const {
        constexpr int idempotency_mismatch = 40902;
        std::string text = "the trace on line " + std::to_string(line) + ": the server refused " +
                           method + ": " + to_text(error);
        if (error.code == idempotency_mismatch) {
            text += ". Another log with the name '" + summary_.log +
                    "' was imported before; give this one its own with --name";
        }
        return {ErrorCode::rejected, std::move(text), {}};
    }

    XesReader& reader_;
    RpcClient& server_;
    const XesImportSettings& settings_;
    XesImportSummary& summary_;
    std::unordered_set<std::string>
        groups_;  // as many as the log names, not as many as it has events
    std::unordered_set<std::string> resources_;
    std::optional<Error> refused_;
};

}  // namespace

Result<std::monostate> import_xes(
    XesReader& reader, RpcClient& server, const XesImportSettings& settings,
    XesImportSummary& summary
) {
    return XesImport(reader, server, settings, summary).run();
}

}  // namespace samvev::client
