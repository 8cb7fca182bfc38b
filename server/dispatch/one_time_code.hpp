#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.hpp"

namespace samvev::dispatch {

// A code that somebody is given on paper or by mouth: "9999-7K3M-Q2XD-9TBN". The tenant (four
// digits or more), four characters that find what it is for, and eight (40 bits) that prove it, of
// Crockford's 32: no I, L, O, U.
struct OneTimeCode {
    std::string text;
    std::string locator;
    std::string digest;  // HMAC of the whole code: what is kept
};
// Drawn for one command of one actor: nobody can foretell it who has not the key, which is the
// server's, 32 random bytes.
[[nodiscard]] OneTimeCode draw_one_time_code(
    std::string_view key, std::uint32_t tenant, std::string_view actor, const base::Uuid& command
);

struct PresentedCode {
    std::uint32_t tenant = 0;
    std::string locator;
    std::string digest;
};
// As it was typed: in any case, with or without blanks and hyphens behind the tenant's, O for 0, I
// and L for 1. Absent when it is no code at all.
[[nodiscard]] std::optional<PresentedCode> read_one_time_code(
    std::string_view key, std::string_view text
);

}  // namespace samvev::dispatch
