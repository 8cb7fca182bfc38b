#include "access/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace samvev::access {
namespace {

constexpr std::size_t file_bytes_max = 16 * 1024;
constexpr mode_t others_bits = S_IRWXG | S_IRWXO;

std::string errno_text() {
    return std::generic_category().message(errno);
}

// Closes on the way out.
class File {
public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace

Result<std::optional<std::string>> read_private_file(const std::string& path) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.descriptor() < 0) {
        if (errno == ENOENT) {
            return std::nullopt;
        }
        return fail(ErrorCode::unavailable, "cannot open " + path + ": " + errno_text());
    }
    struct stat status{};
    if (::fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return fail(ErrorCode::unavailable, path + " is not a regular file");
    }
    if ((status.st_mode & others_bits) != 0) {
        return fail(
            ErrorCode::denied, path + " can be read by others, so what is in it proves nothing: " +
                                   "replace it, or chmod 600 if you know that nobody has read it"
        );
    }
    std::string text(file_bytes_max, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = ::read(file.descriptor(), text.data() + size, text.size() - size);
        if (got < 0 && errno != EINTR) {
            return fail(ErrorCode::unavailable, "cannot read " + path + ": " + errno_text());
        }
        if (got == 0) {
            break;
        }
        size += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    text.resize(size);
    return text;
}

Result<void> write_private_file(const std::string& path, std::string_view text) {
    std::string temporary = path + ".XXXXXX";
    const File file(::mkostemp(temporary.data(), O_CLOEXEC));  // Made with mode 0600.
    if (file.descriptor() < 0) {
        return fail(ErrorCode::unavailable, "cannot write beside " + path + ": " + errno_text());
    }
    const ssize_t written = ::write(file.descriptor(), text.data(), text.size());
    const bool stored = written == static_cast<ssize_t>(text.size()) &&
                        ::fsync(file.descriptor()) == 0 &&
                        (::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
    const std::string reason = stored ? std::string() : errno_text();
    ::unlink(temporary.c_str());
    if (!stored) {
        return fail(ErrorCode::unavailable, "cannot write " + path + ": " + reason);
    }
    return {};
}

}  // namespace samvev::access
