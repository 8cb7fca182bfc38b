#include "app/client/xml_slicer.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace samvev::client {
namespace {

constexpr std::size_t name_bytes_max = 1024;

[[nodiscard]] bool is_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

[[nodiscard]] bool ends_name(char c) noexcept {
    return is_space(c) || c == '>' || c == '/' || c == '=';
}

[[nodiscard]] std::string local_name(std::string_view name) {
    const auto colon = name.find(':');
    return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
}

[[nodiscard]] std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

// The value of encoding="…" in an XML declaration, lower case; absent when it has none.
[[nodiscard]] std::optional<std::string> declared_encoding(std::string_view declaration) {
    const auto at = declaration.find("encoding");
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto begin = declaration.find_first_of("\"'", at);
    if (begin == std::string_view::npos) {
        return std::nullopt;
    }
    const auto end = declaration.find(declaration[begin], begin + 1);
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    return lower(declaration.substr(begin + 1, end - begin - 1));
}

}  // namespace

// One pass over the characters. What is read while `slice_` is set becomes part of the slice.
class XmlSlicer::Scanner {
public:
    Scanner(std::unique_ptr<GzipFile> file, std::string path)
        : file_(std::move(file)), path_(std::move(path)) {}

    Result<std::string> root() {
        SAMVEV_CHECK_OK(skip_byte_order_mark());
        while (root_.empty()) {
            SAMVEV_TRY(const bool found, step());
            if (!found) {
                return at(line_, "the file has no XML element");
            }
        }
        return root_;
    }

    Result<std::optional<Slice>> next() {
        if (failed_) {
            return tl::unexpected<Error>(*failed_);
        }
        auto slice = scan_slice();
        if (!slice) {
            failed_ = slice.error();
        }
        return slice;
    }

    Encoding encoding() const noexcept { return encoding_; }
    GzipFile::Progress progress() const { return file_->progress(); }

private:
    struct OpenElement {
        std::string name;
        std::size_t line = 0;
    };

    [[nodiscard]] tl::unexpected<Error> at(std::size_t line, const std::string& reason) const {
        return fail(
            ErrorCode::invalid_argument, path_ + ":" + std::to_string(line) + ": " + reason
        );
    }

    Result<std::optional<Slice>> scan_slice() {
        while (true) {
            SAMVEV_TRY(const bool found, step());
            if (done_slice_) {
                std::optional<Slice> slice = std::move(done_slice_);
                done_slice_.reset();
                return slice;
            }
            if (!found) {
                if (!open_.empty()) {
                    return at(
                        line_, "the file ends inside <" + open_.back().name + ">, opened on line " +
                                   std::to_string(open_.back().line)
                    );
                }
                return std::optional<Slice>();
            }
        }
    }

    // Takes one piece: a run of text or one markup. False at the end of the file.
    Result<bool> step() {
        SAMVEV_TRY(const bool more, fill());
        if (!more) {
            return false;
        }
        if (peek() == '<') {
            SAMVEV_CHECK_OK(markup());
        } else {
            SAMVEV_CHECK_OK(text());
        }
        return true;
    }

    Result<std::monostate> text() {
        while (true) {
            SAMVEV_TRY(const bool more, fill());
            if (!more || peek() == '<') {
                return {};
            }
            if (open_.empty() && !is_space(peek())) {
                return at(
                    line_, !root_.empty() ? "text after the end of the document"
                                          : "this is not XML: text before the first element"
                );
            }
            SAMVEV_CHECK_OK(take());
        }
    }

    Result<std::monostate> markup() {
        const std::size_t line = line_;
        // The slice begins with the '<' of a child of the root; whether it is one is known later.
        begin_slice_if_child();
        SAMVEV_CHECK_OK(take());
        SAMVEV_TRY(const char kind, peek_inside(line, "a tag"));
        switch (kind) {
            case '!':
                return declaration(line);
            case '?':
                return processing_instruction(line);
            case '/':
                return end_tag(line);
            default:
                return start_tag(line);
        }
    }

    void begin_slice_if_child() {
        if (open_.size() == 1 && !slice_) {
            slice_.emplace();
            slice_->line = line_;
        }
    }
    // What began was not an element but a comment, an instruction or the root's end.
    void drop_slice_if_child() {
        if (open_.size() <= 1) {
            slice_.reset();
        }
    }

    Result<std::monostate> declaration(std::size_t line) {
        SAMVEV_CHECK_OK(take());
        SAMVEV_TRY(const char kind, peek_inside(line, "a declaration"));
        if (kind == '-') {
            SAMVEV_CHECK_OK(take());
            SAMVEV_TRY(const char second, peek_inside(line, "a comment"));
            if (second != '-') {
                return at(line, "'<!-' is neither a comment nor a declaration");
            }
            SAMVEV_CHECK_OK(take());
            SAMVEV_CHECK_OK(take_until("-->", line, "a comment"));
        } else if (kind == '[') {
            if (open_.empty()) {
                return at(line, "a CDATA section outside the document's element");
            }
            SAMVEV_CHECK_OK(take_until("]]>", line, "a CDATA section"));
        } else {
            if (!root_.empty()) {
                return at(line, "a document type declaration after the first element");
            }
            SAMVEV_CHECK_OK(document_type(line));
        }
        drop_slice_if_child();
        return {};
    }

    // <!DOCTYPE … [ … ]>: skipped, with its quoted texts and its internal subset.
    Result<std::monostate> document_type(std::size_t line) {
        std::size_t brackets = 0;
        std::size_t angles = 1;
        char quote = '\0';
        while (angles > 0) {
            SAMVEV_TRY(const char c, peek_inside(line, "the document type declaration"));
            if (quote != '\0') {
                quote = c == quote ? '\0' : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[') {
                ++brackets;
            } else if (c == ']' && brackets > 0) {
                --brackets;
            } else if (c == '<') {
                ++angles;
            } else if (c == '>') {
                --angles;
            }
            SAMVEV_CHECK_OK(take());
        }
        return brackets == 0
                   ? Result<std::monostate>()
                   : Result<std::monostate>(at(line, "the document type declaration is malformed"));
    }

    Result<std::monostate> processing_instruction(std::size_t line) {
        SAMVEV_TRY(const std::string text, take_until("?>", line, "a processing instruction"));
        drop_slice_if_child();
        if (!text.starts_with("?xml") || text.size() < 5 || !is_space(text[4])) {
            return {};
        }
        const auto name = declared_encoding(text);
        if (!name || *name == "utf-8" || *name == "us-ascii" || *name == "ascii") {
            return {};
        }
        if (*name == "iso-8859-1" || *name == "latin1" || *name == "latin-1") {
            encoding_ = Encoding::latin1;
            return {};
        }
        return at(
            line, "encoding " + *name + " is not supported; convert the file to UTF-8 first (iconv)"
        );
    }

    Result<std::monostate> start_tag(std::size_t line) {
        SAMVEV_TRY(std::string name, take_name(line));
        if (open_.empty() && !root_.empty()) {
            return at(line, "a second element after the end of the document: <" + name + ">");
        }
        SAMVEV_TRY(const bool empty_element, take_attributes(line, name));
        if (root_.empty()) {
            root_ = local_name(name);
        }
        const bool child = open_.size() == 1;
        if (child) {
            slice_->name = local_name(name);
        }
        if (open_.size() >= depth_max) {
            return at(line, "elements are nested deeper than " + std::to_string(depth_max));
        }
        open_.push_back({std::move(name), line});
        if (empty_element) {
            close_element();
        }
        return {};
    }

    Result<std::monostate> end_tag(std::size_t line) {
        SAMVEV_CHECK_OK(take());
        SAMVEV_TRY(const std::string name, take_name(line));
        while (true) {
            SAMVEV_TRY(const char c, peek_inside(line, "</" + name + ">"));
            SAMVEV_CHECK_OK(take());
            if (c == '>') {
                break;
            }
            if (!is_space(c)) {
                return at(line, "the end tag </" + name + "> is malformed");
            }
        }
        if (open_.empty()) {
            return at(line, "</" + name + "> closes nothing");
        }
        if (open_.back().name != name) {
            return at(
                line, "found </" + name + "> where </" + open_.back().name +
                          "> is due, opened on line " + std::to_string(open_.back().line)
            );
        }
        close_element();
        return {};
    }

    void close_element() {
        open_.pop_back();
        if (open_.size() == 1) {
            done_slice_ = std::move(slice_);
        }
        if (open_.size() <= 1) {
            slice_.reset();
        }
    }

    Result<std::string> take_name(std::size_t line) {
        std::string name;
        while (true) {
            SAMVEV_TRY(const char c, peek_inside(line, "a tag"));
            if (ends_name(c)) {
                break;
            }
            if (c == '<' || c == '"' || c == '\'' || c == '&' || name.size() >= name_bytes_max) {
                return at(line, "a tag's name is malformed: '" + name.substr(0, 40) + "'");
            }
            name.push_back(c);
            SAMVEV_CHECK_OK(take());
        }
        if (name.empty()) {
            return at(line, "a '<' that begins no tag; write &lt; in text");
        }
        return name;
    }

    // Up to and with '>'; true when the element ended there ('/>').
    Result<bool> take_attributes(std::size_t line, const std::string& name) {
        char before = '\0';
        char quote = '\0';
        while (true) {
            SAMVEV_TRY(const char c, peek_inside(line, "<" + name + ">"));
            if (c == '<') {
                return at(
                    line_, "a '<' inside the tag <" + name + "> that begins on line " +
                               std::to_string(line)
                );
            }
            SAMVEV_CHECK_OK(take());
            if (quote != '\0') {
                quote = c == quote ? '\0' : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return before == '/';
            }
            before = quote == '\0' ? c : '\0';
        }
    }

    // Takes everything up to and with `end`; returns it.
    Result<std::string> take_until(
        std::string_view end, std::size_t line, const std::string& what
    ) {
        std::string taken;
        while (!taken.ends_with(end)) {
            SAMVEV_TRY(const char c, peek_inside(line, what));
            taken.push_back(c);
            SAMVEV_CHECK_OK(take());
            if (taken.size() > slice_bytes_max) {
                return at(
                    line, what + " is longer than " + std::to_string(slice_bytes_max) + " bytes"
                );
            }
        }
        return taken;
    }

    Result<char> peek_inside(std::size_t line, const std::string& what) {
        SAMVEV_TRY(const bool more, fill());
        if (!more) {
            return at(
                line_,
                "the file ends inside " + what + " that begins on line " + std::to_string(line)
            );
        }
        return peek();
    }

    [[nodiscard]] char peek() const noexcept { return buffer_[position_]; }

    // Moves on by one character; fill() has said that there is one.
    Result<std::monostate> take() {
        const char c = buffer_[position_++];
        if (c == '\n') {
            ++line_;
        }
        if (c == '\0') {
            return at(
                line_, "a NUL byte; XML has none (is the file UTF-16? convert it to UTF-8 first)"
            );
        }
        if (slice_) {
            if (slice_->text.size() >= slice_bytes_max) {
                return at(
                    slice_->line,
                    "an element larger than " + std::to_string(slice_bytes_max / (1024UL * 1024)) +
                        " MiB begins here, the most that is read of one trace; is an end tag "
                        "missing? If not, split the log"
                );
            }
            slice_->text.push_back(c);
        }
        return {};
    }

    // Makes sure that peek() has a character; false at the end of the file.
    Result<bool> fill() {
        if (position_ < size_) {
            return true;
        }
        auto count = file_->read(buffer_);
        if (!count) {
            return at(line_, count.error().message);
        }
        position_ = 0;
        size_ = *count;
        return size_ > 0;
    }

    Result<std::monostate> skip_byte_order_mark() {
        SAMVEV_TRY(const bool more, fill());
        if (!more) {
            return at(line_, "the file is empty");
        }
        const std::string_view start(buffer_.data(), size_);
        if (start.starts_with("\xEF\xBB\xBF")) {
            position_ = 3;
        } else if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
            return at(line_, "the file is UTF-16; convert it to UTF-8 first (iconv)");
        }
        return {};
    }

    std::unique_ptr<GzipFile> file_;
    std::string path_;
    std::array<char, 64UL * 1024> buffer_{};
    std::size_t position_ = 0;
    std::size_t size_ = 0;
    std::size_t line_ = 1;
    std::string root_;  // Name of the root element, once it has begun.
    Encoding encoding_ = Encoding::utf8;
    std::vector<OpenElement> open_;
    std::optional<Slice> slice_;
    std::optional<Slice> done_slice_;
    std::optional<Error> failed_;
};

XmlSlicer::XmlSlicer(std::unique_ptr<GzipFile> file, std::string path)
    : scanner_(std::make_unique<Scanner>(std::move(file), std::move(path))) {}
XmlSlicer::~XmlSlicer() = default;

Result<std::string> XmlSlicer::root() {
    return scanner_->root();
}
Result<std::optional<XmlSlicer::Slice>> XmlSlicer::next() {
    return scanner_->next();
}
XmlSlicer::Encoding XmlSlicer::encoding() const noexcept {
    return scanner_->encoding();
}
GzipFile::Progress XmlSlicer::progress() const {
    return scanner_->progress();
}

}  // namespace samvev::client
