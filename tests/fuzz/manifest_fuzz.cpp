#include <fstream>
#include <iterator>

#include "base/assert.hpp"
#include "modules/manifest.hpp"
#include "target.hpp"

// Manifests of plugins that somebody else has made.
namespace samvev::fuzz {

std::vector<std::string> seeds() {
    std::vector<std::string> out;
    for (const char* path : {SAMVEV_PERSON_MANIFEST, SAMVEV_PLAN_MANIFEST}) {
        std::ifstream file(path);
        out.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        SAMVEV_ASSERT(modules::parse_manifest(out.back()).has_value());
    }
    return out;
}

void try_input(std::string_view input) {
    const auto manifest = modules::parse_manifest(input);
    if (manifest) {
        SAMVEV_ASSERT(!manifest->id.empty());
    } else {
        SAMVEV_ASSERT(!manifest.error().message.empty());
    }
}

}  // namespace samvev::fuzz
