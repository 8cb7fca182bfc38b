#include "app/demo_player.hpp"

#include "app/client/rpc_client.hpp"
#include "base/calendar_text.hpp"
#include "base/uuid.hpp"

#include <samvev/plugin.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

namespace samvev::app {
namespace {

constexpr std::string_view today_mark = "@today";

struct Step {
    std::string as;
    std::string role;  // empty: all roles of the actor
    std::string method;
    json params;
    std::string expect;  // rejection code, or empty
};

struct Script {
    std::string file;
    std::vector<Step> steps;
};

Result<json> read_json(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        return fail(
            ErrorCode::not_found, path + ": cannot be read. Name the demo's folder with --files."
        );
    }
    try {
        return json::parse(file);
    } catch (const json::parse_error& error) {
        return fail(ErrorCode::invalid_argument, path + ": " + error.what() + ".");
    }
}

Result<Script> read_script(const std::string& folder, const std::string& name) {
    const std::string path = folder + "/" + name;
    SAMVEV_TRY(const json file, read_json(path));
    Script script{name, {}};
    try {
        for (const json& step : file.at("steps")) {
            script.steps.push_back(
                {step.at("as").get<std::string>(), step.value("role", ""),
                 step.at("method").get<std::string>(), step.at("params"), step.value("expect", "")}
            );
        }
    } catch (const std::exception& error) {
        return fail(
            ErrorCode::invalid_argument,
            path + ": step " + std::to_string(script.steps.size()) + ": " + error.what() + "."
        );
    }
    return script;
}

Result<std::map<std::string, DemoActor>> read_actors(
    const std::string& path, const json& municipality
) {
    std::map<std::string, DemoActor> actors;
    try {
        for (const auto& [key, value] : municipality.at("actors").items()) {
            DemoActor actor;
            const bool is_staff = value.contains("staff");
            actor.kind = is_staff ? DemoActor::Kind::staff : DemoActor::Kind::person;
            actor.id = value.at(is_staff ? "staff" : "person").get<std::string>();
            actor.unit = value.value("unit", "");
            actor.roles = value.value("roles", std::vector<std::string>());
            actors.emplace(key, std::move(actor));
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::invalid_argument, path + ": actors: " + error.what() + ".");
    }
    return actors;
}

// Every text in `value` that names a day becomes that day.
void resolve_dates(json& value, base::Timestamp now) {
    if (value.is_string()) {
        value = resolve_demo_date(value.get<std::string>(), now);
    } else if (value.is_structured()) {
        for (json& inner : value) {
            resolve_dates(inner, now);
        }
    }
}

// How many steps of each file are done, kept beside the history they went into.
class Progress {
public:
    explicit Progress(std::string path) : path_(std::move(path)) {
        std::ifstream file(path_);
        std::string name;
        std::size_t steps = 0;
        while (file >> steps && std::getline(file >> std::ws, name)) {
            done_[name] = steps;
        }
    }
    [[nodiscard]] std::size_t done(const std::string& file) const {
        const auto found = done_.find(file);
        return found == done_.end() ? 0 : found->second;
    }
    // Replaced as a whole: an interruption leaves the old file or the new one.
    Result<std::monostate> set(const std::string& file, std::size_t steps) {
        done_[file] = steps;
        const std::string temporary = path_ + ".new";
        std::ofstream out(temporary, std::ios::trunc);
        for (const auto& [name, count] : done_) {
            out << count << " " << name << "\n";
        }
        out.close();
        std::error_code error;
        if (out) {
            std::filesystem::rename(temporary, path_, error);
        }
        if (!out || error) {
            return fail(
                ErrorCode::invalid_argument,
                path_ + " cannot be written; is --data the server's directory?"
            );
        }
        return {};
    }

private:
    std::string path_;
    std::map<std::string, std::size_t> done_;
};

class Player {
public:
    Player(
        const DemoSettings& settings, std::map<std::string, DemoActor> actors, base::Timestamp now
    )
        : settings_(settings), actors_(std::move(actors)), now_(now) {}

    Result<std::monostate> play(const Script& script, std::size_t index) {
        const Step& step = script.steps[index];
        const std::string place =
            script.file + " step " + std::to_string(index) + " (" + step.method + ")";
        SAMVEV_TRY(client::RpcClient* const connection, connection_of(place, step));
        json params = step.params;
        resolve_dates(params, now_);
        const std::string name = "samvev-demo/" + script.file + "/" + std::to_string(index);
        const std::array<std::string_view, 1> parts{name};
        params["commandId"] = base::derived_uuid(parts).text();
        SAMVEV_TRY(const client::RpcReply reply, connection->call(step.method, params.dump()));
        return judge(place, step, reply);
    }

private:
    static Result<std::monostate> judge(
        const std::string& place, const Step& step, const client::RpcReply& reply
    ) {
        constexpr int rejected = 42201;
        constexpr int used_for_other_content = 40902;
        if (!reply.error) {
            if (!step.expect.empty()) {
                return fail(
                    ErrorCode::rejected,
                    place + ": was taken, but should be refused with " + step.expect + "."
                );
            }
            return {};
        }
        // Played before on another day: the same step, with the dates of that day.
        if (reply.error->code == used_for_other_content) {
            return {};
        }
        const bool expected =
            !step.expect.empty() && reply.error->code == rejected &&
            reply.error->data.find("\"" + step.expect + "\"") != std::string::npos;
        if (!expected) {
            return fail(
                ErrorCode::rejected, place + ": the server answered " + to_text(*reply.error) + "."
            );
        }
        return {};
    }

    // One connection per actor and choice of roles, opened when first needed.
    Result<client::RpcClient*> connection_of(const std::string& place, const Step& step) {
        const std::string key = step.as + "/" + step.role;
        if (const auto found = connections_.find(key); found != connections_.end()) {
            return found->second.get();
        }
        const auto actor = actors_.find(step.as);
        if (actor == actors_.end()) {
            return fail(
                ErrorCode::invalid_argument,
                place + ": municipality.json has no actor '" + step.as + "'."
            );
        }
        const std::vector<std::string> roles =
            step.role.empty() ? actor->second.roles : std::vector<std::string>{step.role};
        SAMVEV_TRY(std::string token, settings_.token_for(actor->second, roles));
        client::RpcClientSettings settings;
        settings.endpoint = settings_.server;
        settings.token = std::move(token);
        return connections_.emplace(key, client::make_rpc_client(std::move(settings)))
            .first->second.get();
    }

    const DemoSettings& settings_;
    std::map<std::string, DemoActor> actors_;
    std::map<std::string, std::unique_ptr<client::RpcClient>> connections_;
    base::Timestamp now_;
};

Result<std::vector<Script>> read_scripts(const std::string& folder, const json& municipality) {
    std::vector<Script> scripts;
    const auto play = municipality.find("play");
    if (play == municipality.end() || !play->is_array()) {
        return fail(
            ErrorCode::invalid_argument,
            folder + "/municipality.json: 'play' must list the files to play."
        );
    }
    for (const json& name : *play) {
        if (!name.is_string()) {
            return fail(
                ErrorCode::invalid_argument, folder + "/municipality.json: 'play' lists file names."
            );
        }
        SAMVEV_TRY(Script script, read_script(folder, name.get<std::string>()));
        scripts.push_back(std::move(script));
    }
    return scripts;
}

}  // namespace

Result<DemoSummary> play_demo(const DemoSettings& settings, const base::Clock& clock) {
    const std::string main_file = settings.folder + "/municipality.json";
    SAMVEV_TRY(const json municipality, read_json(main_file));
    SAMVEV_TRY(auto actors, read_actors(main_file, municipality));
    SAMVEV_TRY(const auto scripts, read_scripts(settings.folder, municipality));
    std::size_t steps = 0;
    for (const Script& script : scripts) {
        steps += script.steps.size();
    }
    Player player(settings, std::move(actors), clock.now());
    Progress progress(settings.progress_file);
    DemoSummary summary;
    for (const Script& script : scripts) {
        ++summary.files;
        for (std::size_t index = 0; index < script.steps.size(); ++index) {
            if (settings.progress) {
                settings.progress(summary.played + summary.skipped, steps, script.file);
            }
            if (index < progress.done(script.file)) {
                ++summary.skipped;
                continue;
            }
            SAMVEV_CHECK_OK(player.play(script, index));
            SAMVEV_CHECK_OK(progress.set(script.file, index + 1));
            ++summary.played;
        }
    }
    return summary;
}

std::string resolve_demo_date(const std::string& text, base::Timestamp now) {
    std::string_view rest = text;
    if (!rest.starts_with(today_mark)) {
        return text;
    }
    rest.remove_prefix(today_mark.size());
    const std::string_view offset = rest.substr(0, rest.find(' '));
    int days = 0;
    if (!offset.empty()) {
        // from_chars takes '-' but not '+'.
        const std::string_view number = offset.front() == '+' ? offset.substr(1) : offset;
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), days);
        if (error != std::errc() || end != number.data() + number.size()) {
            return text;
        }
    }
    const Date date = std::chrono::sys_days(oslo_date(now)) + std::chrono::days(days);
    if (offset.size() == rest.size()) {
        return base::to_text(date);
    }
    const auto as_if_utc = base::parse_timestamp(
        base::to_text(date) + "T" + std::string(rest.substr(offset.size() + 1)) + ":00Z"
    );
    if (!as_if_utc) {
        return text;
    }
    // The clock changes between two and three in the morning: later than that, the offset of the
    // day is the one of the next midnight.
    const bool after_change = *as_if_utc - std::chrono::sys_days(date) >= std::chrono::hours(3);
    const auto midnight = std::chrono::sys_days(date) + std::chrono::days(after_change ? 1 : 0);
    return base::to_text(*as_if_utc - (midnight - oslo_midnight(midnight)));
}

}  // namespace samvev::app
