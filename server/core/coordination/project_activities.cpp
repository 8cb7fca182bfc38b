#include "names.hpp"
#include "project.hpp"

namespace samvev::coordination {

namespace {

void add(json& document, const char* name, std::int64_t change) {
    document[name] = document.value(name, std::int64_t{0}) + change;
}

void add_in(json& counts, const std::string& name, std::int64_t change) {
    const std::int64_t now = counts.value(name, std::int64_t{0}) + change;
    if (now == 0) {
        counts.erase(name);
    } else {
        counts[name] = now;
    }
}

void take_time(json& document, const Data& data) {
    if (!data.has("occurredOn")) {
        return add_in(document["unknown"], "time", 1);
    }
    const auto at = data.get<std::int64_t>("orderedAt");
    if (!document.contains("firstAt") || at < document["firstAt"].get<std::int64_t>()) {
        document["firstAt"] = at;
        document["firstOn"] = data.get("occurredOn");
    }
    if (!document.contains("lastAt") || at >= document["lastAt"].get<std::int64_t>()) {
        document["lastAt"] = at;
        document["lastOn"] = data.get("occurredOn");
    }
}

}  // namespace

void project_activity_counts(json& document, const Event& event) {
    if (document.is_null()) {
        document = json{{"caseId", event.stream_id()}, {"total", 0}};
        for (const char* name : {"byUnit", "byStaff", "byName", "handovers", "unknown"}) {
            document[name] = json::object();
        }
    }
    add(document, "total", 1);
    if (!event.has_data()) {
        return add_in(document["unknown"], "removed", 1);
    }
    const Data& data = event.data();
    add_in(document["byUnit"], data.get("unitId"), 1);
    add_in(document["byStaff"], data.get("staffId"), 1);
    add_in(document["byName"], data.get_or<std::string>("name", ""), 1);
    for (const char* name : {"unit", "staff"}) {
        if (data.get((std::string(name) + "Id").c_str()) == "unknown") {
            add_in(document["unknown"], name, 1);
        }
    }
    take_time(document, data);
    for (const json& one : data.raw()["handovers"]) {
        add_in(
            document["handovers"],
            one["fromUnitId"].get<std::string>() + ">" + one["toUnitId"].get<std::string>(),
            one["change"].get<std::int64_t>()
        );
    }
}

void project_handover_of_work(std::string_view key, json& document, const Event& event) {
    if (!event.has_data()) {
        return;
    }
    for (const json& one : event.data().raw()["handovers"]) {
        const auto from = one["fromUnitId"].get<std::string>();
        const auto to = one["toUnitId"].get<std::string>();
        if (from + ">" + to != key) {
            continue;
        }
        if (document.is_null()) {
            document = json{{"fromUnitId", from}, {"toUnitId", to}, {"count", 0}};
        }
        add(document, "count", one["change"].get<std::int64_t>());
        if (document["count"] == 0) {
            document = nullptr;
        }
    }
}

void project_unit_activity(std::string_view key, json& document, const Event& event) {
    if (!event.has_data()) {
        return;
    }
    if (document.is_null()) {
        document = json{{"unitId", key}, {"activities", 0}, {"cases", 0}};
    }
    add(document, "activities", 1);
    add(document, "cases", event.data().get<bool>("firstOfUnit") ? 1 : 0);
}

}  // namespace samvev::coordination
