#include "dispatch/query_handler.hpp"

#include <algorithm>
#include <samvev/json.hpp>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "dispatch/command_params.hpp"
#include "dispatch/gate/personal_documents.hpp"
#include "dispatch/gate/refusal.hpp"
#include "dispatch/role_check.hpp"

namespace samvev::dispatch {
namespace {

constexpr std::string_view text_schema = R"({"type":"string"})";
constexpr std::string_view uuid_schema = R"({"type":"string","format":"uuid"})";
constexpr std::string_view get_result_schema =
    R"({"type":"object","required":["key","document","position"],"properties":{"key":{"type":"string"},"document":{"type":"object"},"position":{"type":"string"}}})";
constexpr std::string_view list_result_schema =
    R"({"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"type":"object","required":["key","document"],"properties":{"key":{"type":"string"},"document":{"type":"object"}}}},"nextCursor":{"type":"string"},"position":{"type":"string"}}})";

// The single stream kind of a view with one document per stream, else empty.
std::string_view single_kind(const modules::ViewType& view) {
    return view.key == modules::ViewType::Key::stream && view.stream_kinds.size() == 1
               ? std::string_view(view.stream_kinds.front())
               : std::string_view();
}

// Waits for the position, then answers.
void when_current(
    const QueryParts& parts, std::uint32_t tenant, const std::string& view,
    const std::optional<std::string>& token, AnswerCompletion done, std::function<Answer()> answer
) {
    if (!token) {
        done(answer());
        return;
    }
    const store::LogId log{store::TenantId(tenant), store::LogKind::domain};
    const Result<store::Position> position =
        parts.tokens.read(log.tenant, parts.log.head(log).epoch, *token);
    if (!position) {
        done({tl::unexpected<Error>(position.error())});
        return;
    }
    parts.views.when_at_least(
        log.tenant, view, position->next(),
        [&executor = parts.executor, done = std::move(done), answer = std::move(answer),
         view](bool reached) {
            // The projector's thread has more to fold: the answer is read elsewhere.
            if (!reached || !executor.try_post([done, answer] { done(answer()); })) {
                done({fail(
                    ErrorCode::overloaded,
                    view + (reached ? " cannot be read now" : " has not reached the position yet") +
                        ". Ask again.",
                    base::JsonObject().number("retryAfterMs", limits::retry_after.count()).take()
                )});
            }
        }
    );
}

// Where the view stands, as the token of the last event in it; empty before the first.
std::string position_of(const QueryParts& parts, store::TenantId tenant, std::string_view view) {
    const store::Position next = parts.views.position(tenant, view);
    if (next.value() == 0) {
        return {};
    }
    const std::uint64_t epoch = parts.log.head({tenant, store::LogKind::domain}).epoch;
    return parts.tokens.make(tenant, epoch, store::Position(next.value() - 1));
}

// Who asks for what: kept while the answer waits for a position.
struct Asked {
    modules::Registry::View view;
    std::shared_ptr<const access::Actor> actor;
    std::string purpose;
};

Result<std::string> get_text(
    const QueryParts& parts, const Asked& asked, const std::string& key, Reader& reader
) {
    const std::string& view = asked.view.type->id;
    const std::string position = position_of(parts, store::TenantId(asked.actor->tenant), view);
    PersonalDocuments documents({parts.log, parts.registry, parts.views}, reader, asked.view);
    SAMVEV_TRY(const std::optional<views::Document> document, documents.get(key));
    if (!document) {
        return tl::unexpected<Error>(not_visible(key + " in " + view));
    }
    return base::JsonObject()
        .text("key", document->key)
        .raw("document", document->json)
        .text("position", position)
        .take();
}

Result<std::string> list_text(
    const QueryParts& parts, const Asked& asked, const views::ListQuery& query, Reader& reader
) {
    const std::string position =
        position_of(parts, store::TenantId(asked.actor->tenant), query.view);
    PersonalDocuments documents({parts.log, parts.registry, parts.views}, reader, asked.view);
    SAMVEV_TRY(const views::ListPage page, documents.list(query));
    std::string items = "[";
    for (const views::Document& document : page.documents) {
        if (items.size() > 1) {
            items.push_back(',');
        }
        items += base::JsonObject().text("key", document.key).raw("document", document.json).take();
    }
    items.push_back(']');
    base::JsonObject out;
    out.raw("items", items);
    if (!page.next_cursor.empty()) {
        out.text("nextCursor", page.next_cursor);
    }
    return out.text("position", position).take();
}

// What `text` makes of what the caller may see now, with what it shows.
template <typename Text>
Answer read_as(const QueryParts& parts, const Asked& asked, const Text& text) {
    Result<Reader> reader = parts.gate.reader(*asked.actor, asked.purpose);
    if (!reader) {
        return {tl::unexpected<Error>(std::move(reader.error()))};
    }
    Answer answer{text(*reader)};
    answer.reading = reader->take_reading();
    answer.reading.view = asked.view.type->id;
    return answer;
}

// The key asked for: "<kind>Id" and optionally "entity", or "key"; absent = a list is asked for.
Result<std::optional<std::string>> key_asked(const modules::ViewType& view, const json& params) {
    if (params.contains("key")) {
        if (!params["key"].is_string()) {
            return fail(ErrorCode::invalid_argument, view.id + ": key is not a text.");
        }
        return std::optional(params["key"].get<std::string>());
    }
    const std::string_view kind = single_kind(view);
    const std::string name = kind.empty() ? std::string() : target_parameter(kind);
    if (kind.empty() || !params.contains(name)) {
        return std::optional<std::string>();
    }
    const auto id = params[name].is_string()
                        ? base::Uuid::parse(params[name].get_ref<const std::string&>())
                        : std::nullopt;
    if (!id) {
        return fail(ErrorCode::invalid_argument, view.id + ": " + name + " is not a UUID.");
    }
    return std::optional(std::string(kind) + "/" + id->text());
}

Result<std::monostate> check_names(
    const modules::ViewType& view, const json& params, std::string_view also
) {
    static const std::vector<std::string_view> known{"key",    "index",   "equals", "where",
                                                     "from",   "to",      "order",  "limit",
                                                     "cursor", "atLeast", "meta",   "purpose"};
    const std::string_view kind = single_kind(view);
    const std::string target = kind.empty() ? std::string() : target_parameter(kind);
    for (const auto& [name, value] : params.items()) {
        if (std::find(known.begin(), known.end(), name) == known.end() && name != also &&
            (target.empty() || name != target)) {
            return fail(ErrorCode::invalid_argument, view.id + " has no parameter '" + name + "'.");
        }
    }
    return std::monostate{};
}

void run_view(
    const QueryParts& parts, modules::Registry::View asked_view, const Request& request,
    std::string_view also, AnswerCompletion done
) {
    const modules::ViewType& view = *asked_view.type;
    const auto reader = parts.gate.glance(*request.actor);
    if (!reader) {
        done({tl::unexpected<Error>(reader.error())});
        return;
    }
    if (!reader->may_ask(view)) {
        done({tl::unexpected<Error>(role_missing(view.id, view.read_roles))});
        return;
    }
    const json params = json::parse(request.params, nullptr, false);
    if (!params.is_object()) {
        done({fail(ErrorCode::invalid_argument, view.id + ": params is not an object.")});
        return;
    }
    if (const auto known = check_names(view, params, also); !known) {
        done({tl::unexpected<Error>(known.error())});
        return;
    }
    const Result<std::optional<std::string>> key = key_asked(view, params);
    Result<ListParams> list =
        key && !*key ? parse_list_params(view, request.params) : Result<ListParams>(ListParams{});
    if (!key || !list) {
        done({tl::unexpected<Error>(key ? list.error() : key.error())});
        return;
    }
    const json purpose = params.value("purpose", json());
    Asked asked{
        asked_view, request.actor, purpose.is_string() ? purpose.get<std::string>() : std::string()
    };
    const json at_least = params.value("atLeast", json());
    const std::optional<std::string> token =
        at_least.is_string() ? std::optional(at_least.get<std::string>()) : std::nullopt;
    if (*key) {
        when_current(
            parts, request.actor->tenant, view.id, token, std::move(done),
            [parts, asked = std::move(asked), k = **key] {
                Answer answer = read_as(parts, asked, [&](Reader& as) {
                    return get_text(parts, asked, k, as);
                });
                answer.reading.key = k;
                return answer;
            }
        );
        return;
    }
    when_current(
        parts, request.actor->tenant, view.id, token, std::move(done),
        [parts, asked = std::move(asked), query = std::move(list->query)] {
            return read_as(parts, asked, [&](Reader& as) {
                return list_text(parts, asked, query, as);
            });
        }
    );
}

std::vector<MethodDescription::Parameter> list_parameters() {
    return {
        {"key", false, std::string(text_schema), "The document's key, for one document."},
        {"where", false, R"({"type":"object"})",
         "Field values; the index with exactly these leading fields is used."},
        {"index", false, std::string(text_schema), "An index by name, instead of where."},
        {"equals", false, R"({"type":"array"})", "Values of the index's leading fields, in order."},
        {"from", false, "{}", "Lower bound (inclusive) of the field after those."},
        {"to", false, "{}", "Upper bound (exclusive) of the field after those."},
        {"order", false, R"({"type":"string","enum":["ascending","descending"]})",
         "Default ascending."},
        {"limit", false, R"({"type":"integer","minimum":1,"maximum":200})", "Default 50."},
        {"cursor", false, std::string(text_schema), "nextCursor of the page before."},
        {"atLeast", false, std::string(text_schema),
         "A position: answer when the view has folded it."},
    };
}

QueryMethod view_method(const QueryParts& parts, modules::Registry::View of) {
    const modules::ViewType& view = *of.type;
    QueryMethod method;
    method.description.name = view.id;
    method.description.summary = view.summary;
    method.description.roles = view.read_roles;
    method.description.example.params = view.example;
    const std::string_view kind = single_kind(view);
    if (!kind.empty()) {
        method.description.parameters.push_back(
            {target_parameter(kind), view.indexes.empty(), std::string(uuid_schema),
             "Whose document."}
        );
    }
    for (MethodDescription::Parameter& parameter : list_parameters()) {
        method.description.parameters.push_back(std::move(parameter));
    }
    method.description.result_schema = R"({"anyOf":[)" + std::string(get_result_schema) + "," +
                                       std::string(list_result_schema) + "]}";
    method.run = [parts, of](const Request& request, AnswerCompletion done) {
        run_view(parts, of, request, {}, std::move(done));
    };
    return method;
}

// view.get and view.list: the view is a parameter.
QueryMethod generic_method(
    const QueryParts& parts, std::string name, std::string summary, std::string_view result
) {
    QueryMethod method;
    method.description.name = std::move(name);
    method.description.summary = std::move(summary);
    method.description.parameters = list_parameters();
    method.description.parameters.insert(
        method.description.parameters.begin(),
        {"view", true, std::string(text_schema), "The view's id."}
    );
    method.description.result_schema = result;
    method.run = [parts, method_name = method.description.name](
                     const Request& request, AnswerCompletion done
                 ) {
        const json params = json::parse(request.params, nullptr, false);
        const json id = params.is_object() ? params.value("view", json()) : json();
        if (!id.is_string()) {
            done({fail(
                ErrorCode::invalid_argument,
                method_name + ": view is required, a text like \"case.overview\"."
            )});
            return;
        }
        if (method_name == "view.get" && !params.contains("key")) {
            done({fail(
                ErrorCode::invalid_argument,
                "view.get: key is required, a text like \"case/<uuid>\"."
            )});
            return;
        }
        const modules::Registry::View view = parts.registry.view(id.get_ref<const std::string&>());
        if (view.type == nullptr) {
            done({fail(ErrorCode::not_found, "There is no view '" + id.get<std::string>() + "'.")});
            return;
        }
        run_view(parts, view, request, "view", std::move(done));
    };
    return method;
}

}  // namespace

std::vector<QueryMethod> view_methods(const QueryParts& parts) {
    std::vector<QueryMethod> out;
    out.push_back(
        generic_method(parts, "view.get", "One document of any view, by key.", get_result_schema)
    );
    out.push_back(generic_method(
        parts, "view.list", "A page of documents of any view, by an index.", list_result_schema
    ));
    for (const auto& module : parts.registry.modules()) {
        for (const modules::ViewType& view : module->manifest().views) {
            out.push_back(view_method(parts, {module.get(), &view}));
        }
    }
    return out;
}

}  // namespace samvev::dispatch
