#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "access/es256.hpp"
#include "access/private_file.hpp"
#include "access/token_verifier.hpp"

namespace samvev::access {
namespace {

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

// Writes a new file beside and links it into place, so that another process that starts at the same
// moment sees a whole key or none, and the first one wins.
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

}  // namespace

Result<DevelopmentKey> load_or_make_development_key(const std::string& directory) {
    const std::string path = directory + "/dev-key.pem";
    SAMVEV_TRY(auto stored, read_private_file(path));
    if (!stored) {
        SAMVEV_TRY(const Es256Key made, Es256Key::make());
        SAMVEV_TRY(const std::string pem, made.to_pem());
        SAMVEV_CHECK_OK(write_private_file(path, pem));
        SAMVEV_TRY(stored, read_private_file(path));
    }
    if (!stored) {
        return fail(ErrorCode::unavailable, path + " disappeared while it was being made");
    }
    const auto key = Es256Key::from_pem(*stored);
    if (!key) {
        return fail(
            ErrorCode::corrupt, path + ": " + key.error().message + "; delete it to get a new one"
        );
    }
    return DevelopmentKey{std::move(*stored)};
}

}  // namespace samvev::access
