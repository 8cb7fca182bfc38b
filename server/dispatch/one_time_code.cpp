#include "dispatch/one_time_code.hpp"

#include <charconv>

#include "base/digest.hpp"
#include "base/limits.hpp"

namespace samvev::dispatch {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static_assert(alphabet.size() == 32);
constexpr std::size_t locator_size = 4;
constexpr std::size_t drawn_size = 12;  // with the locator
constexpr std::size_t group_size = 4;
constexpr std::size_t tenant_digits_min = 4;
constexpr std::size_t tenant_digits_max = 9;

std::string digest_of(std::string_view key, std::uint32_t tenant, std::string_view drawn) {
    const std::string text = "one-time code\n" + std::to_string(tenant) + "\n" + std::string(drawn);
    return base::to_base64url(base::as_view(base::hmac_sha256(key, text)));
}

std::optional<char> read_character(char c) {
    if (c >= 'a' && c <= 'z') {
        c = static_cast<char>(c - 'a' + 'A');
    }
    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    return alphabet.find(c) == std::string_view::npos ? std::nullopt : std::optional(c);
}

}  // namespace

OneTimeCode draw_one_time_code(
    std::string_view key, std::uint32_t tenant, std::string_view actor, const base::Uuid& command
) {
    const base::Digest random = base::hmac_sha256(
        key, "draw\n" + std::to_string(tenant) + "\n" + std::string(actor) + "\n" + command.text()
    );
    OneTimeCode code;
    code.text = std::to_string(tenant);
    code.text.insert(0, tenant_digits_min - std::min(tenant_digits_min, code.text.size()), '0');
    std::string drawn;
    for (std::size_t i = 0; i < drawn_size; ++i) {
        if (i % group_size == 0) {
            code.text.push_back('-');
        }
        drawn.push_back(alphabet[random[i] % alphabet.size()]);
        code.text.push_back(drawn.back());
    }
    code.locator = drawn.substr(0, locator_size);
    code.digest = digest_of(key, tenant, drawn);
    return code;
}

std::optional<PresentedCode> read_one_time_code(std::string_view key, std::string_view text) {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    const std::size_t hyphen = text.find_first_of("- ");
    if (text.size() > limits::code_bytes_max || hyphen == std::string_view::npos ||
        hyphen < tenant_digits_min || hyphen > tenant_digits_max) {
        return std::nullopt;
    }
    PresentedCode code;
    const char* const end = text.data() + hyphen;
    const auto [read, error] = std::from_chars(text.data(), end, code.tenant);
    if (error != std::errc() || read != end) {
        return std::nullopt;
    }
    std::string drawn;
    for (const char c : text.substr(hyphen)) {
        if (c == '-' || c == ' ') {
            continue;
        }
        const auto character = read_character(c);
        if (!character) {
            return std::nullopt;
        }
        drawn.push_back(*character);
    }
    if (drawn.size() != drawn_size) {
        return std::nullopt;
    }
    code.locator = drawn.substr(0, locator_size);
    code.digest = digest_of(key, code.tenant, drawn);
    return code;
}

}  // namespace samvev::dispatch
