#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/digest.hpp"

namespace samvev::views {

// A JSON value that is neither object nor array. Strings point into the document they came from.
struct Null {
    friend bool operator==(Null, Null) = default;
};
using Scalar = std::variant<Null, bool, std::int64_t, std::uint64_t, double, std::string_view>;

// Scalars as bytes whose order is the order of the values, and of which none is a prefix of
// another, so that they can be strung together in a table key:
//
//   scalar   = boolean / number / string / hashed / null       ; in that order
//   boolean  = %x10 / %x11                                     ; false, true
//   number   = %x20 inverted / %x21 / %x22 magnitude           ; below, equal to, above zero
//   magnitude = exponent mantissa    ; value = mantissa / 2^64 * 2^(exponent - 4096), top bit set
//   exponent = u16 big-endian        ; inverted: all bits of the magnitude flipped
//   mantissa = u64 big-endian
//   string   = %x30 *(%x01-FF / %x00 %xFF) %x00 %x00           ; UTF-8: order of code points
//   hashed   = %x40 32OCTET                                    ; HMAC-SHA-256 of another scalar
//   null     = %xF0                  ; last, as in PostgreSQL: "no due date" comes after all dates
//
// Numbers are compared by value: 3 and 3.0 are one value, and integers keep all their 64 bits.
// Stored: never change.
void append_scalar(std::string& out, const Scalar& scalar);
void append_hashed(std::string& out, const base::Digest& digest);

// The bytes that start every scalar of the same type as `scalar`: [first, end).
struct TypeRange {
    char first = 0;
    char end = 0;
    friend bool operator==(const TypeRange&, const TypeRange&) = default;
};
[[nodiscard]] TypeRange type_range(const Scalar& scalar) noexcept;

// How many bytes the scalar at the start of `bytes` takes; absent when it is not one.
[[nodiscard]] std::optional<std::size_t> scalar_size(std::string_view bytes) noexcept;

}  // namespace samvev::views
