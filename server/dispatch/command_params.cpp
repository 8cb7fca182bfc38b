#include "dispatch/command_params.hpp"

#include <algorithm>
#include <samvev/json.hpp>
#include <vector>

#include "base/calendar_text.hpp"
#include "base/traceparent.hpp"

namespace samvev::dispatch {
namespace {

class Violations {
public:
    void add(std::string field, std::string problem) {
        list_.push_back({{"field", std::move(field)}, {"problem", std::move(problem)}});
    }
    // Takes over what a schema check found.
    void add_all(const Error& error) {
        const json data = json::parse(error.data, nullptr, false);
        if (data.is_object() && data.contains("violations")) {
            list_.insert(list_.end(), data["violations"].begin(), data["violations"].end());
        } else {
            add("", error.message);
        }
    }
    [[nodiscard]] bool empty() const { return list_.empty(); }
    [[nodiscard]] tl::unexpected<Error> as_error(const std::string& method) const {
        std::string message =
            method + ": " + std::to_string(list_.size()) + " parameter problem(s): ";
        message += list_.front()["field"].get<std::string>() + " " +
                   list_.front()["problem"].get<std::string>();
        return fail(ErrorCode::invalid_argument, message, json{{"violations", list_}}.dump());
    }

private:
    json list_ = json::array();
};

// Takes a member out of `object`; null when absent.
json take(json& object, const std::string& name) {
    const auto found = object.find(name);
    if (found == object.end()) {
        return nullptr;
    }
    json value = std::move(*found);
    object.erase(found);
    return value;
}

base::Uuid take_uuid(json& object, const std::string& name, Violations& violations) {
    const json value = take(object, name);
    if (value.is_null()) {
        violations.add("/" + name, "is required: a UUID made by the client");
        return {};
    }
    const std::optional<base::Uuid> id =
        value.is_string() ? base::Uuid::parse(value.get_ref<const std::string&>()) : std::nullopt;
    if (!id || id->is_nil()) {
        violations.add("/" + name, "is not a UUID");
        return {};
    }
    return *id;
}

std::string take_text(json& object, const std::string& name, Violations& violations) {
    const json value = take(object, name);
    if (value.is_null()) {
        return {};
    }
    if (!value.is_string() || value.get_ref<const std::string&>().size() > 200) {
        violations.add("/" + name, "is not a text of at most 200 bytes");
        return {};
    }
    return value.get<std::string>();
}

std::optional<std::string> take_expected_revision(json& object, Violations& violations) {
    const json value = take(object, "expectedRevision");
    if (value.is_null()) {
        return std::nullopt;
    }
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (text == "none" || (!text.empty() && text.size() <= 19 &&
                               std::all_of(text.begin(), text.end(), is_digit))) {
            return text;
        }
    }
    violations.add("/expectedRevision", "is not a revision as decimal text, or \"none\"");
    return std::nullopt;
}

void read_meta(const json& meta, CommandParams& out, Violations& violations) {
    if (meta.is_null()) {
        return;
    }
    if (!meta.is_object()) {
        violations.add("/meta", "is not an object");
        return;
    }
    const auto trace = meta.find("traceparent");
    // As W3C Trace Context asks, one that is malformed is as none.
    if (trace != meta.end() && trace->is_string() &&
        base::is_traceparent(trace->get_ref<const std::string&>())) {
        out.traceparent = trace->get<std::string>();
    }
}

// Of all that says what the command is to do; the same in whatever order the members came.
base::Digest digest_of(
    std::string_view key, const std::string& method, const CommandParams& params
) {
    std::string text = method;
    for (const std::string& part :
         {params.target.text(), params.expected_revision.value_or(std::string()), params.purpose,
          params.occurred_on, std::string(params.validate_only ? "validate" : "do"), params.data}) {
        text += '\n';
        text += part;
    }
    return base::hmac_sha256(key, text);
}

}  // namespace

CommandMethod make_command_method(const modules::Module& module, const modules::CommandType& type) {
    const json schema = json::parse(type.schema->text(), nullptr, false);
    const json properties =
        schema.is_object() ? schema.value("properties", json::object()) : json::object();
    return {&module, &type, properties.contains("occurredOn"), properties.contains("purpose")};
}

std::string target_parameter(std::string_view stream_kind) {
    std::string out;
    bool upper = false;
    for (const char c : stream_kind) {
        if (c == '-') {
            upper = true;
            continue;
        }
        out.push_back(upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
        upper = false;
    }
    return out + "Id";
}

Result<CommandParams> parse_command_params(
    const CommandMethod& method, std::string_view params, std::string_view digest_key
) {
    const modules::CommandType& type = *method.type;
    json object;
    try {
        object = parse_json(params);
    } catch (const InvalidJson& invalid) {
        return fail(ErrorCode::invalid_argument, type.name + ": params: " + invalid.what() + ".");
    }
    if (!object.is_object()) {
        return fail(
            ErrorCode::invalid_argument,
            type.name + ": params is not an object; parameters go by name."
        );
    }
    Violations violations;
    CommandParams out;
    const json meta = take(object, "meta");
    read_meta(meta, out, violations);
    out.target = take_uuid(object, target_parameter(type.stream_kind), violations);
    out.command_id = take_uuid(object, "commandId", violations);
    out.expected_revision = take_expected_revision(object, violations);
    if (!method.data_has_purpose) {
        out.purpose = take_text(object, "purpose", violations);
    }
    const json occurred_on =
        method.data_has_occurred_on ? object.value("occurredOn", json()) : json();
    out.occurred_on = take_text(object, "occurredOn", violations);
    if (!occurred_on.is_null()) {
        object["occurredOn"] = occurred_on;
    }
    if (!out.occurred_on.empty() && !base::parse_date(out.occurred_on) &&
        !base::parse_timestamp(out.occurred_on)) {
        violations.add("/occurredOn", "is not YYYY-MM-DD or an RFC 3339 time");
    }
    const json validate_only = take(object, "validateOnly");
    if (!validate_only.is_null() && !validate_only.is_boolean()) {
        violations.add("/validateOnly", "is not true or false");
    }
    out.validate_only = validate_only.is_boolean() && validate_only.get<bool>();
    out.data = object.dump();
    out.digest = digest_of(digest_key, type.name, out);
    if (const auto checked = type.schema->check(out.data); !checked) {
        violations.add_all(checked.error());
    }
    if (!violations.empty()) {
        return violations.as_error(type.name);
    }
    if (!type.entity_pointer.empty()) {
        const json::json_pointer pointer(type.entity_pointer);
        if (object.contains(pointer) && object[pointer].is_string()) {
            out.entity = object[pointer].get<std::string>();
        }
    }
    return out;
}

}  // namespace samvev::dispatch
