#include "app/demo_examples.hpp"

#include "app/demo_script.hpp"
#include "base/uuid.hpp"

#include <samvev/json.hpp>

#include <array>
#include <exception>
#include <fstream>
#include <string_view>

namespace samvev::app {

namespace {

Result<json> read_json(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        return fail(ErrorCode::not_found, path + ": cannot be read. Is that the demo's folder?");
    }
    json out = json::parse(file, nullptr, false);
    if (!out.is_object()) {
        return fail(ErrorCode::invalid_argument, path + ": is not a JSON object.");
    }
    return out;
}

std::string who_asks(const std::string& name, const json& actor) {
    std::string out = "Called as " + name + ":";
    for (const char* const what : {"staff", "person", "unit"}) {
        if (actor.contains(what)) {
            out += std::string(out.back() == ':' ? " " : ", ") + what + " " +
                   actor.at(what).get<std::string>();
        }
    }
    return out + ".";
}

}  // namespace

Result<std::map<std::string, dispatch::MethodExample>> read_demo_examples(
    const std::string& folder, const modules::Registry& registry, base::Timestamp now
) {
    const std::string path = folder + "/examples.json";
    SAMVEV_TRY(const json methods, read_json(path));
    SAMVEV_TRY(const json municipality, read_json(folder + "/municipality.json"));
    std::map<std::string, dispatch::MethodExample> examples;
    try {
        for (const auto& [method, example] : methods.items()) {
            json params = json::parse(resolve_demo_dates(example.at("params").dump(), now));
            if (registry.command(method).type != nullptr) {
                const std::array<std::string_view, 2> parts{"samvev-example", method};
                params["commandId"] = base::derived_uuid(parts).text();
                params["validateOnly"] = true;
            }
            const std::string as = example.at("as").get<std::string>();
            examples.emplace(
                method,
                dispatch::MethodExample{
                    params.dump(), who_asks(as, municipality.at("actors").at(as))
                }
            );
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::invalid_argument, path + ": " + error.what() + ".");
    }
    return examples;
}

}  // namespace samvev::app
