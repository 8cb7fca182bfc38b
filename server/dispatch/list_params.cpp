#include <algorithm>
#include <samvev/json.hpp>

#include "base/limits.hpp"
#include "dispatch/query_handler.hpp"

namespace samvev::dispatch {
namespace {

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

}  // namespace samvev::dispatch
