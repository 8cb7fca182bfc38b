#include "dispatch/commit_builder.hpp"

#include <algorithm>
#include <samvev/json.hpp>

#include "base/assert.hpp"

namespace samvev::dispatch {
namespace {

// The texts a label source gives for this data: none when the pointer leads nowhere.
void append_label(
    const modules::LabelSource& source, const json& data, std::vector<std::string>& out
) {
    if (source.pointer.empty()) {
        if (!source.constant.empty()) {
            out.push_back(source.constant);
        }
        return;
    }
    const json::json_pointer pointer(source.pointer);
    if (!data.contains(pointer)) {
        return;
    }
    const json& value = data.at(pointer);
    if (value.is_string()) {
        out.push_back(value.get<std::string>());
    } else if (value.is_array()) {
        for (const json& element : value) {
            if (element.is_string()) {
                out.push_back(element.get<std::string>());
            }
        }
    }
}

std::string label_text(const modules::LabelSource& source, const json& data) {
    std::vector<std::string> texts;
    append_label(source, data, texts);
    return texts.empty() ? std::string() : std::move(texts.front());
}

store::Confidentiality stored(modules::Confidentiality confidentiality) {
    switch (confidentiality) {
        case modules::Confidentiality::open:
            return store::Confidentiality::open;
        case modules::Confidentiality::internal:
            return store::Confidentiality::internal;
        case modules::Confidentiality::restricted:
            return store::Confidentiality::restricted;
        case modules::Confidentiality::strict:
            return store::Confidentiality::strict;
    }
    return store::Confidentiality::strict;
}

bool has_pointer(const modules::EventType& type) {
    const auto points = [](const modules::LabelSource& source) { return !source.pointer.empty(); };
    return points(type.topic) || points(type.owner_unit) || points(type.occurred_on) ||
           std::any_of(type.subjects.begin(), type.subjects.end(), points) ||
           std::any_of(type.audience.begin(), type.audience.end(), points);
}

store::NewEvent new_event(
    const CommitInput& input, modules::EventOut emitted, const modules::EventType& type,
    base::IdSource& ids
) {
    const json data = has_pointer(type) ? parse_json(emitted.data) : json();
    store::NewEvent event;
    event.id = store::EventId(ids.make(input.now));
    event.type = std::move(emitted.type);
    event.version = emitted.version;
    event.entity = std::move(emitted.entity);
    event.occurred_on = label_text(type.occurred_on, data);
    if (event.occurred_on.empty()) {
        event.occurred_on = input.params.occurred_on;
    }
    event.labels.topic = label_text(type.topic, data);
    event.labels.owner_unit = label_text(type.owner_unit, data);
    for (const modules::LabelSource& source : type.subjects) {
        append_label(source, data, event.labels.subjects);
    }
    for (const modules::LabelSource& source : type.audience) {
        append_label(source, data, event.labels.audience);
    }
    event.labels.confidentiality = stored(type.confidentiality);
    event.traceparent = input.params.traceparent;
    event.payload = std::move(emitted.data);
    return event;
}

}  // namespace

store::ActorStamp actor_stamp(const access::Actor& actor) {
    return {
        actor.text(), actor.roles.empty() ? std::string() : actor.roles.front(), actor.unit,
        actor.on_behalf_of
    };
}

Result<store::Commit> build_commit(
    const CommitInput& input, modules::DecisionOut decision, base::IdSource& ids,
    const store::ClaimHasher& claims
) {
    const store::TenantId tenant(input.actor.tenant);
    store::Commit commit;
    commit.log = {tenant, store::LogKind::domain};
    commit.actor = actor_stamp(input.actor);
    commit.recorded_at = input.now;
    commit.idempotency = store::Idempotency{
        store::CommandId(input.params.command_id), commit.actor.actor, input.params.digest
    };
    store::StreamWrite write{input.stream, store::ExpectedRevision::of(input.revision), {}};
    const modules::Manifest& manifest = input.module.manifest();
    for (modules::EventOut& emitted : decision.events) {
        const modules::EventType* const type = manifest.find_event(emitted.type, emitted.version);
        SAMVEV_ASSERT(type != nullptr);  // The module host lets only declared events through.
        write.events.push_back(new_event(input, std::move(emitted), *type, ids));
    }
    SAMVEV_ASSERT(!write.events.empty());
    const store::EventId set_by = write.events.back().id;
    for (const modules::ClaimOut& claim : decision.claims) {
        commit.claims.push_back(
            {claim.kind == modules::ClaimOut::Kind::take ? store::ClaimChange::Kind::take
                                                         : store::ClaimChange::Kind::release,
             claims.hash(tenant, claim.name, claim.key), input.stream}
        );
    }
    for (modules::TimerOut& timer : decision.timers) {
        commit.timers.push_back(
            {{input.stream, manifest.id, timer.name},
             timer.due,
             set_by,
             timer.command,
             std::move(timer.data)}
        );
    }
    for (const std::string& name : decision.timer_clears) {
        commit.timer_clears.push_back({{input.stream, manifest.id, name}, std::nullopt});
    }
    commit.writes.push_back(std::move(write));
    return commit;
}

}  // namespace samvev::dispatch
