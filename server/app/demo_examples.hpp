#pragma once

#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "dispatch/method.hpp"
#include "modules/registry.hpp"

namespace samvev::app {

// Method → example of the demo folder's examples.json, with its days resolved and who asks, from
// municipality.json. A command also gets a commandId and validateOnly: tried, not done, so that an
// example works however often it is called and whatever was called before it.
// Fails with not_found or invalid_argument (the message names the file).
[[nodiscard]] Result<std::map<std::string, dispatch::MethodExample>> read_demo_examples(
    const std::string& folder, const modules::Registry& registry, base::Timestamp now
);

}  // namespace samvev::app
