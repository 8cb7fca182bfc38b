#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/uuid.hpp"

namespace samvev::store {

// Building blocks of every stored format. All integers are big-endian, so that keys sort and dumps
// read; `text` is a u8 length and that many bytes.

// What a `text` can hold. Stored: never change.
inline constexpr std::size_t text_bytes_max = 255;

class ByteWriter {
public:
    // Appends to `out`, which outlives the writer.
    explicit ByteWriter(std::string& out) : out_(out) {}

    void u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
    void u16(std::uint16_t value) { big_endian(value, 2); }
    void u32(std::uint32_t value) { big_endian(value, 4); }
    void u64(std::uint64_t value) { big_endian(value, 8); }
    void bytes(std::string_view value) { out_.append(value); }
    void uuid(const base::Uuid& value) {
        out_.append(reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size());
    }
    void digest(const base::Digest& value) { out_.append(base::as_view(value)); }
    // Asserts that `value` fits: callers have checked it.
    void text(std::string_view value);

private:
    void big_endian(std::uint64_t value, unsigned size) {
        char buffer[8];
        for (unsigned i = 0; i < size; ++i) {
            buffer[i] = static_cast<char>(value >> (8 * (size - 1 - i)));
        }
        out_.append(buffer, size);
    }

    std::string& out_;
};

// Reads what ByteWriter wrote. Running out of bytes is remembered: check ok() once at the end;
// until then every read returns zeros or nothing.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes), size_(bytes.size()) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
    std::uint64_t u64() { return big_endian(8); }
    std::string_view bytes(std::size_t size) {
        if (size > rest_.size()) {
            ok_ = false;
            rest_ = {};
            return {};
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    std::string_view text() { return bytes(u8()); }
    base::Uuid uuid();
    base::Digest digest();

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
    // Bytes read so far.
    [[nodiscard]] std::size_t offset() const noexcept { return size_ - rest_.size(); }

private:
    std::uint64_t big_endian(std::size_t size) {
        std::uint64_t value = 0;
        for (const char c : bytes(size)) {
            value = (value << 8) | static_cast<std::uint8_t>(c);
        }
        return value;
    }

    std::string_view rest_;
    std::size_t size_;
    bool ok_ = true;
};

}  // namespace samvev::store
