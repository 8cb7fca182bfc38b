#include "store/keys/sealing_key.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "store/bytes.hpp"
#include "store/keys/ciphers.hpp"

namespace samvev::store {

namespace {

constexpr std::uint8_t sealed_format = 1;
constexpr std::uint8_t associated_format = 1;

// Stored: never renumber.
enum class Encoding : std::uint8_t { plain = 0, zstd = 1 };

static_assert(sealed_overhead_bytes == 10 + nonce_bytes + tag_bytes);

std::string associated_data(
    std::uint8_t encoding, DictionaryId dictionary, const KeyId& key, std::string_view context
) {
    std::string out;
    ByteWriter writer(out);
    writer.u8(associated_format);
    writer.u8(encoding);
    writer.u64(dictionary.value());
    writer.text(key.value());
    writer.bytes(context);
    return out;
}

std::string commitment_purpose(const KeyId& id) {
    std::string out = "samvev commitment 1";
    ByteWriter(out).text(id.value());
    return out;
}

tl::unexpected<Error> does_not_open() {
    return fail(ErrorCode::corrupt, "what is sealed does not open under its key");
}

}  // namespace

SealingKey::SealingKey(KeyId id, const Secret& data_key)
    : id_(std::move(id)), seal_key_(derive_secret(data_key, "samvev seal 1")) {
    const Secret commitment = derive_secret(data_key, commitment_purpose(id_));
    std::copy(commitment.bytes().begin(), commitment.bytes().end(), commitment_.begin());
}

std::string SealingKey::seal(
    std::string_view context, std::string_view module, std::string_view text,
    const Dictionaries& dictionaries, RandomSource& random
) const {
    const auto compressed = dictionaries.compress(module, text);
    const auto encoding = static_cast<std::uint8_t>(compressed ? Encoding::zstd : Encoding::plain);
    const DictionaryId dictionary = compressed ? compressed->dictionary : DictionaryId();
    Nonce nonce{};
    random.fill(nonce);
    std::string out;
    ByteWriter writer(out);
    writer.u8(sealed_format);
    writer.u8(encoding);
    writer.u64(dictionary.value());
    writer.bytes({reinterpret_cast<const char*>(nonce.data()), nonce.size()});
    writer.bytes(gcm_seal(
        seal_key_, nonce, associated_data(encoding, dictionary, id_, context),
        compressed ? std::string_view(compressed->bytes) : text
    ));
    return out;
}

Result<std::string> SealingKey::open(
    std::string_view context, std::string_view sealed, std::string_view commitment,
    const Dictionaries& dictionaries
) const {
    if (commitment != base::as_view(commitment_)) {
        return fail(ErrorCode::corrupt, "what is sealed was committed to another key");
    }
    ByteReader reader(sealed);
    const std::uint8_t format = reader.u8();
    const std::uint8_t encoding = reader.u8();
    const DictionaryId dictionary(reader.u64());
    const std::string_view nonce_text = reader.bytes(nonce_bytes);
    if (!reader.ok()) {
        return does_not_open();
    }
    if (format != sealed_format || encoding > static_cast<std::uint8_t>(Encoding::zstd)) {
        return fail(ErrorCode::unsupported, "a newer program has sealed this");
    }
    Nonce nonce{};
    std::copy(nonce_text.begin(), nonce_text.end(), nonce.begin());
    std::optional<std::string> text = gcm_open(
        seal_key_, nonce, associated_data(encoding, dictionary, id_, context), reader.rest()
    );
    if (!text) {
        return does_not_open();
    }
    if (static_cast<Encoding>(encoding) == Encoding::plain) {
        return std::move(*text);
    }
    if (!dictionaries.knows(dictionary)) {
        return fail(
            ErrorCode::unavailable, "the dictionary that something was compressed with is missing"
        );
    }
    text = dictionaries.decompress(dictionary, *text, limits::unsealed_bytes_max);
    if (!text) {
        return fail(ErrorCode::corrupt, "what was sealed cannot be decompressed");
    }
    return std::move(*text);
}

}  // namespace samvev::store
