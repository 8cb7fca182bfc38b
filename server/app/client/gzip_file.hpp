#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.hpp"

namespace samvev::client {

// A file read front to back, unpacked on the way when it is gzip (told by its first bytes, not by
// its name).
class GzipFile {
public:
    // Fails with not_found or invalid_argument (a directory, not readable).
    [[nodiscard]] static Result<std::unique_ptr<GzipFile>> open(const std::string& path);
    virtual ~GzipFile() = default;
    GzipFile(const GzipFile&) = delete;
    GzipFile& operator=(const GzipFile&) = delete;

    // Fills `into` as far as there is something; 0 at the end. Fails with corrupt when the packed
    // data is damaged or cut off.
    [[nodiscard]] virtual Result<std::size_t> read(std::span<char> into) = 0;

    struct Progress {
        std::uint64_t bytes_read = 0;  // of the file as it lies on disk
        std::uint64_t bytes_total = 0;
    };
    [[nodiscard]] virtual Progress progress() const = 0;

protected:
    GzipFile() = default;
};

}  // namespace samvev::client
