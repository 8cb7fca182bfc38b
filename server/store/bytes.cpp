#include "store/bytes.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace samvev::store {

void ByteWriter::text(std::string_view value) {
    SAMVEV_ASSERT(value.size() <= text_bytes_max);
    u8(static_cast<std::uint8_t>(value.size()));
    bytes(value);
}

base::Uuid ByteReader::uuid() {
    base::Uuid::Bytes out{};
    const std::string_view taken = bytes(out.size());
    std::copy(taken.begin(), taken.end(), out.begin());
    return base::Uuid(out);
}

base::Digest ByteReader::digest() {
    base::Digest out{};
    const std::string_view taken = bytes(out.size());
    std::copy(taken.begin(), taken.end(), out.begin());
    return out;
}

}  // namespace samvev::store
