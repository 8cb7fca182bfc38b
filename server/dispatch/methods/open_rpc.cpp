#include <algorithm>
#include <map>
#include <samvev/json.hpp>

#include "dispatch/methods/methods.hpp"

namespace samvev::dispatch {
namespace {

constexpr std::string_view command_result_schema =
    R"({"type":"object","required":["stream","commandId"],"properties":{"stream":{"type":"string"},"revision":{"type":"string"},"position":{"type":"string"},"commandId":{"type":"string"},"changed":{"type":"boolean"},"valid":{"type":"boolean"}}})";

// Validators of OpenRPC documents know no `format`: our four become patterns here. The stored
// schemas keep `format`, because their check must not run a regular expression.
const std::map<std::string, std::string>& format_patterns() {
    static const std::map<std::string, std::string> patterns{
        {"uuid", "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"},
        {"date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        {"date-time",
         "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{"
         "2})$"},
        {"date-or-time",
         "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{"
         "2}))?$"},
        {"uri", "^[A-Za-z][A-Za-z0-9+.-]*:.+$"}
    };
    return patterns;
}

void formats_to_patterns(json& schema) {
    if (schema.is_object()) {
        const auto format = schema.find("format");
        if (format != schema.end() && format->is_string()) {
            const auto pattern = format_patterns().find(format->get<std::string>());
            schema.erase("format");
            if (pattern != format_patterns().end()) {
                schema["pattern"] = pattern->second;
            }
        }
        for (auto member = schema.begin(); member != schema.end();) {
            member = member.key().starts_with("x-") ? schema.erase(member) : std::next(member);
        }
    }
    if (schema.is_structured()) {
        for (json& child : schema) {
            formats_to_patterns(child);
        }
    }
}

json public_schema(const std::string& text) {
    json schema = json::parse(text, nullptr, false);
    if (!schema.is_object()) {
        return json::object();
    }
    formats_to_patterns(schema);
    return schema;
}

// Parameters that the example gives come first: clients of OpenRPC pair example values with
// parameters by their place.
std::vector<MethodDescription::Parameter> in_example_order(
    const MethodDescription& method, const json& example
) {
    std::vector<MethodDescription::Parameter> out = method.parameters;
    std::stable_partition(
        out.begin(), out.end(),
        [&example](const MethodDescription::Parameter& parameter) {
            return example.contains(parameter.name);
        }
    );
    return out;
}

json example_of(
    const MethodDescription& method, const std::vector<MethodDescription::Parameter>& parameters,
    const json& example
) {
    json list = json::array();
    for (const MethodDescription::Parameter& parameter : parameters) {
        if (example.contains(parameter.name)) {
            list.push_back({{"name", parameter.name}, {"value", example[parameter.name]}});
        }
    }
    const json result =
        method.example_result.empty() ? json::object() : json::parse(method.example_result);
    json out = {
        {"name", method.name + " on the demonstration data"},
        {"params", std::move(list)},
        {"result", {{"name", "result"}, {"value", result}}}
    };
    if (!method.example.summary.empty()) {
        out["summary"] = method.example.summary;
    }
    return out;
}

json method_object(const MethodDescription& method) {
    const json example =
        method.example.params.empty() ? json() : json::parse(method.example.params, nullptr, false);
    const std::vector<MethodDescription::Parameter> ordered = in_example_order(method, example);
    json parameters = json::array();
    for (const MethodDescription::Parameter& parameter : ordered) {
        json entry = {
            {"name", parameter.name},
            {"required", parameter.required},
            {"schema", public_schema(parameter.schema)}
        };
        if (!parameter.summary.empty()) {
            entry["summary"] = parameter.summary;
        }
        parameters.push_back(std::move(entry));
    }
    json out = {
        {"name", method.name},
        {"summary", method.summary},
        {"paramStructure", "by-name"},
        {"params", std::move(parameters)},
        {"result", {{"name", "result"}, {"schema", public_schema(method.result_schema)}}},
        {"tags", json::array(
                     {{{"name", method.kind == MethodDescription::Kind::command ? "command"
                                : method.kind == MethodDescription::Kind::query ? "query"
                                                                                : "server"}}}
                 )}
    };
    if (!method.roles.empty()) {
        out["x-roles"] = method.roles;
    }
    if (example.is_object()) {
        out["examples"] = json::array({example_of(method, ordered, example)});
    }
    return out;
}

}  // namespace

namespace {

// The first answer has a one-time code, no other has.
std::string with_code(std::string_view schema_text) {
    json schema = json::parse(schema_text);
    schema["properties"]["code"] = {{"type", "string"}};
    return schema.dump();
}

}  // namespace

MethodDescription describe(const CommandMethod& method) {
    const modules::CommandType& type = *method.type;
    MethodDescription out;
    out.name = type.name;
    out.kind = MethodDescription::Kind::command;
    out.summary = type.summary;
    out.roles = type.roles;
    out.result_schema =
        type.one_time_code ? with_code(command_result_schema) : std::string(command_result_schema);
    const std::string uuid = R"({"type":"string","format":"uuid"})";
    out.parameters = {
        {target_parameter(type.stream_kind), true, uuid, "The " + type.stream_kind + " it is about."
        },
        {"commandId", true, uuid, "Made by the client; the same again gives the first answer."},
        {"expectedRevision", false, R"({"type":"string"})",
         "Refuse (40901) unless this is still the last revision."},
        {"validateOnly", false, R"({"type":"boolean"})",
         "Answer what would be refused, write nothing."}
    };
    if (!method.data_has_occurred_on) {
        out.parameters.push_back(
            {"occurredOn", false, R"({"type":"string","format":"date-or-time"})",
             "When it happened, if not now."}
        );
    }
    if (!method.data_has_purpose) {
        out.parameters.push_back({"purpose", false, R"({"type":"string"})", "Why the caller acts."}
        );
    }
    const json schema = json::parse(type.schema->text(), nullptr, false);
    const json required =
        schema.is_object() ? schema.value("required", json::array()) : json::array();
    if (schema.is_object() && schema.contains("properties")) {
        for (const auto& [name, property] : schema["properties"].items()) {
            const bool needed = std::find(required.begin(), required.end(), name) != required.end();
            out.parameters.push_back(
                {name, needed, property.dump(), property.value("description", std::string())}
            );
        }
    }
    return out;
}

std::string open_rpc_document(
    const std::vector<MethodDescription>& methods, std::string_view connection_methods
) {
    json list = json::array();
    for (const MethodDescription& method : methods) {
        list.push_back(method_object(method));
    }
    const json further = json::parse(connection_methods, nullptr, false);
    if (further.is_array()) {
        for (const json& method : further) {
            list.push_back(method);
        }
    }
    return json{
        {"openrpc", "1.3.2"},
        {"info",
         {{"title", "Samvev"},
          {"version", "1"},
          {"description", "Coordination of services around a child, a young person or a family."},
          {"license", {{"name", "Apache-2.0"}}}}},
        {"methods", std::move(list)}
    }.dump();
}

}  // namespace samvev::dispatch
