#include "modules/call.hpp"

#include <spdlog/spdlog.h>
#include <samvev/json.hpp>

#include <algorithm>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "modules/c_event.hpp"
#include "modules/module_text.hpp"
#include "modules/strict_json.hpp"

namespace samvev::modules {

namespace {

constexpr std::size_t rejections_max = 64;     // Reasons in one answer.
constexpr std::size_t sent_commands_max = 64;  // Commands one event may lead to.

// Events are folded on this thread: what the module logs has been logged when they were new.
thread_local bool replaying = false;

bool contains(const std::vector<std::string>& list, std::string_view text) noexcept {
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::string in_quotes(std::string_view name) {
    return "'" + printable(name) + "'";
}

const char* name_of(Call::Operation operation) noexcept {
    switch (operation) {
        case Call::Operation::open:
            return "state_open";
        case Call::Operation::apply:
            return "state_apply";
        case Call::Operation::save:
            return "state_save";
        case Call::Operation::decide:
            return "decide";
        case Call::Operation::fold:
            return "fold";
        case Call::Operation::upcast:
            return "upcast";
        case Call::Operation::react:
            return "react";
    }
    return "?";
}

samvev_status wrong_operation(Call& call, const char* output) {
    return call.refuse(std::string(output) + " in " + name_of(call.operation));
}

// Empty when the data fits, else why not.
std::string misfit(const Schema& schema, std::string_view data) {
    if (data.size() > limits::event_payload_bytes_max) {
        return "is larger than " + std::to_string(limits::event_payload_bytes_max) + " bytes";
    }
    const auto fits = schema.check(data);
    return fits ? std::string() : "does not fit its schema: " + fits.error().data;
}

samvev_status emit_upcast(
    Call& call, std::string_view type, std::uint32_t version, std::string_view data
) {
    const EventType& to = *call.upcast_to;
    if (!call.decision.events.empty()) {
        return call.refuse("a second emit: one event becomes one event");
    }
    if (type != to.type || version != to.version) {
        return call.refuse(
            "emit of " + in_quotes(type) + " version " + std::to_string(version) + " instead of " +
            to.type + " version " + std::to_string(to.version)
        );
    }
    if (const std::string why = misfit(*to.schema, data); !why.empty()) {
        return call.refuse(to.type + "@" + std::to_string(version) + " " + why);
    }
    call.decision.events.push_back({std::string(type), version, {}, std::string(data)});
    return SAMVEV_OK;
}

samvev_status emit_decided(
    Call& call, std::string_view type, std::uint32_t version, std::string_view entity,
    std::string_view data
) {
    const std::string name = std::string(type) + "@" + std::to_string(version);
    const EventType* declared = call.manifest->find_event(type, version);
    if (declared == nullptr || !contains(call.command->emits, name)) {
        return call.refuse("emit of " + in_quotes(name) + ", which is not in its emits");
    }
    if (call.decision.events.size() == limits::commit_events_max) {
        return call.refuse("more than " + std::to_string(limits::commit_events_max) + " events");
    }
    if (!is_entity(entity)) {
        return call.refuse(
            name + " with entity " + in_quotes(entity) +
            ": an id of at most 64 letters, digits, -_.:"
        );
    }
    if (const std::string why = misfit(*declared->schema, data); !why.empty()) {
        return call.refuse(name + " " + why);
    }
    call.decision.events.push_back(
        {std::string(type), version, std::string(entity), std::string(data)}
    );
    return SAMVEV_OK;
}

samvev_status emit(
    samvev_call* raw, samvev_str type, std::uint32_t version, samvev_str entity, samvev_str data
) noexcept {
    Call& call = Call::of(raw);
    if (call.operation == Call::Operation::upcast) {
        return emit_upcast(call, view_of(type), version, view_of(data));
    }
    if (call.operation == Call::Operation::decide) {
        return emit_decided(call, view_of(type), version, view_of(entity), view_of(data));
    }
    return wrong_operation(call, "emit");
}

samvev_status set_timer(
    samvev_call* raw, samvev_str name, std::int64_t due_us, samvev_str command, samvev_str data
) noexcept {
    Call& call = Call::of(raw);
    if (call.operation != Call::Operation::decide) {
        return wrong_operation(call, "set_timer");
    }
    if (!contains(call.command->timers, view_of(name))) {
        return call.refuse("timer " + in_quotes(view_of(name)) + ", which is not in its timers");
    }
    const CommandType* sent = call.manifest->find_command(view_of(command));
    if (sent == nullptr || !contains(sent->roles, "system:timer") ||
        sent->stream_kind != call.command->stream_kind) {
        return call.refuse(
            "timer " + in_quotes(view_of(name)) + " sends " + in_quotes(view_of(command)) +
            ", which is no command of this module on " + call.command->stream_kind +
            " with role system:timer"
        );
    }
    if (const std::string why = misfit(*sent->schema, view_of(data)); !why.empty()) {
        return call.refuse("timer " + in_quotes(view_of(name)) + ": data " + why);
    }
    TimerOut timer{
        std::string(view_of(name)), base::Timestamp(std::chrono::microseconds(due_us)),
        std::string(view_of(command)), std::string(view_of(data))
    };
    std::erase_if(call.decision.timers, [&](const TimerOut& t) { return t.name == timer.name; });
    std::erase(call.decision.timer_clears, timer.name);
    call.decision.timers.push_back(std::move(timer));
    return SAMVEV_OK;
}

samvev_status clear_timer(samvev_call* raw, samvev_str name) noexcept {
    Call& call = Call::of(raw);
    if (call.operation != Call::Operation::decide) {
        return wrong_operation(call, "clear_timer");
    }
    if (!contains(call.command->timers, view_of(name))) {
        return call.refuse("timer " + in_quotes(view_of(name)) + ", which is not in its timers");
    }
    std::string cleared(view_of(name));
    std::erase_if(call.decision.timers, [&](const TimerOut& t) { return t.name == cleared; });
    if (!contains(call.decision.timer_clears, cleared)) {
        call.decision.timer_clears.push_back(std::move(cleared));
    }
    return SAMVEV_OK;
}

samvev_status record_claim(samvev_call* raw, ClaimOut::Kind kind, samvev_str name, samvev_str key) {
    Call& call = Call::of(raw);
    if (call.operation != Call::Operation::decide) {
        return wrong_operation(call, "claim");
    }
    if (!contains(call.command->claims, view_of(name))) {
        return call.refuse("claim " + in_quotes(view_of(name)) + ", which is not in its claims");
    }
    if (view_of(key).empty()) {
        return call.refuse("claim " + in_quotes(view_of(name)) + " with an empty key");
    }
    call.decision.claims.push_back({kind, std::string(view_of(name)), std::string(view_of(key))});
    return SAMVEV_OK;
}

samvev_status claim(samvev_call* raw, samvev_str name, samvev_str key) noexcept {
    return record_claim(raw, ClaimOut::Kind::take, name, key);
}

samvev_status release(samvev_call* raw, samvev_str name, samvev_str key) noexcept {
    return record_claim(raw, ClaimOut::Kind::release, name, key);
}

void reject(samvev_call* raw, samvev_str code, samvev_str field, samvev_str params) noexcept {
    Call& call = Call::of(raw);
    const std::string_view pointer = view_of(field);
    if (call.operation != Call::Operation::decide) {
        static_cast<void>(wrong_operation(call, "reject"));
    } else if (!contains(call.command->rejects, view_of(code))) {
        static_cast<void>(
            call.refuse("rejection " + in_quotes(view_of(code)) + ", which is not in its rejects")
        );
    } else if (!pointer.empty() && (pointer.front() != '/' || !is_utf8(pointer))) {
        static_cast<void>(
            call.refuse("rejection field " + in_quotes(pointer) + " is no JSON pointer")
        );
    } else if (params.ptr != nullptr && !parse_strict<json>(view_of(params)).value.is_object()) {
        static_cast<void>(call.refuse("rejection params that are no JSON object"));
    } else if (call.decision.rejections.size() == rejections_max) {
        static_cast<void>(call.refuse("more than " + std::to_string(rejections_max) + " rejections")
        );
    } else {
        call.decision.rejections.push_back(
            {std::string(view_of(code)), std::string(pointer), std::string(view_of(params))}
        );
    }
}

samvev_status send(
    samvev_call* raw, samvev_str label, samvev_str command, samvev_str kind, samvev_str id,
    samvev_str data
) noexcept {
    Call& call = Call::of(raw);
    if (call.operation != Call::Operation::react) {
        return wrong_operation(call, "send");
    }
    const auto& reactions = call.manifest->reactions;
    const bool declared =
        std::any_of(reactions.begin(), reactions.end(), [&](const ReactionType& r) {
            return contains(r.on, call.reacting_to) && contains(r.sends, view_of(command));
        });
    if (!declared) {
        return call.refuse(
            "send of " + in_quotes(view_of(command)) + ", which is not in its reactions' sends"
        );
    }
    const bool repeated = std::any_of(call.sent.begin(), call.sent.end(), [&](const CommandOut& c) {
        return c.label == view_of(label) && c.command == view_of(command) &&
               c.stream_id == view_of(id);
    });
    if (view_of(label).empty() || !is_utf8(view_of(label)) || repeated) {
        return call.refuse(
            "send with label " + in_quotes(view_of(label)) +
            ": each command of an event has a label of its own"
        );
    }
    if (!is_entity(view_of(kind)) || !is_entity(view_of(id)) || view_of(id).empty()) {
        return call.refuse(
            "send to " + in_quotes(view_of(kind)) + "/" + in_quotes(view_of(id)) +
            ", which is no stream"
        );
    }
    if (call.sent.size() == sent_commands_max) {
        return call.refuse(
            "more than " + std::to_string(sent_commands_max) + " commands for one event"
        );
    }
    if (view_of(data).size() > limits::event_payload_bytes_max ||
        !parse_strict<json>(view_of(data)).value.is_object()) {
        return call.refuse(
            "send of " + in_quotes(view_of(command)) +
            " with data that is no JSON object, or too large"
        );
    }
    call.sent.push_back(
        {std::string(view_of(label)), std::string(view_of(command)), std::string(view_of(kind)),
         std::string(view_of(id)), std::string(view_of(data))}
    );
    return SAMVEV_OK;
}

samvev_status put(samvev_call* raw, samvev_str document) noexcept {
    Call& call = Call::of(raw);
    if (call.operation != Call::Operation::fold && call.operation != Call::Operation::save) {
        return wrong_operation(call, "put");
    }
    if (call.document || call.dropped) {
        return call.refuse("a second put or drop");
    }
    // Snapshots come back to their author alone; a view's document goes out to people.
    const std::string_view text = view_of(document);
    if (!is_json_object(text)) {
        return call.refuse("put of something that is no JSON object");
    }
    call.document = std::string(text);
    return SAMVEV_OK;
}

samvev_status drop(samvev_call* raw) noexcept {
    Call& call = Call::of(raw);
    if (call.operation != Call::Operation::fold) {
        return wrong_operation(call, "drop");
    }
    if (call.document || call.dropped) {
        return call.refuse("a second put or drop");
    }
    call.dropped = true;
    return SAMVEV_OK;
}

void fault(samvev_call* raw, samvev_str text) noexcept {
    Call& call = Call::of(raw);
    if (call.reported.empty()) {
        call.reported = printable(view_of(text));
    }
}

std::uint32_t cancelled(samvev_call*) noexcept {
    return 0;
}

void write_log(
    const samvev_host* host, std::uint32_t level, samvev_str text, samvev_str fields
) noexcept {
    if (replaying) {
        return;
    }
    const auto& table = *reinterpret_cast<const HostTable*>(host);
    const auto severity = level == SAMVEV_LOG_ERROR  ? spdlog::level::err
                          : level == SAMVEV_LOG_WARN ? spdlog::level::warn
                          : level == SAMVEV_LOG_INFO ? spdlog::level::info
                                                     : spdlog::level::debug;
    base::logger("modules").log(
        severity, "module={} {} {}", table.module_id, printable(view_of(text)),
        printable(view_of(fields))
    );
}

const void* no_extension(const samvev_host*, const char*) noexcept {
    return nullptr;
}

const char* status_text(samvev_status status) noexcept {
    switch (status) {
        case SAMVEV_E_INVALID:
            return "input it cannot read";
        case SAMVEV_E_NOMEM:
            return "out of memory";
        case SAMVEV_E_ABI:
            return "ABI mismatch";
        default:
            return "fault";
    }
}

}  // namespace

samvev_status Call::refuse(std::string why) {
    if (refused.empty()) {
        refused = std::move(why);
    }
    return SAMVEV_E_INVALID;
}

Result<std::monostate> Call::finish(samvev_status status, std::string_view what) const {
    const std::string prefix = std::string(what) + ": ";
    if (!refused.empty()) {
        return fail(ErrorCode::module_fault, prefix + refused);
    }
    if (status == SAMVEV_OK) {
        return std::monostate{};
    }
    if (status == SAMVEV_REJECTED && operation == Operation::decide) {
        if (decision.rejections.empty()) {
            return fail(ErrorCode::module_fault, prefix + "rejected without a reason");
        }
        return std::monostate{};
    }
    if (status == SAMVEV_E_UNSUPPORTED) {
        return fail(ErrorCode::unsupported, prefix + "not supported");
    }
    if (status == SAMVEV_E_CANCELLED) {
        return fail(ErrorCode::cancelled, prefix + "cancelled");
    }
    return fail(
        ErrorCode::module_fault, prefix + status_text(status) + " (status " +
                                     std::to_string(status) + ")" +
                                     (reported.empty() ? "" : ": " + reported)
    );
}

HostTable make_host_table(std::string module_id) {
    HostTable out;
    out.table = {
        sizeof(samvev_host),
        SAMVEV_ABI_MINOR,
        {nullptr, 0},
        &write_log,
        &no_extension,
        &emit,
        &set_timer,
        &clear_timer,
        &claim,
        &release,
        &reject,
        &send,
        &put,
        &drop,
        &fault,
        &cancelled
    };
    out.module_id = std::move(module_id);
    return out;
}

ReplayScope::ReplayScope() noexcept : before_(replaying) {
    replaying = true;
}
ReplayScope::~ReplayScope() {
    replaying = before_;
}

}  // namespace samvev::modules
