#include "store/keys/master_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <variant>

#include "base/digest.hpp"
#include "store/keys/ciphers.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t digits_count = 2 * Secret::size;
constexpr mode_t anybody_else = 077;

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

class File {
public:
    explicit File(const std::string& path)
        : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) {
            close(descriptor_);
        }
    }
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    const int descriptor_;
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

enum class Guard { mode, directory };

Result<std::monostate> check_guard(const std::string& path, const struct stat& status) {
    if (status.st_uid != geteuid() && status.st_uid != 0) {
        return fail(
            ErrorCode::denied, "the master key in " + path +
                                   " belongs to another user: chown it to the one that runs the "
                                   "server"
        );
    }
    if ((status.st_mode & anybody_else) != 0) {
        return fail(
            ErrorCode::denied, "the master key in " + path +
                                   " can be read by others: chmod 0600 it, and consider "
                                   "whether it must be replaced"
        );
    }
    return std::monostate();
}

Result<std::unique_ptr<MasterKey>> load(const std::string& path, Guard guard) {
    const File file(path);
    if (file.descriptor() < 0) {
        const int error = errno;
        return fail(
            error == ENOENT ? ErrorCode::not_found : ErrorCode::denied,
            "the master key in " + path + " cannot be opened: " + std::strerror(error)
        );
    }
    struct stat status{};
    if (fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return fail(ErrorCode::invalid_argument, "the master key " + path + " is no file");
    }
    if (guard == Guard::mode) {
        SAMVEV_CHECK_OK(check_guard(path, status));
    }
    std::array<std::uint8_t, digits_count + 2> text{};  // One more than a key and its line end.
    const ssize_t size = read(file.descriptor(), text.data(), text.size());
    std::optional<Secret> key =
        size < 0 ? std::nullopt : parse({text.data(), static_cast<std::size_t>(size)});
    wipe(text);
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
    return load(path, Guard::mode);
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
    return load(credentials_directory + "/" + name, Guard::directory);
}

}  // namespace samvev::store
