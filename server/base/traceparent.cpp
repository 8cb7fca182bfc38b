#include "base/traceparent.hpp"

#include <algorithm>

namespace samvev::base {
namespace {

bool is_hex(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

bool is_zero(std::string_view digits) noexcept {
    return digits.find_first_not_of('0') == std::string_view::npos;
}

// What later versions append is not ours to read, but it is stored: printable ASCII.
bool is_printable(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

bool is_traceparent(std::string_view text) noexcept {
    constexpr std::size_t size = 55;  // of version 00
    if (text.size() < size || text.size() > traceparent_bytes_max ||
        (text.size() > size && (text.substr(0, 2) == "00" || text[size] != '-'))) {
        return false;
    }
    const std::string_view trace = text.substr(trace_id_begin, trace_id_digits);
    const std::string_view parent = text.substr(36, 16);
    return text[2] == '-' && text[35] == '-' && text[52] == '-' && is_hex(text.substr(0, 2)) &&
           text.substr(0, 2) != "ff" && is_hex(trace) && is_hex(parent) &&
           is_hex(text.substr(53, 2)) && is_printable(text.substr(size)) && !is_zero(trace) &&
           !is_zero(parent);
}

}  // namespace samvev::base
