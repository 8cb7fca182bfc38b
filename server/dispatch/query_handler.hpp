#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.hpp"
#include "base/limits.hpp"
#include "dispatch/gate/gate.hpp"
#include "dispatch/method.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "subscriptions/position_token.hpp"
#include "views/query.hpp"

namespace samvev::dispatch {

struct QueryParts {
    const store::EventLog& log;
    const modules::Registry& registry;
    views::ViewReader& views;
    const subscriptions::PositionTokens& tokens;
    const Gate& gate;
    base::Executor& executor;
    std::size_t lookups_per_day = limits::lookups_per_day;  // more are shown to the privacy officer
};

// view.get, view.list, and one method per view named like the view (`case.overview`).
//
// Parameters of a view method: {<kind>Id} (views with one document per stream) or {key}: one
// document → {"key","document","position"}; otherwise a page → {"items":[{"key","document"}…],
// "nextCursor"?, "position"}: {where:{field:value}, from?, to?, order?, limit?, cursor?} with the
// index found by its fields, or {index, equals:[…]} named outright. `atLeast`: a position token;
// the answer waits until the view has folded it (read your own write).
[[nodiscard]] std::vector<QueryMethod> view_methods(const QueryParts& parts);

// The view's part of a list query: the index whose leading fields are exactly `where`'s.
// Fails with invalid_argument and names the indexes there are.
struct ListParams {
    views::ListQuery query;
    std::optional<std::string> at_least;
};
[[nodiscard]] Result<ListParams> parse_list_params(
    const modules::ViewType& view, std::string_view params
);

}  // namespace samvev::dispatch
