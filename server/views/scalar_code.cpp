#include "views/scalar_code.hpp"

#include <bit>
#include <cmath>

#include "store/bytes.hpp"

namespace samvev::views {
namespace {

constexpr std::uint8_t tag_false = 0x10;
constexpr std::uint8_t tag_true = 0x11;
constexpr std::uint8_t tag_negative = 0x20;
constexpr std::uint8_t tag_zero = 0x21;
constexpr std::uint8_t tag_positive = 0x22;
constexpr std::uint8_t tag_string = 0x30;
constexpr std::uint8_t tag_hashed = 0x40;
constexpr std::uint8_t tag_null = 0xF0;

constexpr int exponent_bias = 4096;  // A double's exponent lies within ±1075.
constexpr std::size_t number_bytes = 1 + 2 + 8;
constexpr std::size_t hashed_bytes = 1 + 32;

struct Magnitude {
    int exponent = 0;
    std::uint64_t mantissa = 0;
};

Magnitude magnitude_of(std::uint64_t value) {
    const auto width = static_cast<int>(std::bit_width(value));
    return {width, value << (64 - width)};
}

Magnitude magnitude_of(double value) {
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    return {exponent, static_cast<std::uint64_t>(std::ldexp(fraction, 64))};
}

void append_number(std::string& out, bool negative, Magnitude magnitude) {
    const auto exponent = static_cast<std::uint16_t>(magnitude.exponent + exponent_bias);
    store::ByteWriter writer(out);
    writer.u8(negative ? tag_negative : tag_positive);
    writer.u16(negative ? static_cast<std::uint16_t>(~exponent) : exponent);
    writer.u64(negative ? ~magnitude.mantissa : magnitude.mantissa);
}

void append_tag(std::string& out, std::uint8_t tag) {
    out.push_back(static_cast<char>(tag));
}

struct Append {
    std::string& out;

    void operator()(Null) const { append_tag(out, tag_null); }
    void operator()(bool value) const { append_tag(out, value ? tag_true : tag_false); }
    void operator()(std::uint64_t value) const {
        if (value == 0) {
            append_tag(out, tag_zero);
        } else {
            append_number(out, false, magnitude_of(value));
        }
    }
    void operator()(std::int64_t value) const {
        if (value >= 0) {
            (*this)(static_cast<std::uint64_t>(value));
        } else {
            // Negated as unsigned: the lowest integer has no positive counterpart.
            append_number(out, true, magnitude_of(0 - static_cast<std::uint64_t>(value)));
        }
    }
    void operator()(double value) const {
        if (value == 0.0) {
            append_tag(out, tag_zero);
        } else {
            append_number(out, value < 0, magnitude_of(std::fabs(value)));
        }
    }
    void operator()(std::string_view value) const {
        append_tag(out, tag_string);
        for (const char c : value) {
            out.push_back(c);
            if (c == '\0') {
                out.push_back('\xFF');
            }
        }
        out.append(2, '\0');
    }
};

TypeRange range(std::uint8_t first, std::uint8_t last) {
    return {static_cast<char>(first), static_cast<char>(last + 1)};
}

std::optional<std::size_t> string_size(std::string_view bytes) noexcept {
    for (std::size_t at = bytes.find('\0', 1);
         at != std::string_view::npos && at + 1 < bytes.size(); at = bytes.find('\0', at + 2)) {
        if (bytes[at + 1] == '\0') {
            return at + 2;
        }
        if (bytes[at + 1] != '\xFF') {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace

void append_scalar(std::string& out, const Scalar& scalar) {
    std::visit(Append{out}, scalar);
}

void append_hashed(std::string& out, const base::Digest& digest) {
    append_tag(out, tag_hashed);
    out.append(base::as_view(digest));
}

TypeRange type_range(const Scalar& scalar) noexcept {
    if (std::holds_alternative<Null>(scalar)) {
        return range(tag_null, tag_null);
    }
    if (std::holds_alternative<bool>(scalar)) {
        return range(tag_false, tag_true);
    }
    if (std::holds_alternative<std::string_view>(scalar)) {
        return range(tag_string, tag_string);
    }
    return range(tag_negative, tag_positive);
}

std::optional<std::size_t> scalar_size(std::string_view bytes) noexcept {
    if (bytes.empty()) {
        return std::nullopt;
    }
    std::size_t size = 0;
    switch (static_cast<std::uint8_t>(bytes.front())) {
        case tag_false:
        case tag_true:
        case tag_zero:
        case tag_null:
            size = 1;
            break;
        case tag_negative:
        case tag_positive:
            size = number_bytes;
            break;
        case tag_hashed:
            size = hashed_bytes;
            break;
        case tag_string:
            return string_size(bytes);
        default:
            return std::nullopt;
    }
    return size <= bytes.size() ? std::optional(size) : std::nullopt;
}

}  // namespace samvev::views
