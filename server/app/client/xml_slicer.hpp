#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "app/client/gzip_file.hpp"
#include "base/result.hpp"

namespace samvev::client {

// Cuts a large XML document into the children of its root element, one at a time, so that each
// can be parsed alone: memory holds one child, never the file.
//
// It checks what would otherwise make a cut wrong: tags that do not match, text outside the root,
// what is never closed. Every error is invalid_argument and reads "FILE:LINE: reason".
// Limitations: UTF-8, US-ASCII and ISO-8859-1 only; entities of a DTD are not expanded.
class XmlSlicer {
public:
    static constexpr std::size_t slice_bytes_max = 64UL * 1024 * 1024;
    static constexpr std::size_t depth_max = 128;

    enum class Encoding { utf8, latin1 };

    struct Slice {
        std::string name;      // of the element, without namespace prefix
        std::string text;      // the element with everything in it, as it stands in the file
        std::size_t line = 0;  // where it begins
    };

    // `path` is for messages.
    XmlSlicer(std::unique_ptr<GzipFile> file, std::string path);
    ~XmlSlicer();
    XmlSlicer(const XmlSlicer&) = delete;
    XmlSlicer& operator=(const XmlSlicer&) = delete;

    // The root element's name without prefix. First call.
    [[nodiscard]] Result<std::string> root();
    // The next child of the root; absent when the document has ended properly. After an error,
    // the same error again.
    [[nodiscard]] Result<std::optional<Slice>> next();

    [[nodiscard]] Encoding encoding() const noexcept;
    [[nodiscard]] GzipFile::Progress progress() const;

private:
    class Scanner;
    std::unique_ptr<Scanner> scanner_;
};

}  // namespace samvev::client
