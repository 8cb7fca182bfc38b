#include "app/client/xes_import.hpp"

#include <samvev/json.hpp>

#include <catch2/catch.hpp>

#include <deque>
#include <map>
#include <set>

#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

using samvev::ErrorCode;
using samvev::json;
using samvev::Result;
using samvev::client::import_xes;
using samvev::client::RpcClient;
using samvev::client::RpcError;
using samvev::client::RpcReply;
using samvev::client::XesImportSettings;
using samvev::client::XesImportSummary;
using samvev::client::XesReader;
using samvev::test::TemporaryDirectory;
using samvev::test::write_file;

namespace {

struct Sent {
    std::string method;
    json params;
};

// Answers every call, newest first, so that an order that is kept is kept by the importer alone.
class ScriptedServer final : public RpcClient {
public:
    std::vector<Sent> accepted;
    std::size_t open_max = 0;
    // Rejection code for a call, or empty.
    std::function<std::string(const Sent&)> reject = [](const Sent&) { return ""; };

    void send(std::string method, std::string params, Done done) override {
        open_.push_back({{std::move(method), json::parse(params)}, std::move(done)});
        open_max = std::max(open_max, open_.size());
    }
    std::size_t open_calls() const noexcept override { return open_.size(); }
    Result<std::monostate> run_until(std::size_t open_calls_max) override {
        while (open_.size() > open_calls_max) {
            auto [sent, done] = std::move(open_.back());
            open_.pop_back();
            const std::string code = reject(sent);
            if (code.empty()) {
                accepted.push_back(sent);
                done({"{}", std::nullopt});
            } else if (code == "40902") {
                done({"", RpcError{40902, "used", ""}});
            } else {
                done(
                    {"",
                     RpcError{42201, "Rejected", json{{"rejections", {{{"code", code}}}}}.dump()}}
                );
            }
        }
        return {};
    }

private:
    std::deque<std::pair<Sent, Done>> open_;
};

constexpr const char* log_head = "<log><string key='concept:name' value='L'/>";

std::string event(
    const std::string& name, const std::string& group, const std::string& resource,
    const std::string& time
) {
    const auto attribute = [](const std::string& key, const std::string& value) {
        return value.empty() ? "" : "<string key='" + key + "' value='" + value + "'/>";
    };
    return "<event>" + attribute("concept:name", name) + attribute("org:group", group) +
           attribute("org:resource", resource) + attribute("time:timestamp", time) + "</event>\n";
}
std::string trace(const std::string& name, const std::string& events) {
    return "<trace><string key='concept:name' value='" + name + "'/>\n" + events + "</trace>\n";
}

struct Imported {
    Result<std::monostate> outcome;
    XesImportSummary summary;
};
Imported import_text(
    ScriptedServer& server, const std::string& content, const XesImportSettings& settings = {}
) {
    const TemporaryDirectory directory;
    const auto reader = XesReader::open(write_file(directory.path() + "/l.xes", content));
    REQUIRE(reader);
    XesImportSummary summary;
    auto outcome = import_xes(**reader, server, settings, summary);
    return {std::move(outcome), summary};
}

// "case-1: open, A, B" by case, from what the server took.
std::map<std::string, std::string> activities_by_case(const ScriptedServer& server) {
    std::map<std::string, std::string> titles;
    std::map<std::string, std::string> out;
    for (const Sent& sent : server.accepted) {
        if (sent.method == "case.open-case") {
            titles[sent.params.at("caseId")] = sent.params.at("title");
            out[sent.params.at("title")] = "open";
        } else if (sent.method == "coordination.record-activity") {
            out.at(titles.at(sent.params.at("caseId"))) +=
                ", " + sent.params.at("name").get<std::string>();
        }
    }
    return out;
}

const std::string noon = "2011-10-11T12:00:00Z";

}  // namespace

TEST_CASE("Each case is played in order, whatever order the server answers in", "[app][xes]") {
    ScriptedServer server;
    const auto [outcome, summary] = import_text(
        server, log_head + trace("c1", event("A", "G", "R", noon) + event("B", "H", "R", noon)) +
                    trace("c2", event("C", "G", "S", noon)) + trace("c3", "") + "</log>"
    );
    REQUIRE(outcome);
    CHECK(
        activities_by_case(server) ==
        std::map<std::string, std::string>{{"c1", "open, A, B"}, {"c2", "open, C"}, {"c3", "open"}}
    );
    CHECK(summary.cases == 3);
    CHECK(summary.activities == 3);
    CHECK(summary.units == 2);
    CHECK(summary.staff == 2);
}

TEST_CASE(
    "Groups and resources are registered once, before the activities that name them", "[app][xes]"
) {
    ScriptedServer server;
    std::string traces;
    for (int i = 0; i < 50; ++i) {
        const std::string number = std::to_string(i % 7);
        traces += trace("c" + std::to_string(i), event("A", "G" + number, "R" + number, noon));
    }
    REQUIRE(import_text(server, log_head + traces + "</log>").outcome);
    std::set<std::string> known;
    for (const Sent& sent : server.accepted) {
        if (sent.method == "organisation.register-unit") {
            CHECK(known.insert(sent.params.at("unitId")).second);
            CHECK(sent.params.at("external") == true);
        } else if (sent.method == "organisation.register-staff") {
            CHECK(known.insert(sent.params.at("staffId")).second);
        } else if (sent.method == "coordination.record-activity") {
            CHECK(known.contains(sent.params.at("unitId")));
            CHECK(known.contains(sent.params.at("staffId")));
        }
    }
    CHECK(known.size() == 14);
}

TEST_CASE("No more cases are open at a time than the setting says", "[app][xes]") {
    ScriptedServer server;
    std::string traces;
    for (int i = 0; i < 40; ++i) {
        traces +=
            trace("c" + std::to_string(i), event("A", "", "", noon) + event("B", "", "", noon));
    }
    XesImportSettings settings;
    settings.cases_at_a_time = 5;
    const auto imported = import_text(server, log_head + traces + "</log>", settings);
    REQUIRE(imported.outcome);
    CHECK(server.open_max <= 5);
    CHECK(imported.summary.activities == 80);
}

TEST_CASE(
    "The same log makes the same commands every time, another name makes others", "[app][xes]"
) {
    const std::string content = log_head + trace("c1", event("A", "G", "R", noon)) + "</log>";
    const auto ids = [&](const XesImportSettings& settings) {
        ScriptedServer server;
        REQUIRE(import_text(server, content, settings).outcome);
        std::set<std::string> all;
        for (const Sent& sent : server.accepted) {
            all.insert(sent.params.at("commandId").get<std::string>() + sent.params.dump());
        }
        return all;
    };
    XesImportSettings renamed;
    renamed.log_name = "M";
    const auto first = ids({});
    CHECK(first.size() == 4);
    CHECK(ids({}) == first);
    for (const std::string& id : ids(renamed)) {
        CHECK_FALSE(first.contains(id));
    }
}

TEST_CASE("Two traces of one name are two cases", "[app][xes]") {
    ScriptedServer server;
    REQUIRE(
        import_text(server, log_head + trace("c", "") + trace("c", "") + trace("", "") + "</log>")
            .outcome
    );
    std::set<std::string> cases;
    std::string last_title;
    for (const Sent& sent : server.accepted) {
        if (sent.method != "case.open-case") {
            continue;
        }
        cases.insert(sent.params.at("caseId"));
        last_title = sent.params.at("title");
    }
    CHECK(cases.size() == 3);
}

TEST_CASE(
    "The first group of a trace answers for its case, else the unknown unit of the log",
    "[app][xes]"
) {
    ScriptedServer server;
    const auto [outcome, summary] = import_text(
        server, log_head +
                    trace(
                        "c1", event("A", "", "", noon) + event("B", "G", "", noon) +
                                  event("C", "H", "", noon)
                    ) +
                    trace("c2", event("D", "", "", noon)) + trace("c3", "") + "</log>"
    );
    REQUIRE(outcome);
    std::map<std::string, std::string> unit_names;
    std::map<std::string, std::string> concern;
    for (const Sent& sent : server.accepted) {
        if (sent.method == "organisation.register-unit") {
            unit_names[sent.params.at("unitId")] = sent.params.at("name");
        } else if (sent.method == "case.open-case") {
            concern[sent.params.at("title")] = unit_names.at(sent.params.at("concernUnitId"));
        }
    }
    CHECK(
        concern ==
        std::map<std::string, std::string>{
            {"c1", "G"}, {"c2", "Unknown unit of L"}, {"c3", "Unknown unit of L"}
        }
    );
    CHECK(unit_names.size() == 3);
    CHECK(summary.units == 2);
    CHECK(summary.cases_without_group == 2);
}

TEST_CASE("What the log does not say is recorded as unknown and counted", "[app][xes]") {
    ScriptedServer server;
    const auto [outcome, summary] = import_text(
        server, log_head +
                    trace(
                        "c1", event("", "", "", "") + event("A", "G", "R", "not a time") +
                                  event("B", "G", "R", "2011-10-11T12:00:00")
                    ) +
                    "<event/></log>"
    );
    REQUIRE(outcome);
    std::vector<json> activities;
    for (const Sent& sent : server.accepted) {
        if (sent.method == "coordination.record-activity") {
            activities.push_back(sent.params);
        }
    }
    REQUIRE(activities.size() == 3);
    CHECK(activities[0].at("unitId") == "unknown");
    CHECK(activities[0].at("staffId") == "unknown");
    CHECK(activities[0].at("name") == "unknown");
    CHECK(activities[0].at("timeUnknown") == true);
    CHECK_FALSE(activities[0].contains("occurredOn"));
    CHECK(activities[1].at("timeUnknown") == true);
    CHECK(activities[2].at("occurredOn") == "2011-10-11T12:00:00.000000Z");
    CHECK(summary.without_group == 1);
    CHECK(summary.without_resource == 1);
    CHECK(summary.without_name == 1);
    CHECK(summary.without_time == 2);
    CHECK(summary.with_assumed_zone == 1);
    CHECK(summary.events_outside_traces == 1);
}

TEST_CASE(
    "A time in the future is set aside and counted, under a command of its own", "[app][xes]"
) {
    ScriptedServer server;
    server.reject = [](const Sent& sent) {
        return sent.params.contains("occurredOn") ? "coordination.occurred-in-future" : "";
    };
    const auto [outcome, summary] =
        import_text(server, log_head + trace("c1", event("A", "", "", noon)) + "</log>");
    REQUIRE(outcome);
    CHECK(summary.activities == 1);
    CHECK(summary.in_future == 1);
    CHECK(server.accepted.back().params.at("timeUnknown") == true);
}

TEST_CASE("What an earlier import of another actor has made counts as there", "[app][xes]") {
    ScriptedServer server;
    server.reject = [](const Sent& sent) {
        const std::map<std::string, std::string> there{
            {"organisation.register-unit", "organisation.unit-exists"},
            {"organisation.register-staff", "organisation.staff-exists"},
            {"case.open-case", "case.already-open"},
            {"coordination.record-activity", "coordination.id-in-use"}
        };
        return there.at(sent.method);
    };
    const auto [outcome, summary] =
        import_text(server, log_head + trace("c1", event("A", "G", "R", noon)) + "</log>");
    REQUIRE(outcome);
    CHECK(summary.activities == 1);
    CHECK(summary.already_there == 4);
    CHECK(server.accepted.empty());
}

TEST_CASE("The end of an activity is no note, however it is written", "[app][xes]") {
    ScriptedServer server;
    const auto at = [](const std::string& transition) {
        return "<event><string key='concept:name' value='" + transition +
               "'/><string key='lifecycle:transition' value='" + transition + "'/></event>";
    };
    const auto [outcome, summary] = import_text(
        server, log_head +
                    trace("c1", at("complete") + at("COMPLETE") + at("Complete") + at("START")) +
                    "</log>"
    );
    REQUIRE(outcome);
    std::map<std::string, std::string> notes;
    for (const Sent& sent : server.accepted) {
        if (sent.method == "coordination.record-activity") {
            notes[sent.params.at("name")] = sent.params.value("note", "");
        }
    }
    CHECK(
        notes ==
        std::map<std::string, std::string>{
            {"complete", ""},
            {"COMPLETE", ""},
            {"Complete", ""},
            {"START", "lifecycle:transition START"}
        }
    );
}

TEST_CASE("Only a case with its last activity counts as imported", "[app][xes]") {
    // Cases counted when they were opened, and "what is listed was imported whole" was not true.
    ScriptedServer server;
    server.reject = [](const Sent& sent) {
        return sent.params.value("name", "") == "B" ? "coordination.case-closed" : "";
    };
    const auto [outcome, summary] = import_text(
        server,
        log_head + trace("whole", event("A", "", "", noon)) +
            trace("cut", event("A", "", "", noon) + event("B", "", "", noon)) + "</log>",
        [] {
            XesImportSettings settings;
            settings.cases_at_a_time = 1;
            return settings;
        }()
    );
    REQUIRE_FALSE(outcome);
    CHECK(summary.cases == 1);
    CHECK(summary.cases_unfinished == 1);
    CHECK(summary.activities == 2);
}

TEST_CASE(
    "A refusal ends the import with its place, and another log of the name is told apart",
    "[app][xes]"
) {
    ScriptedServer server;
    server.reject = [](const Sent& sent) {
        return sent.params.value("name", "") == "B" ? "coordination.case-closed" : "";
    };
    const std::string content =
        log_head + trace("c1", event("A", "", "", noon) + event("B", "", "", noon)) + "</log>";
    const auto refused = import_text(server, content);
    REQUIRE_FALSE(refused.outcome);
    CHECK(refused.outcome.error().code == ErrorCode::rejected);
    CHECK(
        refused.outcome.error().message.find(
            "l.xes:3: the server refused coordination.record-activity"
        ) != std::string::npos
    );
    CHECK(refused.summary.activities == 1);

    ScriptedServer other;
    other.reject = [](const Sent&) { return "40902"; };
    CHECK(import_text(other, content).outcome.error().message.find("--name") != std::string::npos);
}

TEST_CASE("A broken file leaves the cases before it whole", "[app][xes]") {
    ScriptedServer server;
    const auto [outcome, summary] = import_text(
        server, log_head + trace("c1", event("A", "", "", noon) + event("B", "", "", noon)) +
                    "<trace><event></trace></log>"
    );
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::invalid_argument);
    CHECK(activities_by_case(server) == std::map<std::string, std::string>{{"c1", "open, A, B"}});
    CHECK(summary.activities == 2);
    CHECK(server.open_calls() == 0);
}

TEST_CASE(
    "Names longer than the server takes are cut between characters and counted", "[app][xes]"
) {
    ScriptedServer server;
    std::string name;
    for (int i = 0; i < 300; ++i) {
        name += "\xC3\xA5";
    }
    const auto [outcome, summary] =
        import_text(server, log_head + trace("c1", event(name, "", "", noon)) + "</log>");
    REQUIRE(outcome);
    CHECK(server.accepted.back().params.at("name") == name.substr(0, 400));
    CHECK(summary.shortened == 1);
}
