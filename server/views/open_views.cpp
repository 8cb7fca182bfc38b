#include "views/open_views.hpp"

#include <utility>

#include "base/limits.hpp"

namespace samvev::views {

OpenViews::OpenViews(
    const modules::Registry& registry, store::Table& table, std::string_view index_key,
    store::PayloadSeal* seal
)
    : table_(table), seal_(seal), index_key_(index_key), catalog_(registry), cursors_(index_key) {}

tl::unexpected<Error> OpenViews::no_such_view(std::string_view id) {
    return fail(ErrorCode::not_found, "There is no view " + std::string(id) + ".");
}

bool OpenViews::has(store::TenantId tenant) const {
    const std::lock_guard lock(mutex_);
    return tenants_.contains(tenant);
}

TenantViews OpenViews::make(store::TenantId tenant) const {
    TenantViews views;
    for (const CatalogView& view : catalog_.views()) {
        views.push_back(std::make_unique<TenantView>(view, tenant, index_key_, table_, seal_));
    }
    return views;
}

void OpenViews::add(store::TenantId tenant, TenantViews views) {
    const std::lock_guard lock(mutex_);
    tenants_.emplace(tenant, std::move(views));
}

TenantView* OpenViews::find(store::TenantId tenant, const CatalogView& view) const {
    const std::lock_guard lock(mutex_);
    const auto found = tenants_.find(tenant);
    return found == tenants_.end() ? nullptr : found->second[view.place].get();
}

std::vector<const TenantView*> OpenViews::list() const {
    std::vector<const TenantView*> out;
    const std::lock_guard lock(mutex_);
    for (const auto& [tenant, views] : tenants_) {
        for (const auto& view : views) {
            out.push_back(view.get());
        }
    }
    return out;
}

Result<std::optional<Document>> OpenViews::get(
    store::TenantId tenant, std::string_view id, std::string_view key
) const {
    const CatalogView* const found = find(id);
    if (found == nullptr) {
        return no_such_view(id);
    }
    const TenantView* const view = find(tenant, *found);
    if (view == nullptr) {
        return std::optional<Document>();
    }
    const TenantView::Pin pin(*view);
    SAMVEV_TRY(const StoredGeneration generation, pinned(*view, pin));
    return find_document(generation, key);
}

Result<ListPage> OpenViews::list(store::TenantId tenant, const ListQuery& query) const {
    const CatalogView* const found = find(query.view);
    if (found == nullptr) {
        return no_such_view(query.view);
    }
    if (query.limit == 0 || query.limit > limits::list_page_max) {
        return fail(
            ErrorCode::invalid_argument,
            "limit is from 1 to " + std::to_string(limits::list_page_max) + "."
        );
    }
    // The query is checked before the tenant is looked for: the same answer whether it has events.
    const EntryCoder coder(*found, tenant, index_key_);
    SAMVEV_TRY(const ListRange range, range_of(coder, query));
    std::string after;
    if (!query.cursor.empty()) {
        SAMVEV_TRY(after, cursors_.decode(tenant, *found, query));
    }
    const TenantView* const view = find(tenant, *found);
    if (view == nullptr) {
        return ListPage();
    }
    const TenantView::Pin pin(*view);
    SAMVEV_TRY(const StoredGeneration generation, pinned(*view, pin));
    const PageQuery page_query{.order = query.order, .limit = query.limit, .after = after};
    SAMVEV_TRY(StoredPage page, read_page(generation, range, page_query));
    ListPage out;
    out.documents = std::move(page.documents);
    if (!page.last.empty()) {
        out.next_cursor = cursors_.encode(tenant, *found, query, page.last);
    }
    return out;
}

Result<std::uint64_t> OpenViews::count(store::TenantId tenant, const ListQuery& query) const {
    const CatalogView* const found = find(query.view);
    if (found == nullptr) {
        return no_such_view(query.view);
    }
    const EntryCoder coder(*found, tenant, index_key_);
    SAMVEV_TRY(const ListRange range, range_of(coder, query));
    const TenantView* const view = find(tenant, *found);
    if (view == nullptr) {
        return std::uint64_t{0};
    }
    const TenantView::Pin pin(*view);
    SAMVEV_TRY(const StoredGeneration generation, pinned(*view, pin));
    return count_rows(generation, range);
}

Result<StoredGeneration> OpenViews::pinned(const TenantView& view, const TenantView::Pin& pin)
    const {
    if (!pin.number()) {
        return fail(
            ErrorCode::unavailable, "View " + view.view().type->id + " could not be opened yet."
        );
    }
    return StoredGeneration{table_, view.prefix(), *pin.number(), view.seal()};
}

}  // namespace samvev::views
