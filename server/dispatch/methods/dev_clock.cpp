#include <samvev/json.hpp>

#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "dispatch/methods/methods.hpp"

namespace samvev::dispatch {
namespace {

constexpr std::string_view result_schema =
    R"({"type":"object","required":["now"],"properties":{"now":{"type":"string"}}})";

std::string shown(const base::Clock& clock) {
    return base::JsonObject().text("now", base::to_text(clock.now())).take();
}

}  // namespace

std::vector<QueryMethod> dev_clock_methods(base::AdjustableClock& clock) {
    QueryMethod set;
    set.description.name = "dev.set-clock";
    set.description.kind = MethodDescription::Kind::server;
    set.description.summary =
        "Development only: the server's clock shows this time from now on, and keeps running.";
    set.description.parameters = {
        {"now", true, R"({"type":"string"})", "RFC 3339 time, not before the clock's."}
    };
    set.description.result_schema = result_schema;
    set.run = [&clock](const Request& request, AnswerCompletion done) {
        const json params = json::parse(request.params, nullptr, false);
        const json now = params.is_object() ? params.value("now", json()) : json();
        const auto time = now.is_string() ? base::parse_timestamp(now.get_ref<const std::string&>())
                                          : std::nullopt;
        if (!time) {
            done({fail(
                ErrorCode::invalid_argument, "dev.set-clock: now is required, an RFC 3339 time."
            )});
            return;
        }
        if (*time < clock.now()) {
            done({fail(
                ErrorCode::invalid_argument,
                "dev.set-clock: the clock shows " + base::to_text(clock.now()) +
                    " and never goes back: what is recorded stands in the order of its times."
            )});
            return;
        }
        clock.set(*time);
        done({shown(clock)});
    };
    QueryMethod show;
    show.description.name = "dev.clock";
    show.description.kind = MethodDescription::Kind::server;
    show.description.summary = "Development only: what the server's clock shows.";
    show.description.result_schema = result_schema;
    show.description.example.params = "{}";
    show.description.example_result = R"({"now":"2027-03-23T08:00:00.000000Z"})";
    show.run = [&clock](const Request&, AnswerCompletion done) { done({shown(clock)}); };
    std::vector<QueryMethod> out;
    out.push_back(std::move(set));
    out.push_back(std::move(show));
    return out;
}

}  // namespace samvev::dispatch
