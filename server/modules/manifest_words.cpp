#include "modules/manifest_words.hpp"

#include <algorithm>
#include <charconv>

namespace samvev::modules {

bool is_kebab(std::string_view text) noexcept {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    return plain && !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           text.back() != '-' && text.find("--") == std::string_view::npos;
}

bool is_camel(std::string_view text) noexcept {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

bool is_pointer(std::string_view text) noexcept {
    if (text.empty() || text.front() != '/') {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '~' &&
            (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) {
            return false;
        }
    }
    return true;
}

bool is_version(std::string_view text, int parts) noexcept {
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (int i = 0; i < parts; ++i) {
        unsigned value = 0;
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc() || (i + 1 < parts && (next == end || *next != '.'))) {
            return false;
        }
        at = i + 1 < parts ? next + 1 : next;
    }
    return at == end;
}

}  // namespace samvev::modules
