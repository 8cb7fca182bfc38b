#pragma once

#include <samvev/json.hpp>

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "modules/refusal.hpp"

namespace samvev::modules {

// Thrown while a manifest is read and caught by parse_manifest: reading stops at the first fault.
struct ManifestRefused {
    Refusal code;
    std::string what;  // begins with the JSON pointer to the fault
};

// One object of a manifest while it is read. Every member must be asked for: done() refuses the
// ones that nobody asked for, so that a misspelt key is found (x-… is ignored).
class ManifestReader {
public:
    // `object` must outlive it.
    ManifestReader(const nlohmann::ordered_json& object, std::string path);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] bool has(const char* key) const;

    [[nodiscard]] std::string text(const char* key);
    [[nodiscard]] std::string text_or(const char* key, std::string fallback);
    [[nodiscard]] std::uint32_t number(const char* key);
    [[nodiscard]] std::uint32_t number_or(const char* key, std::uint32_t fallback);
    [[nodiscard]] bool flag_or(const char* key, bool fallback);
    // Absent = empty.
    [[nodiscard]] std::vector<std::string> texts(const char* key);
    // Languages nb, nn and en, each a text that says something. Absent = empty.
    [[nodiscard]] std::map<std::string, std::string> languages(const char* key);
    // Any value; null when absent.
    [[nodiscard]] const nlohmann::ordered_json& value(const char* key);
    // Calls `read` for each object of a list; absent = empty.
    void each(const char* key, const std::function<void(ManifestReader&)>& read);
    // Calls `read` with name and reader for each member of an object of objects; absent = empty.
    void each_named(
        const char* key, const std::function<void(const std::string&, ManifestReader&)>& read
    );
    // The object under that key, to be read in turn; it must be there.
    [[nodiscard]] ManifestReader object(const char* key);

    void done() const;
    [[noreturn]] void refuse(Refusal code, const std::string& what) const;
    [[noreturn]] void refuse_at(const char* key, Refusal code, const std::string& what) const;

private:
    [[nodiscard]] const nlohmann::ordered_json* find(const char* key);
    [[nodiscard]] const nlohmann::ordered_json& need(const char* key);

    const nlohmann::ordered_json* object_;
    std::string path_;
    std::vector<std::string> asked_;
};

}  // namespace samvev::modules
