#include "wire/credentials.hpp"

#include <spdlog/spdlog.h>

#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/log.hpp"
#include "wire/http_routes.hpp"
#include "wire/json_rpc.hpp"

namespace samvev::wire {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t text_bytes_max = 64;

// The text that a member is read into, and how long it may be; null when it is not understood.
struct Place {
    std::string* text = nullptr;
    std::size_t bytes_max = text_bytes_max;
};
Place place_of(Credentials& credentials, std::string_view name) {
    if (name == "token") {
        return {&credentials.token, std::string::npos};
    }
    if (name == "dpop") {
        return {&credentials.proof, std::string::npos};
    }
    if (name == "purpose") {
        return {&credentials.purpose};
    }
    if (name == "unit") {
        return {&credentials.unit};
    }
    return {name == "representing" ? &credentials.representing : nullptr};
}

tl::unexpected<Error> bad(std::string message) {
    return fail(ErrorCode::invalid_argument, std::move(message));
}

Result<Credentials> read_object(dom::element element) {
    dom::object params;
    if (element.get(params) != simdjson::SUCCESS) {
        return bad("token is required");
    }
    Credentials credentials;
    for (const auto member : params) {
        std::string_view text;
        if (member.key == "meta") {
            continue;
        }
        const Place place = place_of(credentials, member.key);
        if (place.text == nullptr) {
            return bad(
                "token, purpose, unit, representing and dpop are understood here, " +
                std::string(member.key) + " is not"
            );
        }
        if (member.value.get(text) != simdjson::SUCCESS || text.empty()) {
            return bad(std::string(member.key) + " must be a text");
        }
        if (text.size() > place.bytes_max) {
            return bad(std::string(member.key) + " has at most 64 bytes");
        }
        *place.text = text;
    }
    if (credentials.token.empty()) {
        return bad("token is required");
    }
    return credentials;
}

Result<access::VerifiedActor> verify(const ServerState& state, const Credentials& credentials) {
    const access::TokenVerifier& tokens = state.parts.tokens;
    access::PresentedToken presented{
        .token = credentials.token, .proof = {}, .capacity = capacity_of(credentials)
    };
    if (credentials.proof.empty()) {
        return tokens.verify(presented);
    }
    const bool is_post = credentials.door == Credentials::Door::post;
    // As clients see it; a proof names https and http, also for a socket.
    std::string uri = state.settings.public_url.empty() ? state.url : state.settings.public_url;
    uri += is_post ? rpc_path : websocket_path;
    presented.proof = {.proof = credentials.proof, .method = is_post ? "POST" : "GET", .uri = uri};
    return tokens.verify(presented);
}

}  // namespace

Result<Credentials> read_authenticate_params(const FrameEntry& entry) {
    if (entry.params_kind != FrameEntry::Params::object) {
        return bad("token is required");
    }
    return read_object(entry.params_element);
}

Result<Credentials> read_login_params(const FrameEntry& entry) {
    if (entry.params_kind == FrameEntry::Params::array) {
        dom::array items;
        dom::element first;
        if (entry.params_element.get(items) != simdjson::SUCCESS || items.size() != 1 ||
            items.at(0).get(first) != simdjson::SUCCESS) {
            return bad("token is required");
        }
        std::string_view token;
        if (first.get(token) == simdjson::SUCCESS && !token.empty()) {
            return Credentials{.token = std::string(token)};
        }
        return read_object(first);
    }
    return read_authenticate_params(entry);
}

access::Capacity capacity_of(const Credentials& credentials) noexcept {
    return {
        .unit = credentials.unit,
        .representing = credentials.representing,
        .purpose = credentials.purpose
    };
}

Result<void> read_capacity_headers(const HttpHeader& header, Credentials& credentials) {
    for (const auto& [name, text] :
         {std::pair<std::string_view, std::string*>{"Samvev-Purpose", &credentials.purpose},
          {"Samvev-Unit", &credentials.unit},
          {"Samvev-Representing", &credentials.representing}}) {
        if (header.count(name) > 1 || header[name].size() > text_bytes_max) {
            return bad("send one header " + std::string(name) + " of at most 64 bytes");
        }
        *text = header[name];
    }
    return {};
}

Result<std::shared_ptr<const access::VerifiedActor>> admit(
    ServerState& state, const Credentials& credentials, std::string_view remote
) {
    Result<access::VerifiedActor> actor = verify(state, credentials);
    if (actor && actor->expires_at <= state.parts.clock.now()) {
        // The verifier allows for clocks that differ; a connection that would close at once does
        // not.
        actor = fail(
            ErrorCode::unauthenticated, "the token has expired: get a new one",
            R"({"reason":"expired"})"
        );
    }
    if (!actor) {
        const std::string reason = reason_of(actor.error());
        state.metrics.token_refused(reason);
        base::logger("wire").info("event=token_refused reason={} remote={}", reason, remote);
        return tl::unexpected<Error>(std::move(actor.error()));
    }
    return std::make_shared<const access::VerifiedActor>(std::move(*actor));
}

Error too_many_sessions() {
    return {
        ErrorCode::overloaded, "too many sessions of yours are open: close some",
        R"({"reason":"connections"})"
    };
}

bool is_same_principal(
    const access::VerifiedActor& left, const access::VerifiedActor& right
) noexcept {
    return left.token.issuer == right.token.issuer && left.token.subject == right.token.subject &&
           left.kind == right.kind && left.tenant == right.tenant && left.id == right.id &&
           left.on_behalf_of == right.on_behalf_of;
}

std::string principal_json(const access::Actor& actor) {
    std::string roles = "[";
    for (const std::string& role : actor.roles) {
        if (roles.size() > 1) {
            roles.push_back(',');
        }
        base::append_json_string(roles, role);
    }
    roles.push_back(']');
    std::string tenant = std::to_string(actor.tenant);
    tenant.insert(0, tenant.size() < 4 ? 4 - tenant.size() : 0, '0');  // 301 is Oslo's "0301".
    base::JsonObject out;
    out.text("subject", actor.id).text("tenant", tenant).text("kind", access::to_text(actor.kind));
    out.raw("roles", roles);
    if (!actor.unit.empty()) {
        out.text("unit", actor.unit);
    }
    if (!actor.purpose.empty()) {
        out.text("purpose", actor.purpose);
    }
    if (!actor.invited_to.empty()) {
        out.text("caseId", actor.invited_to);
    }
    return out.text("expiresAt", base::to_text(actor.expires_at)).take();
}

}  // namespace samvev::wire
