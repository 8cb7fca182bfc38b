#pragma once

#include <samvev/json.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/limits.hpp"

namespace samvev::modules {

// JSON as it must be wherever it comes from outside: nothing after the value, no key twice in one
// object, not deeper than limits::json_depth_max. `value` is discarded when `problem` is not empty.
template <typename Json>
struct StrictJson {
    Json value;
    std::string problem;
};

// Builds the document and refuses on the way: nlohmann's own parser keeps the last of two equal
// keys.
template <typename Json>
class StrictJsonBuilder {
public:
    using number_integer_t = typename Json::number_integer_t;
    using number_unsigned_t = typename Json::number_unsigned_t;
    using number_float_t = typename Json::number_float_t;
    using string_t = typename Json::string_t;
    using binary_t = typename Json::binary_t;

    bool null() { return add(nullptr) != nullptr; }
    bool boolean(bool value) { return add(value) != nullptr; }
    bool number_integer(number_integer_t value) { return add(value) != nullptr; }
    bool number_unsigned(number_unsigned_t value) { return add(value) != nullptr; }
    bool number_float(number_float_t value, const string_t&) { return add(value) != nullptr; }
    bool string(string_t& value) { return add(std::move(value)) != nullptr; }
    bool binary(binary_t&) { return fail("binary value"); }
    bool start_object(std::size_t) { return open(Json::object()); }
    bool end_object() { return close(); }
    bool start_array(std::size_t) { return open(Json::array()); }
    bool end_array() { return close(); }
    bool key(string_t& name) {
        const auto [at, fresh] = open_.back()->emplace(name, nullptr);
        if (!fresh) {
            return fail("key '" + name + "' occurs twice");
        }
        member_ = &*at;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const typename Json::exception&) {
        return fail("not JSON at byte " + std::to_string(position));
    }

    [[nodiscard]] StrictJson<Json> take() && {
        if (!problem_.empty()) {
            root_ = Json(Json::value_t::discarded);  // half a document is none
        }
        return {std::move(root_), std::move(problem_)};
    }

private:
    template <typename Value>
    Json* add(Value&& value) {
        if (open_.empty()) {
            root_ = std::forward<Value>(value);
            return &root_;
        }
        if (open_.back()->is_array()) {
            open_.back()->push_back(std::forward<Value>(value));
            return &open_.back()->back();
        }
        *member_ = std::forward<Value>(value);
        return member_;
    }
    bool open(Json&& container) {
        if (open_.size() == limits::json_depth_max) {
            return fail("nested deeper than " + std::to_string(limits::json_depth_max));
        }
        open_.push_back(add(std::move(container)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool fail(std::string problem) {
        problem_ = std::move(problem);
        return false;
    }

    Json root_;
    std::vector<Json*> open_;  // containers being read; stable: only the last one grows
    Json* member_ = nullptr;
    std::string problem_;
};

template <typename Json>
[[nodiscard]] StrictJson<Json> parse_strict(std::string_view text) {
    if constexpr (std::is_same_v<Json, json>) {
        try {
            return {parse_json(text, limits::json_depth_max), {}};
        } catch (const InvalidJson&) {
            // Again, slowly, for the place and the reason.
        }
    }
    StrictJsonBuilder<Json> builder;
    // The builder keeps the reason when this is false.
    static_cast<void>(Json::sax_parse(text.begin(), text.end(), &builder));
    return std::move(builder).take();
}

}  // namespace samvev::modules
