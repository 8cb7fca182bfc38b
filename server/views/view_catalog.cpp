#include "views/view_catalog.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace samvev::views {
namespace {

// An index has one byte for its place in the key of an entry.
constexpr std::size_t indexes_max = 254;

void add_texts(base::Sha256& hash, const std::vector<std::string>& texts) {
    hash.update_length_prefixed(std::to_string(texts.size()));
    for (const std::string& text : texts) {
        hash.update_length_prefixed(text);
    }
}

base::Digest definition_of(const modules::ViewType& view) {
    base::Sha256 hash;
    hash.update_length_prefixed(std::to_string(view.version));
    hash.update_length_prefixed(std::to_string(static_cast<int>(view.key)));
    hash.update_length_prefixed(view.key_pointer);
    add_texts(hash, view.stream_kinds);
    add_texts(hash, view.on);
    hash.update_length_prefixed(std::to_string(view.indexes.size()));
    for (const modules::IndexType& index : view.indexes) {
        hash.update_length_prefixed(index.name);
        hash.update_length_prefixed(index.personal ? "personal" : "");
        add_texts(hash, index.fields);
    }
    return hash.finish();
}

}  // namespace

const modules::IndexType* CatalogView::index(std::string_view name) const noexcept {
    const auto found = std::ranges::find(type->indexes, name, &modules::IndexType::name);
    return found == type->indexes.end() ? nullptr : &*found;
}

ViewCatalog::ViewCatalog(const modules::Registry& registry) : registry_(registry) {
    for (const auto& module : registry.modules()) {
        for (const modules::ViewType& type : module->manifest().views) {
            SAMVEV_ASSERT(type.indexes.size() <= indexes_max);
            const std::size_t place = views_.size();
            views_.push_back({module.get(), &type, definition_of(type), place});
            places_.emplace(type.id, place);
        }
    }
}

const CatalogView* ViewCatalog::find(std::string_view id) const noexcept {
    const auto found = places_.find(id);
    return found == places_.end() ? nullptr : &views_[found->second];
}

const EventInterest& ViewCatalog::interest(
    std::string_view stream_kind, std::string_view event_type
) {
    lookup_.assign(stream_kind).append(1, ' ').append(event_type);
    if (const auto found = interests_.find(lookup_); found != interests_.end()) {
        return found->second;
    }
    EventInterest made;
    made.taken_by.resize(views_.size());
    for (const CatalogView& view : views_) {
        const bool takes = view.type->takes(stream_kind, event_type);
        made.taken_by[view.place] = takes;
        made.wanted = made.wanted || takes;
    }
    const modules::Registry::Event known = registry_.event(event_type);
    made.newest_version = known.type == nullptr ? 0 : known.type->version;
    return interests_.emplace(lookup_, std::move(made)).first->second;
}

}  // namespace samvev::views
