#pragma once

#include <samvev/json.hpp>

#include <memory>
#include <string>
#include <string_view>

#include "modules/manifest.hpp"
#include "modules/manifest_reader.hpp"

namespace samvev::modules {

// A manifest while it is read: what is known of it so far, and the checks that every part needs.
// Each check throws ManifestRefused at the reader's place.
class ManifestScope {
public:
    // `out` must outlive it. `definitions`: an object, or null when there are none.
    ManifestScope(Manifest& out, const nlohmann::ordered_json& definitions);

    [[nodiscard]] Manifest& manifest() const noexcept { return *out_; }
    [[nodiscard]] bool owns(std::string_view kind) const;
    [[nodiscard]] bool owns_or_extends(std::string_view kind) const;

    // Every name is "<id>.<words>".
    void check_name(const ManifestReader& at, const std::string& name) const;
    // An exact type, "module.*" or "*". Own types must exist; others' are the registry's to check.
    void check_pattern(const ManifestReader& at, const std::string& pattern) const;
    // A JSON pointer that data fitting the schema can have something at.
    void check_pointer(
        const ManifestReader& at, const std::string& pointer, const nlohmann::ordered_json& schema
    ) const;

    struct Prepared {
        nlohmann::ordered_json json;  // definitions inlined
        std::shared_ptr<const Schema> schema;
    };
    [[nodiscard]] Prepared schema(ManifestReader& item, const char* key) const;
    // The member "example" as text, after checking it; empty when there is none.
    [[nodiscard]] std::string example(ManifestReader& item, const Schema& schema) const;

private:
    Manifest* out_;
    nlohmann::ordered_json definitions_;
};

}  // namespace samvev::modules
