#include "views/entry_coder.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "store/bytes.hpp"
#include "views/json_scalars.hpp"

namespace samvev::views {
namespace {

// Arrays multiply: past this a document is a mistake that would fill the table.
constexpr std::size_t entries_max = 10'000;

base::Digest personal_key(
    std::string_view index_key, store::TenantId tenant, std::string_view view,
    std::string_view index
) {
    std::string purpose = "samvev.views.personal-index";
    store::ByteWriter writer(purpose);
    writer.u8(0);
    writer.u32(tenant.value());
    writer.bytes(view);
    writer.u8(0);
    writer.bytes(index);
    return base::hmac_sha256(index_key, purpose);
}

}  // namespace

EntryCoder::EntryCoder(const CatalogView& view, store::TenantId tenant, std::string_view index_key)
    : view_(view) {
    for (const modules::IndexType& index : view.type->indexes) {
        personal_keys_.push_back(
            index.personal ? personal_key(index_key, tenant, view.type->id, index.name)
                           : base::Digest{}
        );
    }
}

void EntryCoder::append_field(
    std::string& out, std::size_t index, std::size_t field, const Scalar& value
) const {
    if (field > 0 || !view_.type->indexes[index].personal) {
        append_scalar(out, value);
        return;
    }
    std::string clear;
    append_scalar(clear, value);
    append_hashed(out, base::hmac_sha256(base::as_view(personal_keys_[index]), clear));
}

Result<std::vector<std::string>> EntryCoder::entries_of(std::string_view document) const {
    std::vector<std::string> entries;
    if (view_.type->indexes.empty()) {
        return entries;
    }
    thread_local JsonScalars json;
    thread_local std::vector<Scalar> values;
    if (!json.parse(document)) {
        return fail(
            ErrorCode::module_fault,
            "A document of view " + view_.type->id + " is not JSON that can be indexed."
        );
    }
    for (std::size_t index = 0; index < view_.type->indexes.size(); ++index) {
        std::vector<std::string> partial(1, std::string(1, index_byte(index)));
        const auto& fields = view_.type->indexes[index].fields;
        for (std::size_t field = 0; field < fields.size(); ++field) {
            values.clear();
            json.collect(fields[field], values);
            if (entries.size() + partial.size() * values.size() > entries_max) {
                return fail(
                    ErrorCode::too_large, "A document of view " + view_.type->id +
                                              " has more than " + std::to_string(entries_max) +
                                              " index entries."
                );
            }
            std::vector<std::string> longer;
            longer.reserve(partial.size() * values.size());
            for (const std::string& start : partial) {
                for (const Scalar& value : values) {
                    append_field(longer.emplace_back(start), index, field, value);
                }
            }
            partial = std::move(longer);
        }
        std::ranges::move(partial, std::back_inserter(entries));
    }
    std::ranges::sort(entries);
    // Not std::ranges::unique, whose subrange clang 14 (preset fuzz) cannot read.
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
    return entries;
}

}  // namespace samvev::views
