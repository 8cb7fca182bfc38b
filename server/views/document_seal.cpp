#include "views/document_seal.hpp"

#include <array>

#include "base/uuid.hpp"

namespace samvev::views {
namespace {

// A stream that has a key and no events. Stored: never change.
store::StreamId stream_of_view(std::string_view view) {
    const std::array<std::string_view, 2> parts{"samvev.views.shared", view};
    return {"view", base::derived_uuid(parts)};
}

}  // namespace

DocumentSeal::DocumentSeal(store::PayloadSeal* seal, store::TenantId tenant, std::string_view view)
    : seal_(seal),
      log_{tenant, store::LogKind::domain},
      module_(view.substr(0, view.find('.'))),
      shared_owner_(stream_of_view(view)) {}

store::StreamId DocumentSeal::owner(
    const store::StreamId& stream, const std::optional<DocumentRow>& before
) const {
    const bool is_of_another = before && before->sealed_for && *before->sealed_for != stream;
    return is_of_another ? shared_owner_ : stream;
}

Result<std::string> DocumentSeal::encode(
    const store::StreamId& owner, std::string_view row_key, std::span<const std::string> entries,
    std::string_view json
) const {
    if (seal_ == nullptr) {
        return encode_document_row(entries, json);
    }
    SAMVEV_TRY(const std::string sealed, seal_->seal(text(owner, row_key), json));
    return encode_sealed_row(owner, entries, sealed);
}

Result<std::optional<std::string>> DocumentSeal::open(
    std::string_view row_key, const DocumentRow& row
) const {
    if (!row.sealed_for) {
        return std::optional(std::string(row.document));
    }
    if (seal_ == nullptr) {
        return fail(ErrorCode::unavailable, "A document is sealed, and there is no key store.");
    }
    return seal_->open(text(*row.sealed_for, row_key), row.document);
}

store::DerivedText DocumentSeal::text(const store::StreamId& owner, std::string_view row_key)
    const {
    return {log_, owner, row_key, module_};
}

}  // namespace samvev::views
