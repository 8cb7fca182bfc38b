#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace samvev::access {

// A national identity number (fødselsnummer, D-number or a synthetic one) as an issuer vouches for
// it. It has no formatter on purpose: it does not belong in logs, messages or events.
class PersonalNumber {
public:
    // Eleven digits; absent otherwise. That they are somebody's is the issuer's word.
    [[nodiscard]] static std::optional<PersonalNumber> parse(std::string_view text);

    // For looking somebody up by a keyed digest, and nothing else.
    [[nodiscard]] const std::string& reveal() const noexcept { return digits_; }
    friend bool operator==(const PersonalNumber&, const PersonalNumber&) = default;

private:
    explicit PersonalNumber(std::string_view digits) : digits_(digits) {}
    std::string digits_;
};

}  // namespace samvev::access
