#include "access/registered_claims.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "access/compact_jws.hpp"

namespace samvev::access {

namespace dom = simdjson::dom;

namespace {

constexpr double seconds_max = 253'402'300'799.0;  // 9999-12-31T23:59:59Z.

}  // namespace

Result<std::optional<std::chrono::sys_seconds>> read_time(
    const dom::object& claims, std::string_view name
) {
    const auto member = claims[name];
    if (member.error() != simdjson::SUCCESS) {
        return std::nullopt;
    }
    double value = 0;
    if (member.get(value) != simdjson::SUCCESS || !std::isfinite(value) || value < 0 ||
        value > seconds_max) {
        return refuse_token("claims", "the token's " + std::string(name) + " is not a time");
    }
    return std::chrono::sys_seconds(std::chrono::seconds(std::llround(std::floor(value))));
}

Result<base::Timestamp> check_lifetime(const dom::object& claims, TokenTime time) {
    SAMVEV_TRY(const auto expires, read_time(claims, "exp"));
    SAMVEV_TRY(const auto not_before, read_time(claims, "nbf"));
    SAMVEV_TRY(const auto issued, read_time(claims, "iat"));
    if (!expires) {
        return refuse_token("claims", "the token has no exp");
    }
    if (time.now >= *expires + time.leeway) {
        return refuse_token("expired", "the token has expired: get a new one");
    }
    if (std::max(not_before, issued) && *std::max(not_before, issued) > time.now + time.leeway) {
        return refuse_token("not_yet_valid", "the token is not valid yet: compare the clocks");
    }
    return base::Timestamp(*expires);
}

std::optional<std::vector<std::string_view>> read_audiences(const dom::object& claims) {
    const auto member = claims["aud"];
    std::string_view one;
    if (member.get(one) == simdjson::SUCCESS) {
        return std::vector{one};
    }
    dom::array many;
    if (member.get(many) != simdjson::SUCCESS || many.size() == 0) {
        return std::nullopt;
    }
    std::vector<std::string_view> found;
    for (const auto item : many) {
        if (item.get(one) != simdjson::SUCCESS) {
            return std::nullopt;
        }
        found.push_back(one);
    }
    return found;
}

}  // namespace samvev::access
