#include "base/assert.hpp"
#include "target.hpp"
#include "views/document_row.hpp"
#include "views/key_format.hpp"
#include "views/scalar_code.hpp"
#include "views/view_state.hpp"

// Rows and keys of the views' table, as a disk may have changed them.
namespace samvev::fuzz {

std::vector<std::string> seeds() {
    std::string entry(1, '\0');
    views::append_scalar(entry, views::Scalar(std::string_view("a\0b", 3)));
    views::append_scalar(entry, views::Scalar(std::int64_t{-3}));
    views::append_hashed(entry, base::sha256("x"));
    const std::vector<std::string> entries{entry, entry + "x"};
    views::ViewState state;
    state.active.position = store::Position(42);
    const std::string one = views::encode_view_state(state);
    state.building = state.active;
    return {
        views::encode_document_row(entries, R"({"level":2})"),
        views::encode_sealed_row({"case", base::Uuid()}, entries, "sealed"), one,
        views::encode_view_state(state), entry + "018f6b3c-0000-7000-8000-000000000001"
    };
}

void try_input(std::string_view input) {
    if (const auto row = views::decode_document_row(input)) {
        const std::vector<std::string> entries(row->entries.begin(), row->entries.end());
        const std::string again =
            row->sealed_for ? views::encode_sealed_row(*row->sealed_for, entries, row->document)
                            : views::encode_document_row(entries, row->document);
        SAMVEV_ASSERT(again == input);
    }
    if (const auto state = views::decode_view_state(input)) {
        SAMVEV_ASSERT(views::encode_view_state(*state) == input);
    }
    for (std::size_t fields = 0; fields < 4; ++fields) {
        if (const auto split = views::split_entry(input, fields)) {
            SAMVEV_ASSERT(std::string(split->entry) + std::string(split->document_key) == input);
        }
    }
    if (const auto size = views::scalar_size(input)) {
        SAMVEV_ASSERT(*size > 0 && *size <= input.size());
    }
}

}  // namespace samvev::fuzz
