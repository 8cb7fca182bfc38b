#pragma once

#include <string_view>

#include "access/actor.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "dispatch/command_params.hpp"
#include "modules/module.hpp"
#include "store/claims.hpp"
#include "store/commit.hpp"

namespace samvev::dispatch {

// What a decision becomes in the log: ids, labels from the manifest, hashed claims, timers.
struct CommitInput {
    const modules::Module& module;
    const CommandParams& params;
    const access::Actor& actor;
    const store::StreamId& stream;
    std::optional<store::Revision> revision;  // of the stream's last event, tentative ones included
    base::Timestamp now;
};

// `ids` makes the event ids. Fails with module_fault when a label's pointer leads to no text.
[[nodiscard]] Result<store::Commit> build_commit(
    const CommitInput& input, modules::DecisionOut decision, base::IdSource& ids,
    const store::ClaimHasher& claims
);

[[nodiscard]] store::ActorStamp actor_stamp(const access::Actor& actor);

}  // namespace samvev::dispatch
