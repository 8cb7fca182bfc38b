#include "subscriptions/cloud_event.hpp"

#include <spdlog/spdlog.h>

#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/log.hpp"

namespace samvev::subscriptions {
namespace {

// Room for the frame around a payload, so that one event is one allocation.
constexpr std::size_t envelope_bytes_expected = 768;

// `name` and `value` need no escaping: names of ours, UUIDs, numbers, times.
void add_plain(std::string& out, std::string_view name, std::string_view value) {
    out.append(",\"").append(name).append("\":\"").append(value).push_back('"');
}

// Left out when empty: CloudEvents forbids attributes with an empty value.
void add_text(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) {
        return;
    }
    out.append(",\"").append(name).append("\":");
    base::append_json_string(out, value);
}

std::string tenant_text(store::TenantId tenant) {
    std::string text = std::to_string(tenant.value());
    return text.size() < 4 ? std::string(4 - text.size(), '0') + text : text;
}

std::string_view to_text(store::Confidentiality confidentiality) noexcept {
    switch (confidentiality) {
        case store::Confidentiality::open:
            return "open";
        case store::Confidentiality::internal:
            return "internal";
        case store::Confidentiality::restricted:
            return "restricted";
        case store::Confidentiality::strict:
            return "strict";
    }
    return "strict";
}

void add_data(std::string& out, const store::EventView& event) {
    if (!store::is_readable(event)) {
        out.append(",\"withheld\":true");
    } else if (!event.payload.empty()) {
        out.append(",\"data\":").append(event.payload);
    }
}

}  // namespace

void append_cloud_event(
    std::string& out, store::TenantId tenant, const store::EventView& event,
    std::string_view position_member
) {
    out.reserve(out.size() + event.payload.size() + envelope_bytes_expected);
    const std::string stream_id = event.stream_id.text();
    out.append("{\"specversion\":\"1.0\"");
    add_plain(out, "id", event.id.value().text());
    out.append(",\"source\":\"/t/").append(tenant_text(tenant)).push_back('/');
    out.append(event.stream_kind).append("/").append(stream_id).push_back('"');
    out.append(",\"type\":\"no.samvev.").append(event.type).append(".v");
    out.append(std::to_string(event.version)).push_back('"');
    add_plain(out, "time", base::to_text(event.recorded_at));
    add_plain(out, "subject", stream_id);
    if (!position_member.empty()) {
        out.append(",").append(position_member);
    }
    add_plain(out, "revision", std::to_string(event.revision.value()));
    add_text(out, "entity", event.entity);
    add_text(out, "occurredon", event.occurred_on);
    add_text(out, "actor", event.actor);
    add_text(out, "role", event.role);
    add_text(out, "unit", event.unit);
    add_text(out, "onbehalfof", event.on_behalf_of);
    if (!event.command.value().is_nil()) {
        add_plain(out, "commandid", event.command.value().text());
    }
    add_text(out, "topic", event.topic);
    add_text(out, "ownerunit", event.owner_unit);
    add_plain(out, "confidentiality", to_text(event.confidentiality));
    add_text(out, "traceparent", event.traceparent);
    add_data(out, event);
    out.push_back('}');
}

std::string cloud_event(
    store::TenantId tenant, const store::EventView& event, std::string_view position_member
) {
    std::string out;
    append_cloud_event(out, tenant, event, position_member);
    return out;
}

std::uint32_t DeliveredEvents::version(const store::EventView& event) const noexcept {
    const modules::Registry::Event newest = registry_.event(event.type);
    const bool older = newest.type != nullptr && newest.type->version > event.version;
    return older && store::is_readable(event) ? newest.type->version : event.version;
}

void DeliveredEvents::append(
    std::string& out, store::TenantId tenant, std::uint64_t epoch, const store::EventView& event
) const {
    std::string position = "\"position\":\"";
    position.append(tokens_.make(tenant, epoch, event.position)).push_back('"');
    if (version(event) == event.version) {
        append_cloud_event(out, tenant, event, position);
        return;
    }
    const std::string id = event.id.value().text();
    const std::string stream_id = event.stream_id.text();
    modules::EventIn in;
    in.revision = event.revision.value();
    in.recorded_at = event.recorded_at;
    in.id = id;
    in.stream_kind = event.stream_kind;
    in.stream_id = stream_id;
    in.type = event.type;
    in.version = event.version;
    in.entity = event.entity;
    in.occurred_on = event.occurred_on;
    in.actor = event.actor;
    in.role = event.role;
    in.unit = event.unit;
    in.data = event.payload;
    const auto newest = registry_.upcast(in);
    if (!newest) {
        warn_once(event.type, event.version, newest.error().message);
        append_cloud_event(out, tenant, event, position);
        return;
    }
    store::EventView delivered = event;
    delivered.version = newest->version;
    delivered.payload = newest->data;
    append_cloud_event(out, tenant, delivered, position);
}

// A log of a million such events would otherwise be a million lines.
void DeliveredEvents::warn_once(
    std::string_view type, std::uint32_t version, const std::string& message
) const {
    const std::string name = std::string(type) + "@" + std::to_string(version);
    {
        const std::lock_guard lock(warned_mutex_);
        if (!warned_.insert(name).second) {
            return;
        }
    }
    base::logger("subscriptions")
        .warn("cannot upcast, delivering as stored: type={} reason=\"{}\"", name, message);
}

}  // namespace samvev::subscriptions
