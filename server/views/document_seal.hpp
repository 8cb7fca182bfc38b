#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/ids.hpp"
#include "store/payload_seal.hpp"
#include "views/document_row.hpp"

namespace samvev::views {

// Seals the documents of one view of one tenant, and opens them. [any thread]
//
// A document is sealed with the key of the stream it was folded from. One that is folded from
// several streams holds ids, not texts about people (architecture: it is joined when it is read),
// and has the view's own key, which is never destroyed: what an erased stream has left in it goes
// when the view is built again.
class DocumentSeal {
public:
    // `seal` null: documents stand in the clear; else it outlives this, as `view` does.
    DocumentSeal(store::PayloadSeal* seal, store::TenantId tenant, std::string_view view);

    // Whose key seals a document of that stream that stands there as `before`, if it does.
    [[nodiscard]] store::StreamId owner(
        const store::StreamId& stream, const std::optional<DocumentRow>& before
    ) const;
    // Fails with gone when the stream has been erased.
    [[nodiscard]] Result<std::string> encode(
        const store::StreamId& owner, std::string_view row_key,
        std::span<const std::string> entries, std::string_view json
    ) const;
    // The document; absent when its stream has been erased.
    [[nodiscard]] Result<std::optional<std::string>> open(
        std::string_view row_key, const DocumentRow& row
    ) const;
    // Of documents folded from several streams.
    [[nodiscard]] const store::StreamId& shared_owner() const noexcept { return shared_owner_; }

private:
    [[nodiscard]] store::DerivedText text(const store::StreamId& owner, std::string_view row_key)
        const;

    store::PayloadSeal* const seal_;
    const store::LogId log_;
    const std::string_view module_;
    const store::StreamId shared_owner_;
};

}  // namespace samvev::views
