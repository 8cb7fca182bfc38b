#include "base/json_text.hpp"

namespace samvev::base {

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    out.push_back('"');
    std::size_t plain_from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        out.append(text.substr(plain_from, i - plain_from));
        plain_from = i + 1;
        switch (c) {
            case '"':
                out.append("\\\"");
                break;
            case '\\':
                out.append("\\\\");
                break;
            case '\n':
                out.append("\\n");
                break;
            case '\r':
                out.append("\\r");
                break;
            case '\t':
                out.append("\\t");
                break;
            default:
                out.append("\\u00");
                out.push_back(digits[c >> 4]);
                out.push_back(digits[c & 0x0f]);
        }
    }
    out.append(text.substr(plain_from));
    out.push_back('"');
}

std::string json_string(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 2);
    append_json_string(out, text);
    return out;
}

void JsonObject::name(std::string_view name) {
    if (out_.size() > 1) {
        out_.push_back(',');
    }
    append_json_string(out_, name);
    out_.push_back(':');
}

JsonObject& JsonObject::text(std::string_view member, std::string_view value) {
    name(member);
    append_json_string(out_, value);
    return *this;
}

JsonObject& JsonObject::raw(std::string_view member, std::string_view json) {
    name(member);
    out_.append(json);
    return *this;
}

JsonObject& JsonObject::number(std::string_view member, std::int64_t value) {
    return raw(member, std::to_string(value));
}

JsonObject& JsonObject::boolean(std::string_view member, bool value) {
    return raw(member, value ? "true" : "false");
}

std::string JsonObject::take() {
    out_.push_back('}');
    return std::move(out_);
}

}  // namespace samvev::base
