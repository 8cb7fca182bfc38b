#pragma once

#include <samvev/plugin.hpp>

#include <string>

namespace samvev::erasure {

// A request that something be erased: one `erasure` stream. It holds ids, codes and days, no text,
// so that it can stay when what it is about is gone.
struct Request {
    enum class Phase { none, open, confirmed, over };  // over: done, failed, or never to be done

    Phase phase = Phase::none;
    std::string kind;       // of the stream: "person", "case", "consultation"
    std::string target_id;  // of the stream
    std::string event_id;   // of the one text to be erased in it; empty: all of it
    std::string ground;     // GDPR art. 17(1)
    std::string archive;    // why the archive law does not keep it
    std::string requested_by_id;
};

NLOHMANN_JSON_SERIALIZE_ENUM(
    Request::Phase, {{Request::Phase::none, "none"},
                     {Request::Phase::open, "open"},
                     {Request::Phase::confirmed, "confirmed"},
                     {Request::Phase::over, "over"}}
)

// What must not be erased: one `legal-hold` stream, with the id of what it keeps.
struct Hold {
    bool held = false;
    std::string kind;  // of the stream it keeps
    std::string reason;
    std::string placed_by_id;
    std::string placed_at;  // RFC 3339 UTC
};

void to_json(json& out, const Request& request);
void from_json(const json& in, Request& request);
void to_json(json& out, const Hold& hold);
void from_json(const json& in, Hold& hold);

void evolve(Request& request, const Event& event);
void evolve(Hold& hold, const Event& event);

}  // namespace samvev::erasure
