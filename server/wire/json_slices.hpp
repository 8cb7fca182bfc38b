#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace samvev::wire {

// The values of a JSON object or array as the bytes they were sent in, one after the other. The
// text must have been parsed successfully before: nothing is checked again. Never reads past its
// end.
class JsonSlices {
public:
    // `container` starts with { or [ (white space before it is fine).
    explicit JsonSlices(std::string_view container);
    // The next value, without white space around it; absent after the last.
    [[nodiscard]] std::optional<std::string_view> next();

private:
    [[nodiscard]] char at() const noexcept { return place_ < text_.size() ? text_[place_] : '\0'; }
    void skip_space();
    void skip_string();
    void skip_value();

    std::string_view text_;
    std::size_t place_ = 0;
    bool is_object_ = false;
};

}  // namespace samvev::wire
