#include "views/json_scalars.hpp"

#include <simdjson.h>

#include <optional>

namespace samvev::views {

namespace dom = simdjson::dom;

struct JsonScalars::Parser {
    dom::parser dom;
    dom::element root;
};

namespace {

std::optional<Scalar> scalar_of(const dom::element& element) {
    switch (element.type()) {
        case dom::element_type::NULL_VALUE:
            return Scalar(Null{});
        case dom::element_type::BOOL:
            return Scalar(bool(element.get_bool().value_unsafe()));
        case dom::element_type::INT64:
            return Scalar(element.get_int64().value_unsafe());
        case dom::element_type::UINT64:
            return Scalar(element.get_uint64().value_unsafe());
        case dom::element_type::DOUBLE:
            return Scalar(element.get_double().value_unsafe());
        case dom::element_type::STRING:
            return Scalar(element.get_string().value_unsafe());
        case dom::element_type::ARRAY:
        case dom::element_type::OBJECT:
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

JsonScalars::JsonScalars() : parser_(std::make_unique<Parser>()) {}
JsonScalars::~JsonScalars() = default;

bool JsonScalars::parse(std::string_view json) {
    return parser_->dom.parse(json.data(), json.size()).get(parser_->root) == simdjson::SUCCESS;
}

void JsonScalars::collect(std::string_view pointer, std::vector<Scalar>& out) const {
    dom::element found;
    if (parser_->root.at_pointer(pointer).get(found) != simdjson::SUCCESS) {
        out.emplace_back(Null{});
        return;
    }
    dom::array elements;
    if (found.get_array().get(elements) != simdjson::SUCCESS) {
        if (const auto scalar = scalar_of(found)) {
            out.push_back(*scalar);
        }
        return;
    }
    for (const dom::element element : elements) {
        if (const auto scalar = scalar_of(element)) {
            out.push_back(*scalar);
        }
    }
}

}  // namespace samvev::views
