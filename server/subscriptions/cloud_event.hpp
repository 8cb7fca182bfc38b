#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "modules/registry.hpp"
#include "store/event.hpp"
#include "store/ids.hpp"
#include "subscriptions/position_token.hpp"

namespace samvev::subscriptions {

// One event as a CloudEvents 1.0 JSON object, spliced around the payload's bytes:
// {"specversion":"1.0","id":"<event uuid>","source":"/t/9999/case/<uuid>",
//  "type":"no.samvev.case.case-opened.v1","time":…,"subject":"<stream id>","position":"<token>",…,
//  "data":{…}}
// with the extension attributes revision (decimal text), actor, role, unit, onbehalfof, entity,
// occurredon, commandid, topic, ownerunit, confidentiality and traceparent, each only when the
// event has it. When the payload was removed or is still sealed there is no data, but
// withheld:true. `position_member` is a complete member, e.g. "\"position\":\"…\"", or empty. The
// tenant has at least four digits in the source: a municipality's number may start with 0. The
// payload is copied, never parsed.
[[nodiscard]] std::string cloud_event(
    store::TenantId tenant, const store::EventView& event, std::string_view position_member
);
// The same at the end of `out`.
void append_cloud_event(
    std::string& out, store::TenantId tenant, const store::EventView& event,
    std::string_view position_member
);

// Events as they are delivered: brought to the newest version of their type, with a position token.
// An event that its module cannot upcast is delivered in the version it is stored in.
// Concurrency: [any thread]; both parts outlive it.
class DeliveredEvents {
public:
    DeliveredEvents(const modules::Registry& registry, const PositionTokens& tokens)
        : registry_(registry), tokens_(tokens) {}

    void append(
        std::string& out, store::TenantId tenant, std::uint64_t epoch, const store::EventView& event
    ) const;
    // The version that append() would write, were the upcast to succeed.
    [[nodiscard]] std::uint32_t version(const store::EventView& event) const noexcept;
    [[nodiscard]] std::string token(
        store::TenantId tenant, std::uint64_t epoch, store::Position position
    ) const {
        return tokens_.make(tenant, epoch, position);
    }

private:
    void warn_once(std::string_view type, std::uint32_t version, const std::string& message) const;

    const modules::Registry& registry_;
    const PositionTokens& tokens_;
    mutable std::mutex warned_mutex_;  // Guards warned_.
    mutable std::set<std::string> warned_;
};

}  // namespace samvev::subscriptions
