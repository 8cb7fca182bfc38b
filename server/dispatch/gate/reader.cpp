#include <algorithm>

#include "dispatch/gate/gate.hpp"
#include "dispatch/gate/ground.hpp"
#include "dispatch/gate/refusal.hpp"

namespace samvev::dispatch {

namespace {

using access::Action;
using Kind = access::Resource::Kind;

}  // namespace

const Sight& Reader::sight(const store::EventView& event) {
    std::string key;
    key.reserve(128);
    for (const std::string_view part :
         {event.stream_kind, event.type, event.topic, event.owner_unit, event.subjects,
          event.audience}) {
        key.append(part).push_back('\0');
    }
    key += event.stream_id.text();
    key.push_back(static_cast<char>(event.confidentiality));
    const access::CaseFacts* in = facts_ == nullptr || event.stream_kind != "case"
                                      ? nullptr
                                      : facts_->cases.find(event.stream_id.text());
    if (in != nullptr && (event.topic == emergency_topic || !in->withholdings.empty())) {
        key.append(event.entity).push_back('\0');
        key += event.id.value().text();
    }
    const auto [place, is_new] = decided_.try_emplace(std::move(key));
    if (is_new) {
        const bool floor =
            is_citizen() || gate_.floor_.permits(actor(), event.stream_kind, event.type);
        if (floor) {
            place->second = facts_ == nullptr ? Sight{true, {}, {}}
                                              : gate_.decide(event, actor(), *facts_, now_);
        }
    }
    return place->second;
}

bool Reader::is_citizen() const noexcept {
    return facts_ != nullptr && actor().kind == access::Actor::Kind::person;
}

bool Reader::may_ask(const modules::ViewType& view) const noexcept {
    return is_citizen() || actor().has_any_role(view.read_roles);
}

Result<void> Reader::may_read_topic(
    const store::StreamId& stream, const std::string& topic, const std::string& method
) const {
    if (facts_ == nullptr || topic == emergency_topic) {
        return {};
    }
    access::Request request;
    request.actor = actor();
    request.resource.tenant = actor().tenant;
    point_at(request.resource, stream, *facts_);
    request.resource.item.topic = topic;
    request.resource.whole_topic = true;
    access::Decision decision = access::decide(request, *facts_, now_);
    if (decision.allowed) {
        return {};
    }
    if (decision.denial == access::Denial::emergency_possible &&
        !gate_.may_start_emergency(actor())) {
        decision.denial = access::Denial::invisible;
    }
    return tl::unexpected<Error>(refusal(decision, request, method + " of topic " + topic, stream));
}

bool Reader::finds(const std::string& person_id) {
    if (facts_ == nullptr) {
        return true;
    }
    access::Request request;
    request.actor = actor();
    request.action = Action::search;
    request.resource.kind = Kind::person;
    request.resource.tenant = actor().tenant;
    request.resource.person_id = person_id;
    const access::Decision decision = access::decide(request, *facts_, now_);
    access::Ground ground = ground_of(decision, request.resource, *facts_);
    ground.redacted =
        false;  // What a search shows is a document of its own, with nothing to leave out.
    if (ground.duty == access::LogDuty::read) {
        ground.duty =
            access::LogDuty::search;  // By whichever rule: it was a search that found them.
    }
    const std::string stream = "person/" + person_id;
    if (decision.allowed) {
        reading_.show(stream, ground);
    } else {
        reading_.refuse(stream, ground);
    }
    return decision.allowed;
}

std::optional<access::Ground> Reader::ground_for_log_of(const store::StreamId& stream) const {
    if (facts_ == nullptr) {
        return access::Ground{};
    }
    access::Request request;
    request.actor = actor();
    request.resource.kind = Kind::access_log;
    request.resource.tenant = actor().tenant;
    point_at(request.resource, stream, *facts_);
    const access::Decision decision = access::decide(request, *facts_, now_);
    if (!decision.allowed) {
        return std::nullopt;
    }
    access::Ground ground = ground_of(decision, request.resource, *facts_);
    ground.redacted = false;  // There is nothing in a record that would be left out.
    return ground;
}

bool Reader::reads_log_of(const store::StreamId& stream) {
    const std::optional<access::Ground> ground = ground_for_log_of(stream);
    if (ground) {
        reading_.show(stream.text(), *ground);
    }
    return ground.has_value();
}

bool Reader::sees_case(const std::string& case_id) const {
    access::Request request;
    request.actor = actor();
    request.resource.kind = Kind::case_;
    request.resource.tenant = actor().tenant;
    request.resource.case_id = case_id;
    return facts_ == nullptr || access::decide(request, *facts_, now_).allowed;
}

// The policy gives nobody an item of a case or of a person whom it does not let know that the case
// or the person is there; tests/integration/policy asks it so. Proxies may read some of a person.
const Sight& Reader::existence(const store::StreamId& stream) {
    const auto [place, is_new] = known_.try_emplace(stream.text());
    Sight& sight = place->second;
    const bool is_case = stream.kind == "case";
    const bool is_asked = actor().kind == access::Actor::Kind::staff
                              ? is_case || stream.kind == "person"
                              : is_case && actor().kind == access::Actor::Kind::person;
    if (!is_new) {
        return sight;
    }
    if (facts_ == nullptr || !is_asked) {
        sight.visible = true;
        return sight;
    }
    access::Request request;
    request.actor = actor();
    request.resource.kind = is_case ? Kind::case_ : Kind::person;
    request.resource.tenant = actor().tenant;
    point_at(request.resource, stream, *facts_);
    const access::Decision decision = access::decide(request, *facts_, now_);
    sight.visible = decision.allowed;
    sight.ground = ground_of(decision, request.resource, *facts_);
    const access::CaseFacts* const found = facts_->cases.find(request.resource.case_id);
    if (found != nullptr && !sight.visible) {
        // Of an emergency somebody may know who does not see the rest of the case.
        request.resource.kind = Kind::emergency;
        sight.visible = std::ranges::any_of(found->emergencies, [&](const auto& grant) {
            request.resource.grant_id = grant.first;
            return access::decide(request, *facts_, now_).allowed;
        });
    }
    return sight;
}

void Reader::shows(const store::EventView& event, const Sight& sight) {
    const auto [place, is_new] = shown_.try_emplace(&sight);
    if (is_new) {
        place->second = reading_.show(event.stream().text(), sight.ground);
    }
    if (place->second != nullptr) {
        access::extend(*place->second, event.revision.value());
    }
}

void Reader::refuses(const store::StreamId& stream, const Sight& sight) {
    reading_.refuse(stream.text(), sight.ground);
}

}  // namespace samvev::dispatch
