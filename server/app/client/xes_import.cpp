#include "app/client/xes_import.hpp"

#include "app/client/utf8.hpp"
#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/uuid.hpp"

#include <algorithm>
#include <array>
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
constexpr std::string_view unknown_value = "unknown";
// What an activity is when the log does not distinguish its start, its pauses and its end.
constexpr std::string_view usual_transition = "complete";

// Many logs write it in capitals.
[[nodiscard]] bool is_usual(std::string_view transition) {
    return std::ranges::equal(transition, usual_transition, [](char written, char usual) {
        return (written >= 'A' && written <= 'Z' ? written - 'A' + 'a' : written) == usual;
    });
}

// Refusals that say: this very thing is there already. The ids are derived from the log, so it was
// put there by an earlier import, of another actor.
constexpr std::array<std::string_view, 4> already_there{
    "organisation.unit-exists", "organisation.staff-exists", "case.already-open",
    "coordination.id-in-use"
};
constexpr std::string_view in_future = "coordination.occurred-in-future";

[[nodiscard]] bool names_rejection(const RpcError& error, std::string_view code) {
    return error.data.find("\"" + std::string(code) + "\"") != std::string::npos;
}

[[nodiscard]] bool is_already_there(const RpcError& error) {
    return std::ranges::any_of(already_there, [&](std::string_view code) {
        return names_rejection(error, code);
    });
}

[[nodiscard]] bool names_a_group(const XesTrace& trace) {
    return std::ranges::any_of(trace.events, [](const XesEvent& event) {
        return !event.group.empty();
    });
}

// One case on its way: its commands go one after another.
struct CaseRun {
    XesTrace trace;
    std::string index;
    std::string case_id;
    std::size_t next_event = 0;
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
        const auto read = read_all();
        // What was read whole is finished, whatever ended the reading.
        const auto finished = refused_ ? Result<std::monostate>() : server_.run_until(0);
        summary_.events_outside_traces = reader_.events_outside_traces();
        report();
        if (refused_) {
            return tl::unexpected<Error>(*refused_);
        }
        return finished ? read : finished;
    }

private:
    Result<std::monostate> read_all() {
        while (true) {
            SAMVEV_TRY(auto trace, reader_.next());
            if (!trace) {
                return {};
            }
            SAMVEV_CHECK_OK(register_names(*trace));
            SAMVEV_CHECK_OK(server_.run_until(settings_.cases_at_a_time - 1));
            if (refused_) {
                return {};
            }
            start(std::move(*trace));
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
        summary_.shortened += cut.size() < name.size() ? 1U : 0U;
        return cut;
    }

    // A case has a unit that answers for it from the start: the first one known to work on it; in
    // a trace that names none, the unknown unit of the log.
    [[nodiscard]] std::string concern_unit(const XesTrace& trace) const {
        const auto first = std::ranges::find_if(trace.events, [](const XesEvent& event) {
            return !event.group.empty();
        });
        return first == trace.events.end() ? id({"unknown-unit"}) : unit_id(first->group);
    }

    // Units and staff that this trace is the first to name; they are there before its activities.
    Result<std::monostate> register_names(const XesTrace& trace) {
        bool any = false;
        for (const XesEvent& event : trace.events) {
            if (!event.group.empty() && groups_.insert(event.group).second) {
                any = true;
                register_unit(event.group, event.line);
            }
            if (!event.resource.empty() && resources_.insert(event.resource).second) {
                any = true;
                register_staff(event.resource, event.line);
            }
        }
        if (!names_a_group(trace) && !has_unknown_unit_) {
            has_unknown_unit_ = any = true;
            register_unknown_unit(trace.line);
        }
        return any ? server_.run_until(0) : Result<std::monostate>();
    }

    void register_unknown_unit(std::size_t line) {
        base::JsonObject params;
        params.text("unitId", id({"unknown-unit"}))
            .text("commandId", id({"register-unknown-unit"}));
        params.text(
            "name", "Unknown unit of " + first_characters(summary_.log, name_characters_max / 2)
        );
        params.text("type", "external").boolean("external", true);
        send("organisation.register-unit", params.take(), line, [] {});
    }

    void register_unit(const std::string& group, std::size_t line) {
        const std::string name = shortened(group);
        base::JsonObject params;
        params.text("unitId", unit_id(group)).text("commandId", id({"register-unit", group}));
        params.text("name", name).text("type", "external").boolean("external", true);
        params.text("externalReference", name);
        send("organisation.register-unit", params.take(), line, [this] { ++summary_.units; });
    }

    void register_staff(const std::string& resource, std::size_t line) {
        const std::string name = shortened(resource);
        base::JsonObject params;
        params.text("staffId", staff_id(resource))
            .text("commandId", id({"register-staff", resource}));
        params.text("displayName", name).text("externalReference", name);
        send("organisation.register-staff", params.take(), line, [this] { ++summary_.staff; });
    }

    void start(XesTrace trace) {
        auto run = std::make_shared<CaseRun>();
        run->index = std::to_string(trace.index);
        run->case_id = id({"case", run->index, trace.name});
        run->trace = std::move(trace);

        const std::string name = run->trace.name.empty()
                                     ? "Trace " + std::to_string(run->trace.index + 1)
                                     : shortened(run->trace.name);
        base::JsonObject params;
        params.text("caseId", run->case_id).text("commandId", id({"open-case", run->case_id}));
        params.number("level", 0).text("title", name).text("externalReference", name);
        params.text("concernUnitId", concern_unit(run->trace));
        send("case.open-case", params.take(), run->trace.line, [this, run] {
            ++summary_.cases_unfinished;
            record_next(run);
        });
    }

    enum class Time { as_written, unknown };

    void record_next(const std::shared_ptr<CaseRun>& run) {
        if (run->next_event == run->trace.events.size()) {
            --summary_.cases_unfinished;
            ++summary_.cases;
            summary_.cases_without_group += names_a_group(run->trace) ? 0U : 1U;
            return;
        }
        if (refused_) {
            return;
        }
        const XesEvent& event = run->trace.events[run->next_event];
        record(run, event, event.time ? Time::as_written : Time::unknown);
    }

    // `event` lives in `run`.
    void record(const std::shared_ptr<CaseRun>& run, const XesEvent& event, Time time) {
        const auto recorded = [this, run, &event, time] {
            count(event, time);
            ++run->next_event;
            record_next(run);
        };
        const auto refused = [this, run, &event, time](const RpcError& error) {
            if (time == Time::unknown || !names_rejection(error, in_future)) {
                return false;
            }
            record(run, event, Time::unknown);
            return true;
        };
        send(
            "coordination.record-activity", activity(*run, event, time), event.line, recorded,
            refused
        );
    }

    std::string activity(const CaseRun& run, const XesEvent& event, Time time) {
        const std::string number = std::to_string(run.next_event);
        const std::string activity_id = id({"activity", run.index, run.trace.name, number});
        // Another command than the one with its time, when that was refused: so another id.
        const bool time_set_aside = time == Time::unknown && event.time;
        base::JsonObject params;
        params.text("caseId", run.case_id);
        params.text(
            "commandId",
            id({time_set_aside ? "record-without-time" : "record-activity", activity_id})
        );
        params.text("activityId", activity_id);
        params.text(
            "name", event.activity.empty() ? std::string(unknown_value) : shortened(event.activity)
        );
        params.text(
            "unitId", event.group.empty() ? std::string(unknown_value) : unit_id(event.group)
        );
        params.text(
            "staffId",
            event.resource.empty() ? std::string(unknown_value) : staff_id(event.resource)
        );
        if (!event.instance.empty()) {
            params.text("externalReference", shortened(event.instance));
        }
        if (!event.transition.empty() && !is_usual(event.transition)) {
            params.text("note", "lifecycle:transition " + shortened(event.transition));
        }
        if (time == Time::as_written) {
            params.text("occurredOn", base::to_text(*event.time));
        } else {
            params.boolean("timeUnknown", true);
        }
        return params.take();
    }

    void count(const XesEvent& event, Time time) {
        ++summary_.activities;
        summary_.without_group += event.group.empty() ? 1U : 0U;
        summary_.without_resource += event.resource.empty() ? 1U : 0U;
        summary_.without_name += event.activity.empty() ? 1U : 0U;
        summary_.without_time += event.time ? 0U : 1U;
        summary_.in_future += time == Time::unknown && event.time ? 1U : 0U;
        summary_.with_assumed_zone +=
            event.time_origin == XesEvent::TimeOrigin::zone_assumed_utc ? 1U : 0U;
    }

    // `done` when it is there; `refused` may find another way out, then it returns true.
    void send(
        const std::string& method, std::string params, std::size_t line, std::function<void()> done,
        std::function<bool(const RpcError&)> refused = {}
    ) {
        server_.send(
            method, std::move(params),
            [this, method, line, done = std::move(done),
             refused = std::move(refused)](const RpcReply& reply) {
                if (!reply.error || is_already_there(*reply.error)) {
                    summary_.already_there += reply.error ? 1U : 0U;
                    done();
                } else if (!refused_ && !(refused && refused(*reply.error))) {
                    refused_ = refusal(method, line, *reply.error);
                }
            }
        );
    }

    [[nodiscard]] Error refusal(const std::string& method, std::size_t line, const RpcError& error)
        const {
        constexpr int idempotency_mismatch = 40902;
        std::string text = reader_.path() + ":" + std::to_string(line) + ": the server refused " +
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
        groups_;  // As many as the log names, not as many as it has events.
    std::unordered_set<std::string> resources_;
    bool has_unknown_unit_ = false;
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
