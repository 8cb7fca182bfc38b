#include "access/row_bytes.hpp"

#include <cstdint>

namespace samvev::access {
namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t time_size = 8;
constexpr int bits_of_byte = 8;

std::string big_endian(std::uint64_t value, std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t i = size; i > 0; --i) {
        out[i - 1] = static_cast<char>(value & 0xFF);
        value >>= bits_of_byte;
    }
    return out;
}

std::uint64_t number_in(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) {
        value = value << bits_of_byte | static_cast<unsigned char>(c);
    }
    return value;
}

}  // namespace

void append_text(std::string& out, std::string_view text) {
    out += big_endian(text.size(), length_size);
    out += text;
}

std::optional<std::string> take_text(std::string_view& rest) {
    if (rest.size() < length_size) {
        return std::nullopt;
    }
    const std::uint64_t size = number_in(rest.substr(0, length_size));
    rest.remove_prefix(length_size);
    if (size > rest.size()) {
        return std::nullopt;
    }
    std::string text(rest.substr(0, size));
    rest.remove_prefix(size);
    return text;
}

std::string time_bytes(base::Timestamp time) {
    return big_endian(static_cast<std::uint64_t>(time.time_since_epoch().count()), time_size);
}

std::optional<base::Timestamp> read_time(std::string_view bytes) {
    if (bytes.size() != time_size) {
        return std::nullopt;
    }
    return base::Timestamp(base::Timestamp::duration(static_cast<std::int64_t>(number_in(bytes))));
}

}  // namespace samvev::access
