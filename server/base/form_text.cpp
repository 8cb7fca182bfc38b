#include "base/form_text.hpp"

#include <algorithm>

namespace samvev::base {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

bool is_plain(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::optional<unsigned> hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    if (c >= 'A' && c <= 'F') {
        return static_cast<unsigned>(c - 'A') + 10;
    }
    return c >= 'a' && c <= 'f' ? std::optional(static_cast<unsigned>(c - 'a') + 10) : std::nullopt;
}

std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out.push_back(' ');
        } else if (text[i] != '%') {
            out.push_back(text[i]);
        } else {
            const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
            const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
            if (!high || !low) {
                return std::nullopt;
            }
            out.push_back(static_cast<char>(*high * 16 + *low));
            i += 2;
        }
    }
    return out;
}

}  // namespace

std::string form_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (is_plain(c)) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(hex_digits[byte / 16]);
            out.push_back(hex_digits[byte % 16]);
        }
    }
    return out;
}

void append_form_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(out.empty() ? "" : "&").append(form_encoded(name)).append("=");
    out.append(form_encoded(value));
}

std::optional<FormFields> parse_form(std::string_view text) {
    FormFields fields;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view member = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (member.empty()) {
            continue;
        }
        const std::size_t equals = std::min(member.find('='), member.size());
        auto name = decoded(member.substr(0, equals));
        auto value = decoded(member.substr(std::min(equals + 1, member.size())));
        const auto is_same = [&](const auto& field) { return field.first == *name; };
        if (!name || !value || std::ranges::any_of(fields, is_same)) {
            return std::nullopt;
        }
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

std::string_view field_of(const FormFields& fields, std::string_view name) noexcept {
    const auto found = std::ranges::find(fields, name, [](const auto& field) {
        return std::string_view(field.first);
    });
    return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace samvev::base
