#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "dispatch/gate/gate.hpp"
#include "dispatch/line.hpp"
#include "dispatch/method.hpp"
#include "modules/module.hpp"
#include "store/event_log.hpp"

namespace samvev::dispatch {

// What a caller is told of a command, but for the outcome of a commit. Answers are JSON objects.

// Nothing was to be done.
[[nodiscard]] std::string no_change(const Line& line, const PendingCommand& pending);
// The answer to validateOnly when nothing speaks against the command.
[[nodiscard]] std::string would_be_accepted(const Line& line, const PendingCommand& pending);

// overloaded: `what`, and to send the same again.
[[nodiscard]] Error overloaded(const std::string& what);
// {"rejections":[{"code","field","paragraph","params","texts":{nb,nn,en}}]} as an Error `rejected`.
[[nodiscard]] Error rejected_error(
    const modules::Manifest& manifest, std::string_view command,
    const std::vector<modules::Rejection>& rejections
);
// A claim that another stream holds is a business refusal: the manifest names its code.
[[nodiscard]] Error claim_refusal(const PendingCommand& pending, const Error& error);
// revision_conflict: what changed since the revision that the caller had seen, by whom and when, as
// far as the caller may see it; at most 20 events are looked at, and what is shown of them is in
// the answer's reading. Or the error of Gate::reader.
[[nodiscard]] Answer stale_revision(
    const store::EventLog& log, const Gate& gate, const Line& line, const PendingCommand& pending,
    std::optional<std::uint64_t> current
);

}  // namespace samvev::dispatch
