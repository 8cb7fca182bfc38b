#include "app/client/gzip_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <climits>
#include <filesystem>
#include <system_error>

namespace samvev::client {
namespace {

class ZlibFile final : public GzipFile {
public:
    ZlibFile(gzFile file, std::uint64_t bytes_total) : file_(file), bytes_total_(bytes_total) {}
    ~ZlibFile() override { gzclose(file_); }

    Result<std::size_t> read(std::span<char> into) override {
        const auto size = static_cast<unsigned>(std::min<std::size_t>(into.size(), INT_MAX));
        const int count = gzread(file_, into.data(), size);
        if (count < 0 || static_cast<unsigned>(count) < size) {
            // A cut-off stream gives what there was without an error, and tells only when asked.
            int code = Z_OK;
            const char* const text = gzerror(file_, &code);
            if (code == Z_BUF_ERROR) {
                cut_off_ = true;
            } else if (code != Z_OK && code != Z_STREAM_END) {
                return fail(
                    ErrorCode::corrupt, std::string("the compressed data is damaged: ") + text
                );
            }
        }
        if (count == 0 && cut_off_) {
            return fail(ErrorCode::corrupt, "the compressed file is cut off");
        }
        return static_cast<std::size_t>(count);
    }

    Progress progress() const override {
        const z_off_t offset = gzoffset(file_);
        return {offset < 0 ? 0 : static_cast<std::uint64_t>(offset), bytes_total_};
    }

private:
    gzFile file_;
    std::uint64_t bytes_total_;
    bool cut_off_ = false;
};

}  // namespace

Result<std::unique_ptr<GzipFile>> GzipFile::open(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) {
        return fail(ErrorCode::not_found, path + ": there is no such file.");
    }
    if (std::filesystem::is_directory(status)) {
        return fail(ErrorCode::invalid_argument, path + ": is a directory; name a file.");
    }
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) {
        return fail(ErrorCode::invalid_argument, path + ": cannot be read; check its permissions.");
    }
    constexpr unsigned buffer_bytes = 128 * 1024;
    gzbuffer(file, buffer_bytes);
    const auto size = std::filesystem::file_size(path, error);
    return std::unique_ptr<GzipFile>(std::make_unique<ZlibFile>(file, error ? 0 : size));
}

}  // namespace samvev::client
