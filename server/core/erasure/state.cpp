#include "state.hpp"

#include "names.hpp"

namespace samvev::erasure {

namespace event_name = names::erasure::event;

void to_json(json& out, const Request& request) {
    out = {
        {"phase", request.phase},
        {"kind", request.kind},
        {"targetId", request.target_id},
        {"eventId", request.event_id},
        {"ground", request.ground},
        {"archive", request.archive},
        {"requestedById", request.requested_by_id},
    };
}

void from_json(const json& in, Request& request) {
    in.at("phase").get_to(request.phase);
    in.at("kind").get_to(request.kind);
    in.at("targetId").get_to(request.target_id);
    in.at("eventId").get_to(request.event_id);
    in.at("ground").get_to(request.ground);
    in.at("archive").get_to(request.archive);
    in.at("requestedById").get_to(request.requested_by_id);
}

void to_json(json& out, const Hold& hold) {
    out = {
        {"held", hold.held},          {"kind", hold.kind},
        {"reason", hold.reason},      {"placedById", hold.placed_by_id},
        {"placedAt", hold.placed_at},
    };
}

void from_json(const json& in, Hold& hold) {
    in.at("held").get_to(hold.held);
    in.at("kind").get_to(hold.kind);
    in.at("reason").get_to(hold.reason);
    in.at("placedById").get_to(hold.placed_by_id);
    in.at("placedAt").get_to(hold.placed_at);
}

void evolve(Request& request, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::requested)) {
        request.phase = Request::Phase::open;
        request.kind = data.get_or<std::string>("kind", "");
        request.target_id = data.get_or<std::string>("targetId", "");
        request.event_id = data.get_or<std::string>("eventId", "");
        request.ground = data.get_or<std::string>("ground", "");
        request.archive = data.get_or<std::string>("archive", "");
        request.requested_by_id = data.get_or<std::string>("requestedById", "");
    } else if (event.is(event_name::confirmed)) {
        request.phase = Request::Phase::confirmed;
    } else {
        request.phase = Request::Phase::over;
    }
}

void evolve(Hold& hold, const Event& event) {
    const Data& data = event.data();
    hold.held = event.is(event_name::hold_placed);
    if (hold.held) {
        hold.kind = data.get_or<std::string>("kind", "");
        hold.reason = data.get_or<std::string>("reason", "");
        hold.placed_by_id = data.get_or<std::string>("placedById", "");
        hold.placed_at = to_text(event.recorded_at());
    }
}

}  // namespace samvev::erasure
