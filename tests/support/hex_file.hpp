#pragma once

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace samvev::test {

// The bytes of a file of hexadecimal digits in tests/golden/store; anything else in it is layout.
[[nodiscard]] inline std::string golden(const std::string& name) {
    std::ifstream file(std::string(SAMVEV_SOURCE_DIR) + "/tests/golden/store/" + name);
    REQUIRE(file.good());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::string digits;
    for (const char c : text) {
        if (std::string_view("0123456789abcdef").find(c) != std::string_view::npos) {
            digits.push_back(c);
        }
    }
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

}  // namespace samvev::test
