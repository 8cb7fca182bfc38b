#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/digest.hpp"
#include "modules/registry.hpp"

namespace samvev::views {

// A view of a module, and its place among all views of the server.
struct CatalogView {
    const modules::Module* module = nullptr;
    const modules::ViewType* type = nullptr;
    // Over everything in the manifest that decides which events become which rows. When it differs
    // from what the rows were made with, the view is built again, even if the author forgot to
    // raise its version.
    base::Digest definition{};
    std::size_t place = 0;

    // Null when there is none of that name.
    [[nodiscard]] const modules::IndexType* index(std::string_view name) const noexcept;
};

// What the views want of the events of one type in streams of one kind.
struct EventInterest {
    std::vector<bool> taken_by;        // by place of the view
    bool wanted = false;               // by any view
    std::uint32_t newest_version = 0;  // of the type; 0 when no module knows it
};

// All views of all modules. `registry` outlives it.
// Concurrency: [any thread], except interest(): one thread at a time.
class ViewCatalog {
public:
    explicit ViewCatalog(const modules::Registry& registry);

    [[nodiscard]] const std::vector<CatalogView>& views() const noexcept { return views_; }
    // Null when unknown.
    [[nodiscard]] const CatalogView* find(std::string_view id) const noexcept;

    // Worked out once for each pair; the reference stays valid.
    [[nodiscard]] const EventInterest& interest(
        std::string_view stream_kind, std::string_view event_type
    );

private:
    struct TextHash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    const modules::Registry& registry_;
    std::vector<CatalogView> views_;
    std::map<std::string, std::size_t, std::less<>> places_;
    std::unordered_map<std::string, EventInterest, TextHash, std::equal_to<>> interests_;
    std::string lookup_;  // "kind type"; kept to spare an allocation for each event
};

}  // namespace samvev::views
