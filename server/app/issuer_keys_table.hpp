#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/issuer.hpp"

namespace samvev::app {

// One key of [[issuer]]: what it means, what it may be, how it is written.
struct IssuerKey {
    enum class Format { toml, json };
    std::string_view name;
    std::string_view meaning;
    std::string_view schema;  // the JSON Schema of the value, without its description
    // The value as text; empty when there is none.
    std::string (*write)(const access::IssuerSettings& issuer, Format format);
};
[[nodiscard]] std::span<const IssuerKey> issuer_keys();
// A whole one, for the commented example.
[[nodiscard]] access::IssuerSettings example_issuer();

}  // namespace samvev::app
