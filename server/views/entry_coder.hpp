#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "store/ids.hpp"
#include "views/scalar_code.hpp"
#include "views/view_catalog.hpp"

namespace samvev::views {

// Works out which index entries point to a document of one view of one tenant. The first field of a
// personal index goes in as HMAC-SHA-256 under a key of this tenant, view and index: it can be
// found by equality, not read, not compared with other indexes, not guessed without the secret.
// `view` outlives it. [any thread]
class EntryCoder {
public:
    EntryCoder(const CatalogView& view, store::TenantId tenant, std::string_view index_key);

    [[nodiscard]] const CatalogView& view() const noexcept { return view_; }

    // Sorted and distinct; one for each combination of elements where fields hold arrays.
    // Fails with module_fault (not JSON), too_large (entries_max).
    [[nodiscard]] Result<std::vector<std::string>> entries_of(std::string_view document) const;

    // The byte that starts all entries of the index at that place.
    [[nodiscard]] static char index_byte(std::size_t index) noexcept {
        return static_cast<char>(index);
    }
    void append_field(std::string& out, std::size_t index, std::size_t field, const Scalar& value)
        const;

private:
    const CatalogView& view_;
    std::vector<base::Digest> personal_keys_;  // by place of the index; unused when not personal
};

}  // namespace samvev::views
