#include "dispatch/decider.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <samvev/json.hpp>

#include "base/digest.hpp"
#include "base/json_text.hpp"

namespace samvev::dispatch {
namespace {

std::array<std::uint64_t, 2> seed_of(
    const std::string& key, std::uint32_t tenant, const base::Uuid& command
) {
    const base::Digest digest =
        base::hmac_sha256(key, std::to_string(tenant) + "/" + command.text());
    std::array<std::uint64_t, 2> seed{};
    std::memcpy(seed.data(), digest.data(), sizeof seed);
    return seed;
}

}  // namespace

Decider::Decider(
    store::EventLog& log, const modules::Registry& registry, const base::Clock& clock,
    std::string seed_key
)
    : clock_(clock), seed_key_(std::move(seed_key)), contexts_(log, registry) {}

Result<Decider::Context> Decider::context(
    const CommandMethod& method, const CommandParams& params, store::LogId log,
    const store::StreamId& own
) {
    Context context;
    const std::vector<modules::ContextRead>& reads = method.type->reads;
    const json data = reads.empty() ? json() : parse_json(params.data);
    for (const modules::ContextRead& read : reads) {
        const json::json_pointer pointer(read.id_pointer);
        const json value = data.contains(pointer) ? data.at(pointer) : json();
        const std::optional<base::Uuid> id =
            value.is_string() ? base::Uuid::parse(value.get_ref<const std::string&>())
                              : std::nullopt;
        if (!id) {
            continue;
        }
        const store::StreamId stream{read.stream_kind, *id};
        if (stream == own) {
            continue;
        }
        SAMVEV_TRY(const ContextCache::Read found, contexts_.read(*method.module, log, stream));
        context.checks.push_back({stream, store::ExpectedRevision::of(found.revision)});
        context.states += (context.states.size() > 1 ? "," : "") + base::json_string(read.name) +
                          ":" + found.state;
    }
    context.states += "}";
    std::sort(context.checks.begin(), context.checks.end(), [](const auto& a, const auto& b) {
        return a.stream < b.stream;
    });
    context.checks.erase(
        std::unique(
            context.checks.begin(), context.checks.end(),
            [](const auto& a, const auto& b) { return a.stream == b.stream; }
        ),
        context.checks.end()
    );
    return context;
}

Result<Decided> Decider::decide(
    const Line& line, const PendingCommand& pending, const ModuleState& state
) {
    Decided out;
    out.now = clock_.now();
    SAMVEV_TRY(Context read, context(pending.method, pending.params, line.log, line.stream));
    out.checks = std::move(read.checks);
    const std::string actor = pending.actor->text();
    const std::string roles = json(pending.actor->roles).dump();
    const std::string command_id = pending.params.command_id.text();
    const std::string stream_id = line.stream.id.text();
    modules::CommandIn command;
    command.now = out.now;
    command.seed = seed_of(seed_key_, pending.actor->tenant, pending.params.command_id);
    if (*line.next_revision > 0) {
        command.revision = *line.next_revision - 1;
    }
    command.command_id = command_id;
    command.stream_kind = line.stream.kind;
    command.stream_id = stream_id;
    command.name = pending.method.type->name;
    command.actor = actor;
    command.roles = roles;
    command.unit = pending.actor->unit;
    command.occurred_on = pending.params.occurred_on;
    if (pending.due_at) {
        command.due_at = *pending.due_at;
    }
    command.data = pending.params.data;
    command.context = read.states;
    SAMVEV_TRY(out.decision, pending.method.module->decide(state.handle(), command));
    return out;
}

}  // namespace samvev::dispatch
