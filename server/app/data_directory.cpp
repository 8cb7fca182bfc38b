#include "app/data_directory.hpp"

#include "base/digest.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

namespace samvev::app {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr mode_t owner_only_file = 0600;

class File {
public:
    File(const std::string& path, int flags)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, owner_only_file)) {}
    ~File() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    [[nodiscard]] bool write_all(std::string_view bytes) const {
        return ::write(descriptor_, bytes.data(), bytes.size()) ==
               static_cast<ssize_t>(bytes.size());
    }
    // What it holds, at most `size_max` bytes.
    [[nodiscard]] std::string read_all(std::size_t size_max) const {
        std::string bytes(size_max, '\0');
        const ssize_t count = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
        bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        return bytes;
    }

private:
    int descriptor_;
};

tl::unexpected<Error> system_failure(const std::string& path, const std::string& what) {
    const std::string reason = std::generic_category().message(errno);
    return fail(ErrorCode::invalid_argument, path + ": " + what + ": " + reason + ".");
}

// Written beside, synced and renamed: a crash leaves no secret or a whole one.
Result<std::string> make_secret(const DataPaths& paths) {
    std::string secret(secret_bytes, '\0');
    if (RAND_bytes(
            reinterpret_cast<unsigned char*>(secret.data()), static_cast<int>(secret.size())
        ) != 1) {
        return fail(
            ErrorCode::internal, "The system gives no random numbers; a secret cannot be made."
        );
    }
    const std::string temporary = paths.secret() + ".new";
    {
        const File file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file.is_open() || !file.write_all(secret) || ::fsync(file.descriptor()) != 0) {
            return system_failure(temporary, "cannot be written");
        }
    }
    if (::rename(temporary.c_str(), paths.secret().c_str()) != 0) {
        return system_failure(paths.secret(), "cannot be written");
    }
    const File directory(paths.root, O_RDONLY | O_DIRECTORY);
    if (!directory.is_open() || ::fsync(directory.descriptor()) != 0) {
        return system_failure(paths.root, "cannot be synced");
    }
    return secret;
}

Result<std::string> load_or_make_secret(const DataPaths& paths) {
    const File file(paths.secret(), O_RDONLY);
    if (!file.is_open()) {
        if (errno != ENOENT) {
            return system_failure(paths.secret(), "cannot be read");
        }
        if (std::filesystem::exists(paths.log())) {
            return fail(
                ErrorCode::corrupt,
                paths.secret() +
                    " is missing although there is a history: without it unique "
                    "keys and commands sent again are not recognised. Restore it "
                    "from the backup."
            );
        }
        return make_secret(paths);
    }
    std::string secret = file.read_all(secret_bytes + 1);
    if (secret.size() != secret_bytes) {
        return fail(
            ErrorCode::corrupt, paths.secret() + " has " + std::to_string(secret.size()) +
                                    " bytes instead of " + std::to_string(secret_bytes) +
                                    ". Restore it from the backup."
        );
    }
    return secret;
}

class LockedDataDirectory final : public DataDirectory {
public:
    LockedDataDirectory(DataPaths paths, std::unique_ptr<File> lock, std::string secret)
        : paths_(std::move(paths)), lock_(std::move(lock)), secret_(std::move(secret)) {}

    const DataPaths& paths() const noexcept override { return paths_; }
    std::string secret_for(const std::string& purpose) const override {
        return std::string(base::as_view(base::hmac_sha256(secret_, purpose)));
    }

private:
    DataPaths paths_;
    std::unique_ptr<File> lock_;
    std::string secret_;
};

// The kernel lets go of the lock when the process ends; the pid in it is for people.
Result<std::unique_ptr<File>> take_lock(const DataPaths& paths) {
    auto lock = std::make_unique<File>(paths.lock(), O_RDWR | O_CREAT);
    if (!lock->is_open()) {
        return system_failure(paths.lock(), "cannot be opened");
    }
    if (::flock(lock->descriptor(), LOCK_EX | LOCK_NB) != 0) {
        constexpr std::size_t pid_digits_max = 20;
        std::string holder = lock->read_all(pid_digits_max);
        holder = holder.substr(0, holder.find('\n'));
        return fail(
            ErrorCode::unavailable, "The data directory " + paths.root +
                                        " is in use by another samvev (process " +
                                        (holder.empty() ? "unknown" : holder) +
                                        "). Stop that one, or name another directory with --data."
        );
    }
    if (::ftruncate(lock->descriptor(), 0) != 0 ||
        !lock->write_all(std::to_string(::getpid()) + "\n")) {
        return system_failure(paths.lock(), "cannot be written");
    }
    return lock;
}

}  // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const std::string& root) {
    std::error_code error;
    DataPaths paths{std::filesystem::absolute(root, error).lexically_normal().string()};
    if (!std::filesystem::exists(paths.root)) {
        std::filesystem::create_directories(paths.root, error);
        if (error) {
            return fail(
                ErrorCode::invalid_argument,
                "The data directory " + paths.root + " cannot be made: " + error.message() + "."
            );
        }
    }
    if (!std::filesystem::is_directory(paths.root)) {
        return fail(
            ErrorCode::invalid_argument, paths.root + " is not a directory; name one with --data."
        );
    }
    // Personal data lies below it: for this user alone, also when somebody else made it.
    std::filesystem::permissions(paths.root, std::filesystem::perms::owner_all, error);
    if (error) {
        return fail(
            ErrorCode::invalid_argument, "The data directory " + paths.root +
                                             " cannot be closed to other users (mode 0700): " +
                                             error.message() + ". Give it to the server's user."
        );
    }
    SAMVEV_TRY(auto lock, take_lock(paths));
    SAMVEV_TRY(std::string secret, load_or_make_secret(paths));
    return std::unique_ptr<DataDirectory>(
        std::make_unique<LockedDataDirectory>(std::move(paths), std::move(lock), std::move(secret))
    );
}

}  // namespace samvev::app
