#include "store/keys/master_key.hpp"

#include <array>
#include <optional>
#include <utility>

#include "base/digest.hpp"
#include "store/keys/ciphers.hpp"
#include "store/keys/secret_file.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t digits_count = 2 * Secret::size;

class PlainMasterKey final : public MasterKey {
public:
    explicit PlainMasterKey(const Secret& key) : key_(key.bytes()) {
        const Secret named = derive_secret(key_, "samvev master key id 1");
        const auto* const bytes = reinterpret_cast<const char*>(named.bytes().data());
        id_ = MasterKeyId(base::to_hex({bytes, 8}));
    }

    const MasterKeyId& id() const noexcept override { return id_; }

    Result<std::string> wrap(const Secret& key) const override { return wrap_key(key_, key); }

    Result<Secret> unwrap(std::string_view wrapped) const override {
        std::optional<Secret> key = unwrap_key(key_, wrapped);
        if (!key) {
            return fail(
                ErrorCode::corrupt, "a data key does not open under master key " + id_.value()
            );
        }
        return std::move(*key);
    }

private:
    Secret key_;
    MasterKeyId id_;
};

std::optional<std::uint8_t> digit(std::uint8_t c) {
    if (c >= '0' && c <= '9') {
        return static_cast<std::uint8_t>(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return static_cast<std::uint8_t>(c - 'a' + 10);
    }
    if (c >= 'A' && c <= 'F') {
        return static_cast<std::uint8_t>(c - 'A' + 10);
    }
    return std::nullopt;
}

std::optional<Secret> parse(std::span<const std::uint8_t> text) {
    if (!text.empty() && text.back() == '\n') {
        text = text.first(text.size() - 1);
    }
    if (text.size() != digits_count) {
        return std::nullopt;
    }
    Secret key;
    for (std::size_t i = 0; i < Secret::size; ++i) {
        const auto high = digit(text[2 * i]);
        const auto low = digit(text[2 * i + 1]);
        if (!high || !low) {
            return std::nullopt;
        }
        key.writable()[i] = static_cast<std::uint8_t>(*high << 4 | *low);
    }
    return key;
}

Result<std::unique_ptr<MasterKey>> load(const std::string& path, FileGuard guard) {
    std::array<std::uint8_t, digits_count + 2> text{};  // One more than a key and its line end.
    const auto size = read_secret_file("the master key", path, guard, text);
    std::optional<Secret> key = size ? parse(std::span(text).first(*size)) : std::nullopt;
    wipe(text);
    if (!size) {
        return tl::unexpected(size.error());
    }
    if (!key) {
        return fail(
            ErrorCode::invalid_argument,
            "the master key in " + path + " is not 64 hexadecimal digits (openssl rand -hex 32)"
        );
    }
    return make_master_key(*key);
}

}  // namespace

std::unique_ptr<MasterKey> make_master_key(const Secret& key) {
    return std::make_unique<PlainMasterKey>(key);
}

Result<std::unique_ptr<MasterKey>> load_master_key_file(const std::string& path) {
    return load(path, FileGuard::mode);
}

Result<std::unique_ptr<MasterKey>> load_master_key_credential(
    const std::string& credentials_directory, const std::string& name
) {
    if (credentials_directory.empty()) {
        return fail(
            ErrorCode::not_found, "systemd has passed no credentials: LoadCredential=" + name +
                                      ":… is missing in the unit"
        );
    }
    if (name.empty() || name.find('/') != std::string::npos) {
        return fail(ErrorCode::invalid_argument, "a credential's name has no slash");
    }
    return load(credentials_directory + "/" + name, FileGuard::directory);
}

}  // namespace samvev::store
