#include "app/demo_examples.hpp"

#include "app/demo_script.hpp"
#include "base/uuid.hpp"

#include <samvev/json.hpp>

#include <array>
#include <exception>
#include <fstream>
#include <string_view>

namespace samvev::app {

Result<std::map<std::string, std::string>> read_demo_examples(
    const std::string& folder, const modules::Registry& registry, base::Timestamp now
) {
    const std::string path = folder + "/examples.json";
    std::ifstream file(path);
    if (!file) {
        return fail(ErrorCode::not_found, path + ": cannot be read. Is that the demo's folder?");
    }
    std::map<std::string, std::string> examples;
    try {
        const json methods = json::parse(file);
        for (const auto& [method, example] : methods.items()) {
            json params = json::parse(resolve_demo_dates(example.at("params").dump(), now));
            if (registry.command(method).type != nullptr) {
                const std::array<std::string_view, 2> parts{"samvev-example", method};
                params["commandId"] = base::derived_uuid(parts).text();
                params["validateOnly"] = true;
            }
            examples.emplace(method, params.dump());
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::invalid_argument, path + ": " + error.what() + ".");
    }
    return examples;
}

}  // namespace samvev::app
