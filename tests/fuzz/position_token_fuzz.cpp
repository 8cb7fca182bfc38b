#include "base/assert.hpp"
#include "subscriptions/filter.hpp"
#include "subscriptions/position_token.hpp"
#include "target.hpp"

// Position tokens and type patterns that subscribers send: no token but its own opens to a
// position.
namespace samvev::fuzz {

namespace {

constexpr std::uint64_t epoch = 7;
const store::TenantId tenant{9999};

const subscriptions::PositionTokens& tokens() {
    static const subscriptions::PositionTokens made("0123456789abcdef0123456789abcdef");
    return made;
}

}  // namespace

std::vector<std::string> seeds() {
    return {
        tokens().make(tenant, epoch, store::Position(0)),
        tokens().make(tenant, epoch, store::Position(123'456'789)),
        tokens().make(tenant, epoch + 1, store::Position(5)),
        tokens().make(store::TenantId(9998), epoch, store::Position(5)),
        "no.samvev.case.*",
        "case.case-opened.v2",
    };
}

void try_input(std::string_view input) {
    if (const auto position = tokens().read(tenant, epoch, input)) {
        SAMVEV_ASSERT(tokens().make(tenant, epoch, *position) == input);
    }
    if (const auto pattern = subscriptions::TypePattern::parse(input)) {
        static_cast<void>(pattern->matches("case.case-opened", 2));
    }
}

}  // namespace samvev::fuzz
