#include "modules/module_text.hpp"

#include <samvev/json.hpp>

#include <algorithm>

namespace samvev::modules {

namespace {

constexpr std::size_t fault_text_bytes_max = 500;  // For the log; content does not belong there.
constexpr std::size_t entity_bytes_max = 64;

}  // namespace

bool is_utf8(std::string_view text) {
    std::string quoted =
        json(std::string(text)).dump(-1, ' ', false, json::error_handler_t::ignore);
    json back = json::parse(quoted, nullptr, false);
    return back.is_string() && back.get_ref<const std::string&>() == text;
}

std::string printable(std::string_view text) {
    std::string out(text.substr(0, fault_text_bytes_max));
    const bool valid = is_utf8(out);
    for (char& c : out) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !valid)) {
            c = '?';
        }
    }
    return out;
}

bool is_entity(std::string_view text) noexcept {
    return text.size() <= entity_bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' || c == ':';
           });
}

}  // namespace samvev::modules
