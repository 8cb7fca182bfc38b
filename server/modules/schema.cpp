#include "modules/schema.hpp"

#include <algorithm>
#include <new>
#include <unordered_set>
#include <utility>

#include "modules/schema_formats.hpp"
#include "modules/schema_violations.hpp"
#include "modules/strict_json.hpp"

// valijson sees nlohmann/json through <samvev/json.hpp>, which is above.
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace samvev::modules {

namespace {

using nlohmann::ordered_json;
using valijson::adapters::Adapter;
using valijson::adapters::NlohmannJsonAdapter;

// In the schema that valijson reads, `format` and `uniqueItems` have names of ours, so that
// the constraints below check them: valijson compiles a std::regex for every date it meets, and
// compares every item of an array with every other.
constexpr const char* our_format = "x-samvev-format";
constexpr const char* our_unique = "x-samvev-unique";

// The part of a custom constraint that valijson wants for copying into its own memory.
template <typename Derived>
class CustomConstraint : public valijson::constraints::PolyConstraint {
private:
    valijson::constraints::Constraint* cloneInto(void* memory) const final {
        return new (memory) Derived(static_cast<const Derived&>(*this));
    }
    [[nodiscard]] std::size_t sizeOf() const final { return sizeof(Derived); }
};

class FormatConstraint final : public CustomConstraint<FormatConstraint> {
public:
    explicit FormatConstraint(Format format) : format_(format) {}

    bool validate(
        const Adapter& target, const std::vector<std::string>& context,
        valijson::ValidationResults* results
    ) const override {
        if (!target.isString() || fits(format_, target.asString())) {
            return true;
        }
        if (results != nullptr) {
            results->pushError(context, std::string(demand(format_)));
        }
        return false;
    }

private:
    Format format_;
};

// One text for one JSON value: equal values have equal texts.
void append_canonical(std::string& out, const Adapter& value) {
    if (value.isString()) {
        const std::string text = value.asString();
        out += "s" + std::to_string(text.size()) + ":" + text;
    } else if (value.isNumber()) {
        out += value.isInteger() ? "n" + std::to_string(value.asInteger())
                                 : "d" + std::to_string(value.asDouble());
    } else if (value.isBool()) {
        out += value.asBool() ? "t" : "f";
    } else if (value.isArray()) {
        out += "[";
        value.applyToArray([&](const Adapter& item) {
            append_canonical(out, item);
            return true;
        });
        out += "]";
    } else if (value.isObject()) {
        out += "{";
        value.applyToObject([&](const std::string& name, const Adapter& member) {
            out += std::to_string(name.size()) + ":" + name;
            append_canonical(out, member);
            return true;
        });
        out += "}";
    } else {
        out += "0";
    }
}

class UniqueConstraint final : public CustomConstraint<UniqueConstraint> {
public:
    bool validate(
        const Adapter& target, const std::vector<std::string>& context,
        valijson::ValidationResults* results
    ) const override {
        if (!target.isArray()) {
            return true;
        }
        std::unordered_set<std::string> seen;
        const bool unique = target.applyToArray([&](const Adapter& item) {
            std::string text;
            append_canonical(text, item);
            return seen.insert(std::move(text)).second;
        });
        if (!unique && results != nullptr) {
            results->pushError(context, "has an item twice");
        }
        return unique;
    }
};

class FormatBuilder final : public valijson::ConstraintBuilder {
public:
    [[nodiscard]] valijson::constraints::Constraint* make(const Adapter& value) const override {
        return new FormatConstraint(parse_format(value.asString()).value());
    }
};

class UniqueBuilder final : public valijson::ConstraintBuilder {
public:
    [[nodiscard]] valijson::constraints::Constraint* make(const Adapter&) const override {
        return new UniqueConstraint();
    }
};

// A copy in which our keywords have our names. Only where a schema stands: a property may well be
// called "format".
json for_valijson(const ordered_json& schema) {
    if (!schema.is_object()) {
        return schema;
    }
    json out = json::object();
    for (const auto& [key, value] : schema.items()) {
        if (key == "format") {
            out[our_format] = value;
        } else if (key == "uniqueItems") {
            if (value == true) {
                out[our_unique] = true;
            }
        } else if (key == "properties" || key == "dependencies") {
            json members = json::object();
            for (const auto& [name, member] : value.items()) {
                members[name] = for_valijson(member);
            }
            out[key] = std::move(members);
        } else if (key == "allOf" || key == "anyOf" || key == "oneOf" ||
                   (key == "items" && value.is_array())) {
            json list = json::array();
            for (const auto& member : value) {
                list.push_back(for_valijson(member));
            }
            out[key] = std::move(list);
        } else if (key == "enum" || key == "const" || key == "required" || key == "type" ||
                   !value.is_structured()) {
            out[key] = value;
        } else if (key != "default" && key != "examples" && !key.starts_with("x-")) {
            out[key] = for_valijson(value);
        }
    }
    return out;
}

class ValijsonSchema final : public Schema {
public:
    explicit ValijsonSchema(const ordered_json& schema) : source_(schema), text_(schema.dump()) {
        const json document = for_valijson(schema);
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.addConstraintBuilder(our_format, new FormatBuilder);  // the parser owns them
        parser.addConstraintBuilder(our_unique, new UniqueBuilder);
        parser.populateSchema(NlohmannJsonAdapter(document), compiled_);
    }

    [[nodiscard]] Result<std::monostate> check(std::string_view json_text) const override {
        const auto parsed = parse_strict<json>(json_text);
        if (!parsed.problem.empty()) {
            return fail(
                ErrorCode::invalid_argument, parsed.problem, violations_json(parsed.problem)
            );
        }
        const NlohmannJsonAdapter target(parsed.value);
        valijson::Validator validator;  // holds a cache of its own: one per call
        if (validator.validate(compiled_, target, nullptr)) {
            return std::monostate{};
        }
        return fail(ErrorCode::invalid_argument, "does not fit the schema", explain(target));
    }

    [[nodiscard]] const std::string& text() const noexcept override { return text_; }

private:
    // The slow way: everything that is wrong, not only that something is.
    [[nodiscard]] std::string explain(const NlohmannJsonAdapter& target) const {
        valijson::ValidationResults results;
        valijson::Validator validator;
        static_cast<void>(validator.validate(compiled_, target, &results));
        std::vector<RawViolation> raw;
        valijson::ValidationResults::Error error;
        while (results.popError(error)) {
            raw.push_back({std::move(error.context), std::move(error.description)});
        }
        return violations_json(raw, source_);
    }

    ordered_json source_;
    std::string text_;
    valijson::Schema compiled_;
};

}  // namespace

Result<std::shared_ptr<const Schema>> compile_schema(const ordered_json& schema) {
    try {
        return std::shared_ptr<const Schema>(std::make_shared<ValijsonSchema>(schema));
    } catch (const std::exception& e) {
        return fail(ErrorCode::invalid_argument, e.what());
    }
}

}  // namespace samvev::modules
