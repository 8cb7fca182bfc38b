#include "app/demo_script.hpp"

#include "base/calendar_text.hpp"

#include <samvev/plugin.hpp>

#include <charconv>
#include <chrono>
#include <exception>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace samvev::app {
namespace {

constexpr std::string_view today_mark = "@today";
constexpr std::uint32_t demo_tenant = 9999;

Result<json> read_json(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        return fail(ErrorCode::not_found, path + ": cannot be read. Is that the demo's folder?");
    }
    try {
        return json::parse(file);
    } catch (const json::parse_error& error) {
        return fail(ErrorCode::invalid_argument, path + ": " + error.what() + ".");
    }
}

Result<DemoScript> read_script(const std::string& folder, const std::string& name) {
    const std::string path = folder + "/" + name;
    SAMVEV_TRY(const json file, read_json(path));
    DemoScript script{name, {}};
    try {
        for (const json& step : file.at("steps")) {
            script.steps.push_back(
                {step.at("as").get<std::string>(), step.value("role", ""),
                 step.at("method").get<std::string>(), step.at("params").dump(),
                 step.value("expect", "")}
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

access::Actor read_actor(const json& from) {
    access::Actor actor;
    const bool is_staff = from.contains("staff");
    actor.kind = is_staff ? access::Actor::Kind::staff : access::Actor::Kind::person;
    actor.tenant = demo_tenant;
    actor.id = from.at(is_staff ? "staff" : "person").get<std::string>();
    actor.unit = from.value("unit", "");
    actor.roles = from.value("roles", std::vector<std::string>());
    actor.purpose = "coordination";
    actor.assurance = access::Assurance::high;
    return actor;
}

void resolve_dates(json& value, base::Timestamp now) {
    if (value.is_string()) {
        value = resolve_demo_date(value.get<std::string>(), now);
    } else if (value.is_structured()) {
        for (json& inner : value) {
            resolve_dates(inner, now);
        }
    }
}

}  // namespace

Result<Demo> read_demo(const std::string& folder) {
    const std::string path = folder + "/municipality.json";
    SAMVEV_TRY(const json municipality, read_json(path));
    Demo demo;
    std::vector<std::string> files;
    try {
        for (const auto& [key, value] : municipality.at("actors").items()) {
            demo.actors.emplace(key, read_actor(value));
        }
        files = municipality.at("play").get<std::vector<std::string>>();
    } catch (const std::exception& error) {
        return fail(ErrorCode::invalid_argument, path + ": " + error.what() + ".");
    }
    for (const std::string& name : files) {
        SAMVEV_TRY(DemoScript script, read_script(folder, name));
        demo.scripts.push_back(std::move(script));
    }
    return demo;
}

std::string resolve_demo_dates(const std::string& params, base::Timestamp now) {
    json value = json::parse(params);
    resolve_dates(value, now);
    return value.dump();
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
