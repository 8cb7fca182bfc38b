#include "wire/json_slices.hpp"

#include <algorithm>

namespace samvev::wire {

JsonSlices::JsonSlices(std::string_view container) : text_(container) {
    skip_space();
    is_object_ = at() == '{';
    ++place_;
}

std::optional<std::string_view> JsonSlices::next() {
    skip_space();
    if (at() == ',') {
        ++place_;
        skip_space();
    }
    if (place_ >= text_.size() || at() == '}' || at() == ']') {
        return std::nullopt;
    }
    if (is_object_) {
        skip_string();
        skip_space();
        ++place_;  // The colon.
        skip_space();
        place_ = std::min(place_, text_.size());
    }
    const std::size_t from = place_;
    skip_value();
    return text_.substr(from, place_ - from);
}

void JsonSlices::skip_space() {
    while (at() == ' ' || at() == '\t' || at() == '\n' || at() == '\r') {
        ++place_;
    }
}

void JsonSlices::skip_string() {
    ++place_;
    while (place_ < text_.size() && text_[place_] != '"') {
        place_ += text_[place_] == '\\' ? 2U : 1U;
    }
    place_ = std::min(place_ + 1, text_.size());
}

void JsonSlices::skip_value() {
    std::size_t depth = 0;
    while (place_ < text_.size()) {
        const char c = text_[place_];
        if (c == '"') {
            skip_string();
        } else if (c == '{' || c == '[') {
            ++depth;
            ++place_;
        } else if (c == '}' || c == ']') {
            if (depth == 0) {
                return;  // The end of the container: a number or literal ended here.
            }
            --depth;
            ++place_;
        } else if (depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
            return;
        } else {
            ++place_;
            continue;
        }
        if (depth == 0) {
            return;
        }
    }
}

}  // namespace samvev::wire
