#include "base/uuid.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/assert.hpp"
#include "base/digest.hpp"

namespace samvev::base {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

void set_version(Uuid::Bytes& bytes, std::uint8_t version) noexcept {
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | (version << 4));
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
    if (text.size() != 36) {
        return std::nullopt;
    }
    Bytes bytes{};
    std::size_t out = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-') {
                return std::nullopt;
            }
            ++i;
            continue;
        }
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes[out++] = static_cast<std::uint8_t>(high * 16 + low);
        i += 2;
    }
    return Uuid(bytes);
}

std::string Uuid::text() const {
    std::string out;
    out.reserve(36);
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            out.push_back('-');
        }
        out.push_back(hex_digits[bytes_[i] >> 4]);
        out.push_back(hex_digits[bytes_[i] & 0x0f]);
    }
    return out;
}

Uuid derived_uuid(std::span<const std::string_view> parts) {
    Sha256 hash;
    for (const std::string_view part : parts) {
        hash.update_length_prefixed(part);
    }
    const Digest digest = hash.finish();
    Uuid::Bytes bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    set_version(bytes, 8);
    return Uuid(bytes);
}

namespace {

// OpenSSL is asked for many ids' worth at a time: one call costs as much as several ids. Ids are no
// secrets.
class RandomPool {
public:
    Uuid::Bytes take() {
        if (used_ == bytes_.size()) {
            const int ok = RAND_bytes(bytes_.data(), static_cast<int>(bytes_.size()));
            SAMVEV_ASSERT(ok == 1);
            used_ = 0;
        }
        Uuid::Bytes out{};
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
        used_ += out.size();
        return out;
    }

private:
    std::array<std::uint8_t, 32 * std::tuple_size_v<Uuid::Bytes>> bytes_{};
    std::size_t used_ = bytes_.size();
};

}  // namespace

Uuid RandomIdSource::make(std::chrono::sys_time<std::chrono::microseconds> now) {
    thread_local RandomPool pool;
    Uuid::Bytes bytes = pool.take();
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
    SAMVEV_ASSERT(ms >= 0);
    for (std::size_t i = 0; i < 6; ++i) {
        bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(ms) >> (8 * (5 - i)));
    }
    set_version(bytes, 7);
    return Uuid(bytes);
}

}  // namespace samvev::base
