#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace samvev::base {

// 128-bit identifier, RFC 9562. Compared and stored as its 16 bytes in network order.
class Uuid {
public:
    using Bytes = std::array<std::uint8_t, 16>;

    constexpr Uuid() = default;
    constexpr explicit Uuid(const Bytes& bytes) : bytes_(bytes) {}

    // Accepts the 36-character hyphenated form, either case; nothing else.
    [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;

    [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool is_nil() const noexcept { return bytes_ == Bytes{}; }
    // Lower-case hyphenated form, 36 characters.
    [[nodiscard]] std::string text() const;

    friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;

private:
    Bytes bytes_{};
};

// Version 8 (custom): the first 122 usable bits of SHA-256 over the parts, each length-prefixed.
// The same parts always give the same id; used where an id must be derived, not drawn.
[[nodiscard]] Uuid derived_uuid(std::span<const std::string_view> parts);

// Makes ids. A parameter wherever ids are made, so that tests and replays are repeatable.
class IdSource {
public:
    IdSource() = default;
    IdSource(const IdSource&) = delete;
    IdSource& operator=(const IdSource&) = delete;
    virtual ~IdSource() = default;

    // A version 7 id whose time part is `now` (millisecond resolution). [any thread]
    virtual Uuid make(std::chrono::sys_time<std::chrono::microseconds> now) = 0;
};

// Cryptographically random tail (OpenSSL). [any thread]
class RandomIdSource final : public IdSource {
public:
    Uuid make(std::chrono::sys_time<std::chrono::microseconds> now) override;
};

}  // namespace samvev::base

template <>
struct std::hash<samvev::base::Uuid> {
    std::size_t operator()(const samvev::base::Uuid& id) const noexcept {
        return std::hash<std::string_view>{
        }(std::string_view(reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()));
    }
};
