#include <samvev/json.hpp>

#include <simdjson.h>

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace samvev {
namespace {

namespace dom = simdjson::dom;

// simdjson reads past the end of its input, so the text lies in a buffer with room behind it.
struct Parser {
    Parser() {
        if (dom.allocate(0, json_depth_max + 1) != simdjson::SUCCESS) {
            throw std::bad_alloc();
        }
    }

    simdjson::simdjson_result<dom::element> parse(std::string_view text) {
        if (buffer.size() < text.size() + simdjson::SIMDJSON_PADDING) {
            buffer.resize(2 * text.size() + simdjson::SIMDJSON_PADDING);
        }
        if (!text.empty()) {
            std::memcpy(buffer.data(), text.data(), text.size());
        }
        return dom.parse(buffer.data(), text.size(), false);
    }

    dom::parser dom;
    std::vector<char> buffer;
};

Parser& parser_of_thread() {
    thread_local Parser parser;
    return parser;
}

json built(const dom::element& element, std::size_t depth_left);

void require_depth(std::size_t depth_left) {
    if (depth_left == 0) {
        throw InvalidJson("arrays and objects are nested too deep");
    }
}

json built_object(const dom::object& members, std::size_t depth_left) {
    require_depth(depth_left);
    json out = json::object();
    auto& map = *out.get_ptr<json::object_t*>();
    for (const dom::key_value_pair member : members) {
        const std::size_t before = map.size();
        map.emplace_hint(map.end(), std::string(member.key), built(member.value, depth_left - 1));
        if (map.size() == before) {
            throw InvalidJson("key '" + std::string(member.key) + "' occurs twice");
        }
    }
    return out;
}

json built_array(const dom::array& items, std::size_t depth_left) {
    require_depth(depth_left);
    json out = json::array();
    auto& list = *out.get_ptr<json::array_t*>();
    list.reserve(items.size());
    for (const dom::element item : items) {
        list.push_back(built(item, depth_left - 1));
    }
    return out;
}

json built(const dom::element& element, std::size_t depth_left) {
    switch (element.type()) {
        case dom::element_type::OBJECT: {
            const dom::object members = element.get_object();
            return built_object(members, depth_left);
        }
        case dom::element_type::ARRAY: {
            const dom::array items = element.get_array();
            return built_array(items, depth_left);
        }
        case dom::element_type::STRING: {
            const std::string_view text = element.get_string();
            return std::string(text);
        }
        case dom::element_type::INT64: {
            // As nlohmann's own parser: what is not negative is unsigned.
            const std::int64_t number = element.get_int64();
            return number < 0 ? json(number) : json(static_cast<std::uint64_t>(number));
        }
        case dom::element_type::UINT64:
            return std::uint64_t(element.get_uint64());
        case dom::element_type::DOUBLE:
            return double(element.get_double());
        case dom::element_type::BOOL:
            return bool(element.get_bool());
        case dom::element_type::NULL_VALUE:
            break;
    }
    return nullptr;
}

}  // namespace

json parse_json(std::string_view text, std::size_t depth_max) {
    dom::element root;
    if (const auto error = parser_of_thread().parse(text).get(root); error != simdjson::SUCCESS) {
        throw InvalidJson(simdjson::error_message(error));
    }
    return built(root, depth_max);
}

bool is_json_object(std::string_view text) {
    dom::element root;
    return parser_of_thread().parse(text).get(root) == simdjson::SUCCESS && root.is_object();
}

}  // namespace samvev
