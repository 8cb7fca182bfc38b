#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "access/facts.hpp"

namespace samvev::access {

// The members of an event's payload, read leniently: a member that is absent or of another kind
// is absent. Only for .cpp files; lives as long as the parser's document.
class Payload {
public:
    // Without a document: every member is absent.
    Payload() = default;
    explicit Payload(simdjson::dom::object object) : object_(object) {}

    [[nodiscard]] bool has(std::string_view name) const noexcept {
        simdjson::dom::element value;
        return object_ && object_->at_key(name).get(value) == simdjson::SUCCESS;
    }
    [[nodiscard]] std::string text(std::string_view name) const {
        std::string_view value;
        if (!object_ || object_->at_key(name).get_string().get(value) != simdjson::SUCCESS) {
            return {};
        }
        return std::string(value);
    }
    [[nodiscard]] bool flag(std::string_view name) const noexcept {
        bool value = false;
        return object_ && object_->at_key(name).get_bool().get(value) == simdjson::SUCCESS && value;
    }
    [[nodiscard]] std::optional<int> number(std::string_view name) const noexcept {
        std::int64_t value = 0;
        if (!object_ || object_->at_key(name).get_int64().get(value) != simdjson::SUCCESS) {
            return std::nullopt;
        }
        return static_cast<int>(value);
    }
    [[nodiscard]] std::optional<base::Date> date(std::string_view name) const {
        return base::parse_date(text(name));
    }
    [[nodiscard]] std::optional<base::Timestamp> time(std::string_view name) const {
        return base::parse_timestamp(text(name));
    }
    [[nodiscard]] Period period() const { return {.from = date("from"), .until = date("until")}; }
    [[nodiscard]] std::set<std::string, std::less<>> texts(std::string_view name) const {
        std::set<std::string, std::less<>> out;
        simdjson::dom::array array;
        if (!object_ || object_->at_key(name).get_array().get(array) != simdjson::SUCCESS) {
            return out;
        }
        for (const auto item : array) {
            std::string_view value;
            if (item.get_string().get(value) == simdjson::SUCCESS) {
                out.emplace(value);
            }
        }
        return out;
    }

private:
    std::optional<simdjson::dom::object> object_;
};

}  // namespace samvev::access
