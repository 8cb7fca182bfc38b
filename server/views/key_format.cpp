#include "views/key_format.hpp"

#include "base/assert.hpp"
#include "store/bytes.hpp"
#include "views/scalar_code.hpp"

namespace samvev::views {
namespace {

constexpr char views_space = 'v';
constexpr char row_state = '\x00';
constexpr char row_generation = '\x01';
constexpr char part_documents = '\x01';
constexpr char part_entries = '\x02';

}  // namespace

std::string view_prefix(store::TenantId tenant, std::string_view view) {
    SAMVEV_ASSERT(view.find('\0') == std::string_view::npos);
    std::string out(1, views_space);
    store::ByteWriter writer(out);
    writer.u32(tenant.value());
    writer.bytes(view);
    writer.u8(0);
    return out;
}

std::string state_key(std::string_view view_prefix) {
    return std::string(view_prefix) + row_state;
}

std::string generation_prefix(std::string_view view_prefix, GenerationNumber generation) {
    std::string out(view_prefix);
    out.push_back(row_generation);
    store::ByteWriter(out).u32(generation);
    return out;
}

std::string documents_prefix(std::string_view view_prefix, GenerationNumber generation) {
    return generation_prefix(view_prefix, generation) + part_documents;
}

std::string entries_prefix(std::string_view view_prefix, GenerationNumber generation) {
    return generation_prefix(view_prefix, generation) + part_entries;
}

std::string prefix_end(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xFF') {
        prefix.pop_back();
    }
    SAMVEV_ASSERT(!prefix.empty());
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
    return prefix;
}

std::optional<EntrySuffix> split_entry(std::string_view suffix, std::size_t field_count) noexcept {
    std::size_t size = 1;
    if (suffix.empty()) {
        return std::nullopt;
    }
    for (std::size_t field = 0; field < field_count; ++field) {
        const auto field_size = scalar_size(suffix.substr(size));
        if (!field_size) {
            return std::nullopt;
        }
        size += *field_size;
    }
    return EntrySuffix{suffix.substr(0, size), suffix.substr(size)};
}

}  // namespace samvev::views
