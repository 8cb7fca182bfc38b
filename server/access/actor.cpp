#include "access/actor.hpp"

#include <algorithm>

namespace samvev::access {
namespace {

constexpr std::size_t name_bytes_max = 64;

}  // namespace

std::string_view to_text(Actor::Kind kind) noexcept {
    switch (kind) {
        case Actor::Kind::staff:
            return "staff";
        case Actor::Kind::person:
            return "person";
        case Actor::Kind::service:
            return "service";
        case Actor::Kind::system:
            return "system";
    }
    return "staff";
}

std::string Actor::text() const {
    std::string out(to_text(kind));
    out.push_back('/');
    out.append(id);
    return out;
}

bool Actor::has_role(std::string_view role) const noexcept {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool Actor::has_any_role(const std::vector<std::string>& allowed) const noexcept {
    return allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [this](const auto& role) {
               return has_role(role);
           });
}

bool is_service_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= name_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

bool is_role_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= name_bytes_max && !text.starts_with("system:") &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' || c == ':';
           });
}

Actor system_actor(std::uint32_t tenant, std::string_view module, std::string_view role) {
    Actor actor;
    actor.kind = Actor::Kind::system;
    actor.tenant = tenant;
    actor.id = module;
    actor.roles.emplace_back(role);
    actor.assurance = Assurance::high;
    return actor;
}

}  // namespace samvev::access
