#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "access/jwt_verifier.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "support/token_mint.hpp"

namespace samvev::test {

inline constexpr std::int64_t noon_seconds = 1'800'000'000;
inline const base::Timestamp noon{std::chrono::sys_seconds(std::chrono::seconds(noon_seconds))};

// Members of a JSON object by name, each value as JSON text; an empty value leaves the member out.
using Members = std::map<std::string, std::string>;
inline std::string to_json(const Members& members) {
    std::string out;
    for (const auto& [name, value] : members) {
        if (!value.empty()) {
            out += (out.empty() ? "\"" : ",\"") + name + "\":" + value;
        }
    }
    return "{" + out + "}";
}
inline Members changed(Members members, const Members& changes) {
    for (const auto& [name, value] : changes) {
        members[name] = value;
    }
    return members;
}

inline const MintKey& rsa_key() {
    static const MintKey key = MintKey::rsa(2048);
    return key;
}
inline const MintKey& curve_key() {
    static const MintKey key = MintKey::on_curve("P-256");
    return key;
}

// The reason in an error's data, or "accepted".
template <typename T>
std::string reason_of(const Result<T>& result) {
    if (result) {
        return "accepted";
    }
    if (result.error().code != ErrorCode::unauthenticated) {
        return std::string(base::to_text(result.error().code));
    }
    constexpr std::string_view start = R"({"reason":")";
    const std::string& data = result.error().data;
    REQUIRE(data.substr(0, start.size()) == start);
    return data.substr(start.size(), data.find('"', start.size()) - start.size());
}

// Issuers whose key set has the RSA key "rs", the curve key "es" and what a test adds.
struct Issuers {
    std::string keys = rsa_key().jwk("rs") + "," + curve_key().jwk("es");
    int fetched = 0;
    base::AdjustableClock clock;
    base::ManualExecutor executor;

    Issuers() { clock.freeze(noon); }

    [[nodiscard]] access::IssuerKeysParts parts() {
        return {
            .fetch = [this](const access::KeySource&) -> Result<std::string> {
                ++fetched;
                return R"({"keys":[)" + keys + "]}";
            },
            .executor = executor,
            .clock = clock
        };
    }
    [[nodiscard]] std::unique_ptr<access::JwtVerifier> verifier(
        std::vector<access::IssuerSettings> settings
    ) {
        auto made = access::make_jwt_verifier(std::move(settings), parts());
        if (!made) {
            FAIL(made.error().message);
        }
        return std::move(*made);
    }
};

}  // namespace samvev::test
