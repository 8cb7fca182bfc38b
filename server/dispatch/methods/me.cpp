#include <algorithm>
#include <samvev/json.hpp>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "dispatch/gate/personal_documents.hpp"
#include "dispatch/methods/methods.hpp"

namespace samvev::dispatch {
namespace {

constexpr std::string_view waiting_interface = "waiting-item/1";
constexpr std::string_view waiting_schema =
    R"({"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"type":"object"}},"truncated":{"type":"boolean"}}})";
constexpr std::string_view counts_schema =
    R"({"type":"object","required":["waiting","overdue","cases"],"properties":{"waiting":{"type":"integer"},"overdue":{"type":"integer"},"cases":{"type":"object"},"truncated":{"type":"boolean"}}})";

// The most that a list or a count of what waits looks at.
constexpr std::size_t waiting_items_max = 1000;

struct Waiting {
    std::vector<json> items;  // by due date; without one last
    bool truncated = false;
};

// All items of one index entry, over every view that provides the interface.
Result<std::monostate> collect(
    const QueryParts& parts, Reader& reader, const std::string& index, const std::string& value,
    Waiting& out
) {
    for (const auto& module : parts.registry.modules()) {
        for (const modules::ViewType& view : module->manifest().views) {
            const bool provides =
                std::find(view.provides.begin(), view.provides.end(), waiting_interface) !=
                view.provides.end();
            if (!provides || !reader.may_ask(view)) {
                continue;
            }
            PersonalDocuments documents(
                {parts.log, parts.registry, parts.views}, reader, {module.get(), &view}
            );
            views::ListQuery query;
            query.view = view.id;
            query.index = index;
            query.equals = {base::json_string(value)};
            query.limit = limits::list_page_max;
            do {
                SAMVEV_TRY(const views::ListPage page, documents.list(query));
                for (const views::Document& document : page.documents) {
                    json item = parse_json(document.json);
                    item["key"] = document.key;
                    item["view"] = view.id;
                    out.items.push_back(std::move(item));
                }
                query.cursor = page.next_cursor;
                out.truncated = out.truncated || out.items.size() >= waiting_items_max;
            } while (!query.cursor.empty() && !out.truncated);
        }
    }
    return std::monostate{};
}

std::string due_of(const json& item) {
    const json due = item.value("dueOn", json());
    return due.is_string() ? due.get<std::string>() : "9999";
}

Result<Waiting> waiting_for(const QueryParts& parts, const Request& request, Reader& reader) {
    const json params = json::parse(request.params, nullptr, false);
    const json scope = params.is_object() ? params.value("scope", json("me")) : json();
    if (scope != "me" && scope != "unit") {
        return fail(ErrorCode::invalid_argument, R"(scope is "me" (the default) or "unit".)");
    }
    Waiting out;
    if (scope == "unit") {
        if (request.actor->unit.empty()) {
            return fail(ErrorCode::invalid_argument, "Your token names no unit to list for.");
        }
        SAMVEV_CHECK_OK(collect(parts, reader, "byUnit", request.actor->unit, out));
    } else {
        SAMVEV_CHECK_OK(collect(parts, reader, "byWho", request.actor->id, out));
    }
    std::stable_sort(out.items.begin(), out.items.end(), [](const json& a, const json& b) {
        return due_of(a) < due_of(b);
    });
    return out;
}

// As many of the items as fit in one answer, the most urgent first.
std::string as_page(const Waiting& waiting) {
    std::string items;
    bool is_truncated = waiting.truncated;
    for (const json& item : waiting.items) {
        const std::string text = item.dump();
        if (items.size() + text.size() > limits::page_bytes_max) {
            is_truncated = true;
            break;
        }
        items += (items.empty() ? "" : ",") + text;
    }
    return R"({"items":[)" + items + (is_truncated ? R"(],"truncated":true})" : "]}");
}

std::string as_counts(const Waiting& waiting, const Request& request) {
    const json params = json::parse(request.params, nullptr, false);
    const std::string today = params.is_object() && params.value("today", json()).is_string()
                                  ? params["today"].get<std::string>()
                                  : std::string();
    std::size_t overdue = 0;
    json cases = json::object();
    for (const json& item : waiting.items) {
        overdue += !today.empty() && due_of(item) < today ? 1U : 0U;
        const json in_case = item.value("caseId", json());
        if (in_case.is_string()) {
            json& count = cases[in_case.get<std::string>()];
            count = count.is_null() ? 1 : count.get<int>() + 1;
        }
    }
    json out{{"waiting", waiting.items.size()}, {"overdue", overdue}, {"cases", std::move(cases)}};
    if (waiting.truncated) {
        out["truncated"] = true;
    }
    return out.dump();
}

// What `text` makes of what waits for the caller.
template <typename Text>
Answer answer_as(const QueryParts& parts, const Request& request, const Text& text) {
    Result<Reader> reader = parts.gate.reader(*request.actor);
    if (!reader) {
        return {tl::unexpected<Error>(std::move(reader.error()))};
    }
    Result<Waiting> waiting = waiting_for(parts, request, *reader);
    if (!waiting) {
        return {tl::unexpected<Error>(std::move(waiting.error()))};
    }
    return {text(*waiting), reader->take_reading()};
}

}  // namespace

std::vector<QueryMethod> me_methods(const QueryParts& parts) {
    const std::vector<MethodDescription::Parameter> parameters{
        {"scope", false, R"({"type":"string","enum":["me","unit"]})",
         "me (default), or the unit you act for."}
    };
    QueryMethod list;
    list.description.name = "me.waiting";
    list.description.summary =
        "What waits for you (or your unit), by due date: tasks, offers, invitations, minutes, "
        "dialogs.";
    list.description.parameters = parameters;
    list.description.result_schema = waiting_schema;
    list.description.example.params = "{}";
    list.description.example_result = R"({"items":[]})";
    list.run = [parts](const Request& request, AnswerCompletion done) {
        done(answer_as(parts, request, as_page));
    };
    QueryMethod counts;
    counts.description.name = "me.counts";
    counts.description.summary =
        "How much waits for you, how much of it is overdue, and how much per case.";
    counts.description.parameters = parameters;
    counts.description.parameters.push_back(
        {"today", false, R"({"type":"string","format":"date"})",
         "What counts as overdue is due before this day."}
    );
    counts.description.result_schema = counts_schema;
    counts.description.example.params = R"({"today":"2027-03-23"})";
    counts.description.example_result = R"({"waiting":0,"overdue":0,"cases":{}})";
    counts.run = [parts](const Request& request, AnswerCompletion done) {
        done(answer_as(parts, request, [&](const Waiting& waiting) {
            return as_counts(waiting, request);
        }));
    };
    std::vector<QueryMethod> out;
    out.push_back(std::move(list));
    out.push_back(std::move(counts));
    return out;
}

}  // namespace samvev::dispatch
