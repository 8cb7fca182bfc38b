#include "modules/manifest_reader.hpp"

#include <algorithm>
#include <limits>

#include "modules/schema_rules.hpp"

namespace samvev::modules {

using nlohmann::ordered_json;

ManifestReader::ManifestReader(const ordered_json& object, std::string path)
    : object_(&object), path_(std::move(path)) {
    if (!object.is_object()) {
        refuse(Refusal::shape, "must be an object");
    }
}

void ManifestReader::refuse(Refusal code, const std::string& what) const {
    throw ManifestRefused{code, (path_.empty() ? "/" : path_) + ": " + what};
}

void ManifestReader::refuse_at(const char* key, Refusal code, const std::string& what) const {
    throw ManifestRefused{code, pointer_to(path_, key) + ": " + what};
}

const ordered_json* ManifestReader::find(const char* key) {
    asked_.emplace_back(key);
    const auto found = object_->find(key);
    return found == object_->end() ? nullptr : &*found;
}

const ordered_json& ManifestReader::need(const char* key) {
    const ordered_json* found = find(key);
    if (found == nullptr) {
        refuse(Refusal::shape, std::string("key '") + key + "' is missing");
    }
    return *found;
}

bool ManifestReader::has(const char* key) const {
    return object_->contains(key);
}

std::string ManifestReader::text(const char* key) {
    const ordered_json& found = need(key);
    if (!found.is_string() || found.get_ref<const std::string&>().empty()) {
        refuse_at(key, Refusal::shape, "must be a text");
    }
    return found.get<std::string>();
}

std::string ManifestReader::text_or(const char* key, std::string fallback) {
    const ordered_json* found = find(key);
    if (found == nullptr) {
        return fallback;
    }
    if (!found->is_string()) {
        refuse_at(key, Refusal::shape, "must be a text");
    }
    return found->get<std::string>();
}

std::uint32_t ManifestReader::number(const char* key) {
    const ordered_json& found = need(key);
    if (!found.is_number_unsigned() || found.get<std::uint64_t>() == 0 ||
        found.get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) {
        refuse_at(key, Refusal::shape, "must be a whole number from 1");
    }
    return found.get<std::uint32_t>();
}

std::uint32_t ManifestReader::number_or(const char* key, std::uint32_t fallback) {
    return has(key) ? number(key) : fallback;
}

bool ManifestReader::flag_or(const char* key, bool fallback) {
    const ordered_json* found = find(key);
    if (found != nullptr && !found->is_boolean()) {
        refuse_at(key, Refusal::shape, "must be true or false");
    }
    return found == nullptr ? fallback : found->get<bool>();
}

std::vector<std::string> ManifestReader::texts(const char* key) {
    std::vector<std::string> out;
    const ordered_json* found = find(key);
    if (found == nullptr) {
        return out;
    }
    if (!found->is_array()) {
        refuse_at(key, Refusal::shape, "must be a list of texts");
    }
    for (const ordered_json& item : *found) {
        if (!item.is_string() || item.get_ref<const std::string&>().empty()) {
            refuse_at(key, Refusal::shape, "must be a list of texts");
        }
        if (std::find(out.begin(), out.end(), item.get_ref<const std::string&>()) != out.end()) {
            refuse_at(key, Refusal::name, "'" + item.get<std::string>() + "' stands twice");
        }
        out.push_back(item.get<std::string>());
    }
    return out;
}

std::map<std::string, std::string> ManifestReader::languages(const char* key) {
    std::map<std::string, std::string> out;
    const ordered_json* found = find(key);
    if (found == nullptr) {
        return out;
    }
    if (!found->is_object()) {
        refuse_at(key, Refusal::shape, "must be an object of languages");
    }
    for (const auto& [language, text] : found->items()) {
        if (!text.is_string() || text.get_ref<const std::string&>().empty()) {
            refuse_at(key, Refusal::texts, "language '" + language + "' has no text");
        }
        out[language] = text.get<std::string>();
    }
    for (const char* language : {"nb", "nn", "en"}) {
        if (!out.contains(language)) {
            refuse_at(
                key, Refusal::texts,
                std::string("language '") + language + "' is missing: nb, nn and en are needed"
            );
        }
    }
    return out;
}

const ordered_json& ManifestReader::value(const char* key) {
    static const ordered_json absent = nullptr;
    const ordered_json* found = find(key);
    return found == nullptr ? absent : *found;
}

void ManifestReader::each(const char* key, const std::function<void(ManifestReader&)>& read) {
    const ordered_json* found = find(key);
    if (found == nullptr) {
        return;
    }
    if (!found->is_array()) {
        refuse_at(key, Refusal::shape, "must be a list of objects");
    }
    for (std::size_t i = 0; i < found->size(); ++i) {
        ManifestReader item((*found)[i], pointer_to(pointer_to(path_, key), std::to_string(i)));
        read(item);
        item.done();
    }
}

void ManifestReader::each_named(
    const char* key, const std::function<void(const std::string&, ManifestReader&)>& read
) {
    const ordered_json* found = find(key);
    if (found == nullptr) {
        return;
    }
    if (!found->is_object()) {
        refuse_at(key, Refusal::shape, "must be an object");
    }
    for (const auto& [name, member] : found->items()) {
        ManifestReader item(member, pointer_to(pointer_to(path_, key), name));
        read(name, item);
        item.done();
    }
}

ManifestReader ManifestReader::object(const char* key) {
    return {need(key), pointer_to(path_, key)};
}

void ManifestReader::done() const {
    for (const auto& [key, value] : object_->items()) {
        if (!key.starts_with("x-") &&
            std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
            refuse(Refusal::shape, "unknown key '" + key + "'; extras must begin with x-");
        }
    }
}

}  // namespace samvev::modules
