#pragma once

#include <samvev/json.hpp>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "modules/manifest.hpp"

namespace samvev::modules {

// Compiles a schema that prepare_schema() has made self-contained. Fails with invalid_argument when
// valijson cannot read it; the message has no SVP code yet.
[[nodiscard]] Result<std::shared_ptr<const Schema>> compile_schema(
    const nlohmann::ordered_json& schema
);

}  // namespace samvev::modules
