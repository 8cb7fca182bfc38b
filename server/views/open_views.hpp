#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "modules/registry.hpp"
#include "store/table.hpp"
#include "views/list_range.hpp"
#include "views/query.hpp"
#include "views/tenant_view.hpp"
#include "views/view_catalog.hpp"
#include "views/view_store.hpp"

namespace samvev::views {

// The views of one tenant, by place in the catalog.
using TenantViews = std::vector<std::unique_ptr<TenantView>>;

// All views of all tenants that have events, and what may be asked of them.
// Concurrency: reading [any thread]; add() and each(): one thread at a time.
class OpenViews {
public:
    // All outlive it; `seal` may be null.
    OpenViews(
        const modules::Registry& registry, store::Table& table, std::string_view index_key,
        store::PayloadSeal* seal
    );

    [[nodiscard]] ViewCatalog& catalog() noexcept { return catalog_; }
    // Null when unknown.
    [[nodiscard]] const CatalogView* find(std::string_view id) const noexcept {
        return catalog_.find(id);
    }
    [[nodiscard]] static tl::unexpected<Error> no_such_view(std::string_view id);

    [[nodiscard]] bool has(store::TenantId tenant) const;
    // Views of the tenant that are not loaded yet.
    [[nodiscard]] TenantViews make(store::TenantId tenant) const;
    void add(store::TenantId tenant, TenantViews views);
    // By tenant; only add() changes it.
    [[nodiscard]] const std::map<store::TenantId, TenantViews>& all() const noexcept {
        return tenants_;
    }
    // Null when the tenant has no events.
    [[nodiscard]] TenantView* find(store::TenantId tenant, const CatalogView& view) const;
    // Those that are open now; they stay where they are.
    [[nodiscard]] std::vector<const TenantView*> list() const;

    // As in ViewReader.
    [[nodiscard]] Result<std::optional<Document>> get(
        store::TenantId tenant, std::string_view id, std::string_view key
    ) const;
    [[nodiscard]] Result<ListPage> list(store::TenantId tenant, const ListQuery& query) const;
    [[nodiscard]] Result<std::uint64_t> count(store::TenantId tenant, const ListQuery& query) const;

private:
    [[nodiscard]] Result<StoredGeneration> pinned(
        const TenantView& view, const TenantView::Pin& pin
    ) const;

    store::Table& table_;
    store::PayloadSeal* const seal_;
    const std::string index_key_;
    ViewCatalog catalog_;
    const CursorCodec cursors_;

    mutable std::mutex mutex_;  // Guards the shape of tenants_ against add().
    std::map<store::TenantId, TenantViews> tenants_;
};

}  // namespace samvev::views
