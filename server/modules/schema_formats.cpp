#include "modules/schema_formats.hpp"

#include <algorithm>

#include "base/calendar_text.hpp"
#include "base/uuid.hpp"

namespace samvev::modules {

namespace {

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// RFC 3986: scheme ":" and then only characters that may stand in a URI, '%' with two hex digits.
bool is_uri(std::string_view text) noexcept {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon + 1 == text.size() || !is_letter(text.front())) {
        return false;
    }
    const std::string_view scheme = text.substr(0, colon);
    if (!std::all_of(scheme.begin(), scheme.end(), [](char c) {
            return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
        })) {
        return false;
    }
    constexpr std::string_view others = "-._~:/?#[]@!$&'()*+,;=";
    for (std::size_t i = colon + 1; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) {
                return false;
            }
            i += 2;
        } else if (!is_letter(c) && !is_digit(c) && others.find(c) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<Format> parse_format(std::string_view name) noexcept {
    if (name == "date") {
        return Format::date;
    }
    if (name == "date-time") {
        return Format::date_time;
    }
    if (name == "date-or-time") {
        return Format::date_or_time;
    }
    if (name == "uuid") {
        return Format::uuid;
    }
    if (name == "uri") {
        return Format::uri;
    }
    return std::nullopt;
}

bool fits(Format format, std::string_view text) noexcept {
    switch (format) {
        case Format::date:
            return base::parse_date(text).has_value();
        case Format::date_time:
            return base::parse_timestamp(text).has_value();
        case Format::date_or_time:
            return base::parse_date(text).has_value() || base::parse_timestamp(text).has_value();
        case Format::uuid:
            return base::Uuid::parse(text).has_value();
        case Format::uri:
            return is_uri(text);
    }
    return false;
}

std::string_view demand(Format format) noexcept {
    switch (format) {
        case Format::date:
            return "must be a date (YYYY-MM-DD)";
        case Format::date_time:
            return "must be a time (RFC 3339, e.g. 2026-11-22T03:04:05Z)";
        case Format::date_or_time:
            return "must be a date (YYYY-MM-DD) or a time (RFC 3339)";
        case Format::uuid:
            return "must be a UUID (36 characters, hyphenated)";
        case Format::uri:
            return "must be a URI";
    }
    return "";
}

}  // namespace samvev::modules
