#include "dispatch/gate/gate.hpp"
#include "dispatch/gate/ground.hpp"

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
