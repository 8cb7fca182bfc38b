#include "dispatch/query_handler.hpp"

#include <algorithm>
#include <samvev/json.hpp>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "dispatch/command_params.hpp"
#include "dispatch/gate/personal_documents.hpp"
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

std::string names_of(const modules::ViewType& view) {
    std::string out;
    for (const modules::IndexType& index : view.indexes) {
        out += (out.empty() ? "" : "; ") + index.name + " (";
        for (std::size_t i = 0; i < index.fields.size(); ++i) {
            out += (i == 0 ? "" : ", ") + index.fields[i].substr(1);
        }
        out += ")";
    }
    return out.empty() ? "none" : out;
}

// The order of `where`'s values in the index, or absent when its leading fields are others.
std::optional<std::vector<std::string>> match_where(
    const modules::IndexType& index, const json& where
) {
    if (where.size() > index.fields.size()) {
        return std::nullopt;
    }
    std::vector<std::string> equals;
    for (std::size_t i = 0; i < where.size(); ++i) {
        const auto found = where.find(index.fields[i].substr(1));
        if (found == where.end() || found->is_structured()) {
            return std::nullopt;
        }
        equals.push_back(found->dump());
    }
    return equals;
}

Result<std::monostate> choose_index(
    const modules::ViewType& view, const json& params, views::ListQuery& query
) {
    if (params.contains("index") || params.contains("equals")) {
        if (!params.value("index", json()).is_string()) {
            return fail(ErrorCode::invalid_argument, view.id + ": index is not a text.");
        }
        query.index = params["index"].get<std::string>();
        for (const json& value : params.value("equals", json::array())) {
            query.equals.push_back(value.dump());
        }
        return std::monostate{};
    }
    const json where = params.value("where", json::object());
    if (!where.is_object()) {
        return fail(ErrorCode::invalid_argument, view.id + ": where is not an object.");
    }
    if (where.empty() && !params.contains("from") && !params.contains("to")) {
        return std::monostate{};
    }
    for (const modules::IndexType& index : view.indexes) {
        if (auto equals = match_where(index, where)) {
            query.index = index.name;
            query.equals = std::move(*equals);
            return std::monostate{};
        }
    }
    return fail(
        ErrorCode::invalid_argument, view.id + " cannot be searched by " + where.dump() +
                                         ". It has these indexes: " + names_of(view) + "."
    );
}

// Waits for the position, then answers.
void when_current(
    const QueryParts& parts, std::uint32_t tenant, const std::string& view,
    const std::optional<std::string>& token, Completion done,
    std::function<Result<std::string>()> answer
) {
    if (!token) {
        done(answer());
        return;
    }
    const store::LogId log{store::TenantId(tenant), store::LogKind::domain};
    const Result<store::Position> position =
        parts.tokens.read(log.tenant, parts.log.head(log).epoch, *token);
    if (!position) {
        done(tl::unexpected<Error>(position.error()));
        return;
    }
    parts.views.when_at_least(
        log.tenant, view, position->next(),
        [&executor = parts.executor, done = std::move(done), answer = std::move(answer),
         view](bool reached) {
            // The projector's thread has more to fold: the answer is read elsewhere.
            if (!reached || !executor.try_post([done, answer] { done(answer()); })) {
                done(fail(
                    ErrorCode::overloaded,
                    view + (reached ? " cannot be read now" : " has not reached the position yet") +
                        ". Ask again.",
                    base::JsonObject().number("retryAfterMs", limits::retry_after.count()).take()
                ));
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

Result<std::string> get_answer(
    const QueryParts& parts, const Asked& asked, const std::string& key
) {
    const std::string& view = asked.view.type->id;
    const std::string position =
        position_of(parts, store::TenantId(asked.actor->tenant), view);
    SAMVEV_TRY(Reader reader, parts.gate.reader(*asked.actor, asked.purpose));
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

Result<std::string> list_answer(
    const QueryParts& parts, const Asked& asked, const views::ListQuery& query
) {
    const std::string position =
        position_of(parts, store::TenantId(asked.actor->tenant), query.view);
    SAMVEV_TRY(Reader reader, parts.gate.reader(*asked.actor, asked.purpose));
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
    std::string_view also, Completion done
) {
    const modules::ViewType& view = *asked_view.type;
    const auto reader = parts.gate.glance(*request.actor);
    if (!reader) {
        done(tl::unexpected<Error>(reader.error()));
        return;
    }
    if (!reader->may_ask(view)) {
        done(tl::unexpected<Error>(role_missing(view.id, view.read_roles)));
        return;
    }
    const json params = json::parse(request.params, nullptr, false);
    if (!params.is_object()) {
        done(fail(ErrorCode::invalid_argument, view.id + ": params is not an object."));
        return;
    }
    if (const auto known = check_names(view, params, also); !known) {
        done(tl::unexpected<Error>(known.error()));
        return;
    }
    const Result<std::optional<std::string>> key = key_asked(view, params);
    Result<ListParams> list =
        key && !*key ? parse_list_params(view, request.params) : Result<ListParams>(ListParams{});
    if (!key || !list) {
        done(tl::unexpected<Error>(key ? list.error() : key.error()));
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
            [parts, asked = std::move(asked), k = **key] { return get_answer(parts, asked, k); }
        );
        return;
    }
    when_current(
        parts, request.actor->tenant, view.id, token, std::move(done),
        [parts, asked = std::move(asked), query = std::move(list->query)] {
            return list_answer(parts, asked, query);
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
    method.run = [parts, of](const Request& request, Completion done) {
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
    method.run = [parts,
                  method_name = method.description.name](const Request& request, Completion done) {
        const json params = json::parse(request.params, nullptr, false);
        const json id = params.is_object() ? params.value("view", json()) : json();
        if (!id.is_string()) {
            done(fail(
                ErrorCode::invalid_argument,
                method_name + ": view is required, a text like \"case.overview\"."
            ));
            return;
        }
        if (method_name == "view.get" && !params.contains("key")) {
            done(fail(
                ErrorCode::invalid_argument,
                "view.get: key is required, a text like \"case/<uuid>\"."
            ));
            return;
        }
        const modules::Registry::View view = parts.registry.view(id.get_ref<const std::string&>());
        if (view.type == nullptr) {
            done(fail(ErrorCode::not_found, "There is no view '" + id.get<std::string>() + "'."));
            return;
        }
        run_view(parts, view, request, "view", std::move(done));
    };
    return method;
}

}  // namespace

Result<ListParams> parse_list_params(const modules::ViewType& view, std::string_view text) {
    const json params = json::parse(text, nullptr, false);
    ListParams out;
    out.query.view = view.id;
    SAMVEV_CHECK_OK(choose_index(view, params, out.query));
    if (params.contains("from")) {
        out.query.from = params["from"].dump();
    }
    if (params.contains("to")) {
        out.query.to = params["to"].dump();
    }
    const json order = params.value("order", json("ascending"));
    if (order != "ascending" && order != "descending") {
        return fail(
            ErrorCode::invalid_argument, view.id + ": order is \"ascending\" or \"descending\"."
        );
    }
    out.query.order = order == "ascending" ? views::ListQuery::Order::ascending
                                           : views::ListQuery::Order::descending;
    const json limit = params.value("limit", json(limits::list_page_default));
    if (!limit.is_number_integer() || limit.get<std::int64_t>() < 1 ||
        limit.get<std::int64_t>() > static_cast<std::int64_t>(limits::list_page_max)) {
        return fail(
            ErrorCode::invalid_argument, view.id + ": limit is an integer from 1 to " +
                                             std::to_string(limits::list_page_max) + "."
        );
    }
    out.query.limit = limit.get<std::size_t>();
    const json cursor = params.value("cursor", json(""));
    if (!cursor.is_string()) {
        return fail(ErrorCode::invalid_argument, view.id + ": cursor is not a text.");
    }
    out.query.cursor = cursor.get<std::string>();
    return out;
}

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
