#include <catch2/catch.hpp>

#include <string>
#include <type_traits>

#include "base/digest.hpp"
#include "store/keys/ciphers.hpp"

using namespace samvev;
using namespace samvev::store;

namespace {

std::string from_hex(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    }
    return out;
}

Secret secret(std::string_view hex) {
    const std::string bytes = from_hex(hex);
    REQUIRE(bytes.size() == Secret::size);
    Secret out;
    std::copy(bytes.begin(), bytes.end(), out.writable().begin());
    return out;
}

std::string text_of(const Secret& secret) {
    return {reinterpret_cast<const char*>(secret.bytes().data()), Secret::size};
}

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);

}  // namespace

TEST_CASE("AES-256-GCM gives the published vector", "[store][keys]") {
    // Test case 16 of the GCM specification (McGrew and Viega).
    const Secret key = secret("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    Nonce nonce{};
    const std::string nonce_text = from_hex("cafebabefacedbaddecaf888");
    std::copy(nonce_text.begin(), nonce_text.end(), nonce.begin());
    const std::string text = from_hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449"
        "a6b525b16aedf5aa0de657ba637b39"
    );
    const std::string associated = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const std::string sealed = gcm_seal(key, nonce, associated, text);
    CHECK(
        base::to_hex(sealed) ==
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056"
        "828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
    );
    CHECK(gcm_open(key, nonce, associated, sealed) == text);
}

TEST_CASE("GCM opens nothing in which any bit is another", "[store][keys]") {
    const Secret key = secret(std::string(64, '1'));
    const Nonce nonce{1, 2, 3};
    const std::string sealed = gcm_seal(key, nonce, "place", "text");
    REQUIRE(gcm_open(key, nonce, "place", sealed) == "text");
    for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
        std::string other = sealed;
        other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE_FALSE(gcm_open(key, nonce, "place", other).has_value());
    }
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        REQUIRE_FALSE(gcm_open(key, nonce, "place", sealed.substr(0, size)).has_value());
    }
    CHECK_FALSE(gcm_open(key, Nonce{1, 2, 4}, "place", sealed).has_value());
    CHECK_FALSE(gcm_open(key, nonce, "Place", sealed).has_value());
    CHECK_FALSE(gcm_open(key, nonce, "", sealed).has_value());
    CHECK_FALSE(gcm_open(secret(std::string(64, '2')), nonce, "place", sealed).has_value());
    const std::string empty = gcm_seal(key, nonce, "", "");
    CHECK(empty.size() == tag_bytes);
    CHECK(gcm_open(key, nonce, "", empty) == "");
}

TEST_CASE("Key wrap gives the vector of RFC 3394", "[store][keys]") {
    // Section 4.6: 256 bits of key data with a 256-bit wrapping key.
    const Secret wrapping =
        secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    const Secret key = secret("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
    const std::string wrapped = wrap_key(wrapping, key);
    CHECK(
        base::to_hex(wrapped) ==
        "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
    );
    const auto unwrapped = unwrap_key(wrapping, wrapped);
    REQUIRE(unwrapped.has_value());
    CHECK(text_of(*unwrapped) == text_of(key));
}

TEST_CASE("A wrapped key opens under its wrapping key only, unchanged", "[store][keys]") {
    const Secret wrapping = secret(std::string(64, '3'));
    const std::string wrapped = wrap_key(wrapping, secret(std::string(64, '4')));
    for (std::size_t bit = 0; bit < 8 * wrapped.size(); ++bit) {
        std::string other = wrapped;
        other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE_FALSE(unwrap_key(wrapping, other).has_value());
    }
    CHECK_FALSE(unwrap_key(secret(std::string(64, '5')), wrapped).has_value());
    CHECK_FALSE(unwrap_key(wrapping, "").has_value());
    CHECK_FALSE(unwrap_key(wrapping, wrapped + "x").has_value());
}

TEST_CASE("What is derived for two purposes differs", "[store][keys]") {
    const Secret key = secret(std::string(64, '6'));
    CHECK(text_of(derive_secret(key, "a")) == text_of(derive_secret(key, "a")));
    CHECK(text_of(derive_secret(key, "a")) != text_of(derive_secret(key, "b")));
    CHECK(text_of(derive_secret(key, "a")) != text_of(key));
}

TEST_CASE("A secret that was moved from holds nothing", "[store][keys]") {
    Secret first = secret(std::string(64, '7'));
    const Secret second(std::move(first));
    CHECK(
        text_of(first) == std::string(Secret::size, '\0')
    );  // NOLINT(bugprone-use-after-move): the point.
    CHECK(text_of(second) == std::string(Secret::size, 'w'));
}
