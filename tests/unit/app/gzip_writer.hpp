#pragma once

#include <zlib.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace samvev::test {

// `content` packed as one gzip member.
inline std::string gzipped(std::string_view content) {
    z_stream stream{};
    constexpr int window_bits_with_gzip_head = 15 + 16;
    constexpr int memory_level = 8;
    if (deflateInit2(
            &stream, Z_BEST_SPEED, Z_DEFLATED, window_bits_with_gzip_head, memory_level,
            Z_DEFAULT_STRATEGY
        ) != Z_OK) {
        throw std::runtime_error("deflateInit2 failed");
    }
    std::string in(content);
    std::string out(deflateBound(&stream, in.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int outcome = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (outcome != Z_STREAM_END) {
        throw std::runtime_error("deflate failed");
    }
    return out;
}

}  // namespace samvev::test
