#include "access/algorithm.hpp"

#include <algorithm>
#include <array>

namespace samvev::access {
namespace {

// In the order of the enumeration.
constexpr std::array<AlgorithmRules, 9> table{{
    {Algorithm::rs256, "RS256", KeyType::rsa, "", 0},
    {Algorithm::rs384, "RS384", KeyType::rsa, "", 0},
    {Algorithm::rs512, "RS512", KeyType::rsa, "", 0},
    {Algorithm::ps256, "PS256", KeyType::rsa, "", 0},
    {Algorithm::ps384, "PS384", KeyType::rsa, "", 0},
    {Algorithm::ps512, "PS512", KeyType::rsa, "", 0},
    {Algorithm::es256, "ES256", KeyType::elliptic_curve, "P-256", 64},
    {Algorithm::es384, "ES384", KeyType::elliptic_curve, "P-384", 96},
    {Algorithm::es512, "ES512", KeyType::elliptic_curve, "P-521", 132},
}};

}  // namespace

std::optional<Algorithm> find_algorithm(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(table, name, &AlgorithmRules::name);
    return found == table.end() ? std::nullopt : std::optional(found->algorithm);
}

const AlgorithmRules& rules_of(Algorithm algorithm) noexcept {
    return table[static_cast<std::size_t>(algorithm)];
}

std::string_view to_text(Algorithm algorithm) noexcept {
    return rules_of(algorithm).name;
}

}  // namespace samvev::access
