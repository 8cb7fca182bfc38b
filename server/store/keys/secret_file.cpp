#include "store/keys/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <variant>

namespace samvev::store {

namespace {

constexpr mode_t anybody_else = 077;

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

Result<std::monostate> check_guard(const std::string& place, const struct stat& status) {
    if (status.st_uid != geteuid() && status.st_uid != 0) {
        return fail(
            ErrorCode::denied,
            place + " belongs to another user: chown it to the one that runs the server"
        );
    }
    if ((status.st_mode & anybody_else) != 0) {
        return fail(
            ErrorCode::denied, place +
                                   " can be read by others: chmod 0600 it, and consider "
                                   "whether it must be replaced"
        );
    }
    return std::monostate();
}

}  // namespace

Result<std::size_t> read_secret_file(
    std::string_view what, const std::string& path, FileGuard guard, std::span<std::uint8_t> into
) {
    const std::string place = std::string(what) + " in " + path;
    const File file(path);
    if (file.descriptor() < 0) {
        const int error = errno;
        return fail(
            error == ENOENT ? ErrorCode::not_found : ErrorCode::denied,
            place + " cannot be opened: " + std::strerror(error)
        );
    }
    struct stat status{};
    if (fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return fail(ErrorCode::invalid_argument, std::string(what) + " " + path + " is no file");
    }
    if (guard == FileGuard::mode) {
        SAMVEV_CHECK_OK(check_guard(place, status));
    }
    const ssize_t size = read(file.descriptor(), into.data(), into.size());
    if (size < 0) {
        return fail(ErrorCode::denied, place + " cannot be read: " + std::strerror(errno));
    }
    return static_cast<std::size_t>(size);
}

}  // namespace samvev::store
