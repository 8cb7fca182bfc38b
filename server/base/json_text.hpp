#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace samvev::base {

// Writing JSON text by hand where a frame is spliced around bytes that are JSON already.
// Reading JSON is nobody's business here: wire has simdjson, modules have nlohmann.

// Appends `text` as a JSON string with quotes. Invalid UTF-8 must not occur here: bytes are copied.
void append_json_string(std::string& out, std::string_view text);
[[nodiscard]] std::string json_string(std::string_view text);

// Builds one JSON object member by member: JsonObject().text("a", "b").raw("n", "1").take().
class JsonObject {
public:
    JsonObject& text(std::string_view name, std::string_view value);
    // `json` is a complete JSON value.
    JsonObject& raw(std::string_view name, std::string_view json);
    JsonObject& number(std::string_view name, std::int64_t value);
    JsonObject& boolean(std::string_view name, bool value);
    [[nodiscard]] std::string take();

private:
    void name(std::string_view name);
    std::string out_ = "{";
};

}  // namespace samvev::base
