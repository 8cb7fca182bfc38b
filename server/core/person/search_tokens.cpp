#include "search_tokens.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace samvev::person {

namespace {

constexpr std::size_t prefix_letters_min = 3;
constexpr std::size_t prefix_letters_max = 20;  // A longer beginning finds nothing more.

// The next code point of valid UTF-8 (JSON has been checked); a stray byte stands for itself.
char32_t next_letter(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    const std::size_t size = lead < 0x80    ? 1
                             : lead >= 0xf0 ? 4
                             : lead >= 0xe0 ? 3
                             : lead >= 0xc0 ? 2
                                            : 1;
    if (size == 1 || at + size > text.size()) {
        ++at;
        return lead;
    }
    char32_t letter = lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        letter = (letter << 6) | (byte(at + i) & 0x3fU);
    }
    at += size;
    return letter;
}

void append_letter(std::string& out, char32_t letter) {
    const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (letter < 0x80) {
        put(letter);
    } else if (letter < 0x800) {
        put(0xc0 | (letter >> 6));
        put(0x80 | (letter & 0x3f));
    } else if (letter < 0x10000) {
        put(0xe0 | (letter >> 12));
        put(0x80 | ((letter >> 6) & 0x3f));
        put(0x80 | (letter & 0x3f));
    } else {
        put(0xf0 | (letter >> 18));
        put(0x80 | ((letter >> 12) & 0x3f));
        put(0x80 | ((letter >> 6) & 0x3f));
        put(0x80 | (letter & 0x3f));
    }
}

// ASCII, Latin-1 and Latin Extended-A: the letters of Norwegian, Sámi and their neighbours.
char32_t lower(char32_t letter) {
    const bool plain = letter >= U'A' && letter <= U'Z';
    const bool latin1 = letter >= 0xc0 && letter <= 0xde && letter != 0xd7;
    if (plain || latin1) {
        return letter + 0x20;
    }
    const bool upper_is_even =
        (letter >= 0x100 && letter <= 0x137) || (letter >= 0x14a && letter <= 0x177);
    const bool upper_is_odd =
        (letter >= 0x139 && letter <= 0x148) || (letter >= 0x179 && letter <= 0x17e);
    if (upper_is_even) {
        return letter | 1U;
    }
    return upper_is_odd && letter % 2 == 1 ? letter + 1 : letter;
}

char32_t without_accent(char32_t letter) {
    constexpr std::pair<char32_t, std::u32string_view> folded[] = {
        {U'a', U"àáâã"}, {U'c', U"ç"},   {U'e', U"èéêë"}, {U'i', U"ìíîï"}, {U'n', U"ñ"},
        {U'o', U"òóôõ"}, {U'u', U"ùúû"}, {U'y', U"ýÿü"},  {U'æ', U"ä"},    {U'ø', U"ö"},
    };
    for (const auto& [base, accented] : folded) {
        if (accented.find(letter) != std::u32string_view::npos) {
            return base;
        }
    }
    return letter;
}

bool separates(char32_t letter) {
    return letter <= U' ' || letter == U'-' || letter == U'.' || letter == U',' ||
           letter == U'\'' || letter == 0x2019;
}

void append_prefixes(std::vector<std::string>& out, const std::u32string& word) {
    std::string prefix;
    for (std::size_t i = 0; i < std::min(word.size(), prefix_letters_max); ++i) {
        append_letter(prefix, word[i]);
        if (i + 1 >= prefix_letters_min || i + 1 == word.size()) {
            out.push_back(prefix);
        }
    }
}

void append_word(std::vector<std::string>& out, const std::u32string& word) {
    append_prefixes(out, word);
    std::u32string folded = word;
    std::transform(folded.begin(), folded.end(), folded.begin(), without_accent);
    if (folded != word) {
        append_prefixes(out, folded);
    }
}

}  // namespace

std::vector<std::string> search_tokens(std::string_view name) {
    std::vector<std::string> out;
    std::u32string word;
    for (std::size_t at = 0; at < name.size();) {
        const char32_t letter = next_letter(name, at);
        if (separates(letter)) {
            append_word(out, word);
            word.clear();
        } else {
            word.push_back(lower(letter));
        }
    }
    append_word(out, word);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace samvev::person
