#include "store/keys/erasure_register.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "base/calendar_text.hpp"
#include "base/digest.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t fields_count = 7;

bool is_basis_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == ':' || c == '-';
}

std::string chain_after(const std::string& before, std::string_view line) {
    std::string covered = before + " ";
    covered.append(line);
    return base::to_hex(base::as_view(base::sha256(covered)));
}

// Without chain and line end.
std::string line_of(std::size_t number, const Erasure& erasure) {
    std::string out = std::to_string(number) + " " + base::to_text(erasure.at) + " " +
                      std::to_string(erasure.owner.log.tenant.value()) + "/" +
                      std::to_string(static_cast<int>(erasure.owner.log.kind)) + " " +
                      erasure.owner.stream.text() + " " + erasure.basis + " ";
    std::string ids;
    for (const KeyId& key : erasure.keys) {
        ids += (ids.empty() ? "" : ",") + key.value();
    }
    return out + (ids.empty() ? "-" : ids);
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
    Number out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    const bool whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
    return whole ? std::optional(out) : std::nullopt;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0;;) {
        const std::size_t end = text.find(separator, at);
        out.push_back(text.substr(at, end - at));
        if (end == std::string_view::npos) {
            return out;
        }
        at = end + 1;
    }
}

std::optional<Erasure> parse_line(std::string_view line, std::size_t number) {
    const std::vector<std::string_view> fields = split(line, ' ');
    if (fields.size() != fields_count || parse_number<std::size_t>(fields[0]) != number) {
        return std::nullopt;
    }
    const std::vector<std::string_view> log = split(fields[2], '/');
    const auto at = base::parse_timestamp(fields[1]);
    const auto tenant = parse_number<std::uint32_t>(log.front());
    const auto kind = parse_number<std::uint8_t>(log.back());
    const auto stream = StreamId::parse(fields[3]);
    if (log.size() != 2 || !at || !tenant || !kind || !stream || !check_basis(fields[4])) {
        return std::nullopt;
    }
    Erasure out{{{TenantId(*tenant), static_cast<LogKind>(*kind)}, *stream}, {}, {}, *at};
    out.basis = fields[4];
    if (fields[5] != "-") {
        for (const std::string_view id : split(fields[5], ',')) {
            out.keys.emplace_back(std::string(id));
        }
    }
    return out;
}

struct Lines {
    std::vector<Erasure> entries;
    std::vector<std::string> chains;
};

// Every line is whole and continues the one before it.
Result<Lines> parse(std::string_view text) {
    Lines out;
    out.chains.emplace_back(64, '0');
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        const std::string_view covered = line.substr(0, line.rfind(' '));
        const std::string chain = chain_after(out.chains.back(), covered);
        std::optional<Erasure> erasure = parse_line(line, out.entries.size());
        if (!erasure || line.size() == text.size() || line.substr(covered.size()) != " " + chain) {
            return fail(
                ErrorCode::corrupt,
                "line " + std::to_string(out.entries.size() + 1) +
                    " of the erasure register does not continue the one before it"
            );
        }
        out.entries.push_back(std::move(*erasure));
        out.chains.push_back(chain);
        text.remove_prefix(line.size() + 1);
    }
    return out;
}

tl::unexpected<Error> system_error(const std::string& doing) {
    return fail(ErrorCode::unavailable, doing + ": " + std::strerror(errno));
}

Result<std::string> read_all(int descriptor, const std::string& path) {
    std::string out;
    std::array<char, 64 * 1024> buffer;
    for (;;) {
        const ssize_t size = read(descriptor, buffer.data(), buffer.size());
        if (size < 0) {
            return system_error("reading the erasure register " + path);
        }
        if (size == 0) {
            return out;
        }
        out.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

Result<std::monostate> sync_directory_of(const std::string& path) {
    const std::string directory = std::filesystem::path(path).parent_path().string();
    const int descriptor =
        ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool ok = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0) {
        close(descriptor);
    }
    if (!ok) {
        return system_error("syncing the directory of the erasure register " + path);
    }
    return std::monostate();
}

}  // namespace

Result<std::monostate> check_basis(std::string_view basis) {
    bool fits = !basis.empty() && basis.size() <= limits::basis_bytes_max;
    for (const char c : basis) {
        fits = fits && is_basis_character(c);
    }
    if (!fits) {
        return fail(
            ErrorCode::invalid_argument,
            "a basis is 1 to 64 of letters, digits, '.', '_', ':' and '-': a paragraph, no text"
        );
    }
    return std::monostate();
}

Result<std::unique_ptr<ErasureRegister>> ErasureRegister::open(
    std::string path, KeyFilesMode mode
) {
    const bool writes = mode == KeyFilesMode::write;
    const int flags = writes ? O_RDWR | O_CREAT | O_APPEND : O_RDONLY;
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    const bool is_empty = descriptor < 0 && !writes && errno == ENOENT;
    if (descriptor < 0 && !is_empty) {
        return system_error("opening the erasure register " + path);
    }
    std::unique_ptr<ErasureRegister> out(new ErasureRegister(std::move(path), descriptor));
    if (writes) {
        SAMVEV_CHECK_OK(sync_directory_of(out->path_));
    }
    if (!is_empty) {
        SAMVEV_TRY(out->text_, read_all(descriptor, out->path_));
    }
    const std::size_t whole = out->text_.rfind('\n') + 1;  // npos + 1 is 0.
    if (whole != out->text_.size() && writes) {
        SAMVEV_CHECK_OK(out->cut_off(whole));
    }
    out->text_.resize(whole);
    SAMVEV_TRY(Lines lines, parse(out->text_));
    out->entries_ = std::move(lines.entries);
    out->chains_ = std::move(lines.chains);
    out->failed_ = !writes;
    return out;
}

Result<std::monostate> ErasureRegister::cut_off(std::size_t from) {
    base::logger("store").warn(
        "a torn line was cut off the erasure register: bytes={}", text_.size() - from
    );
    if (ftruncate(descriptor_, static_cast<off_t>(from)) != 0 || fsync(descriptor_) != 0) {
        return system_error("cutting a torn line off the erasure register");
    }
    return std::monostate();
}

ErasureRegister::ErasureRegister(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

ErasureRegister::~ErasureRegister() {
    if (descriptor_ >= 0) {
        close(descriptor_);
    }
}

const std::string& ErasureRegister::chain_at(std::size_t count) const {
    SAMVEV_ASSERT(count < chains_.size());
    return chains_[count];
}

Result<std::monostate> ErasureRegister::append(const Erasure& erasure) {
    SAMVEV_CHECK_OK(check_basis(erasure.basis));
    std::string line = line_of(entries_.size(), erasure);
    const std::string chain = chain_after(chains_.back(), line);
    line += " " + chain + "\n";
    SAMVEV_CHECK_OK(write(line));
    entries_.push_back(erasure);
    chains_.push_back(chain);
    return std::monostate();
}

Result<std::monostate> ErasureRegister::extend_from(std::string_view other) {
    SAMVEV_TRY(Lines lines, parse(other));
    const std::string_view shorter = std::string_view(text_).substr(0, other.size());
    if (other.substr(0, shorter.size()) != shorter) {
        return fail(ErrorCode::corrupt, "the other erasure register is of another history");
    }
    if (other.size() > text_.size()) {
        SAMVEV_CHECK_OK(write(other.substr(text_.size())));
        entries_ = std::move(lines.entries);
        chains_ = std::move(lines.chains);
    }
    return std::monostate();
}

Result<std::monostate> ErasureRegister::write(std::string_view lines) {
    if (failed_) {
        return fail(ErrorCode::unavailable, "the erasure register cannot be written: restart");
    }
    const ssize_t size = ::write(descriptor_, lines.data(), lines.size());
    if (size != static_cast<ssize_t>(lines.size()) || fsync(descriptor_) != 0) {
        failed_ = true;  // What the file holds now is found out by opening it again.
        return system_error("writing the erasure register " + path_);
    }
    text_.append(lines);
    return std::monostate();
}

}  // namespace samvev::store
