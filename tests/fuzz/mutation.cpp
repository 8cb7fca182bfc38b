#include "mutation.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>

namespace samvev::fuzz {

namespace {

constexpr std::size_t input_bytes_max = 256 * 1024;

class Mutation {
public:
    Mutation(const std::vector<std::string>& seeds, std::uint64_t number)
        : seeds_(seeds), random_(number), text_(seeds[below(seeds.size())]) {}

    std::string made() && {
        for (std::size_t changes = below(6); changes > 0 && text_.size() < input_bytes_max;
             --changes) {
            change();
        }
        return std::move(text_);
    }

private:
    std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
    template <typename Range>
    const auto& pick(const Range& range) {
        return range[below(range.size())];
    }

    void change() {
        const std::size_t at = below(text_.size());
        const std::size_t size =
            std::min(text_.size() - at, below(3) == 0 ? below(text_.size() + 1) : below(8));
        switch (below(10)) {
            case 0:
                text_.erase(at, size);
                break;
            case 1:
                text_.insert(below(text_.size() + 1), text_.substr(at, size));
                break;
            case 2:
                text_.resize(at);
                break;
            case 3:
                text_.insert(at, std::string(below(below(4) == 0 ? 3000 : 12), byte()));
                break;
            case 4:
                nest(at, size);
                break;
            case 5:
                splice(at, size);
                break;
            case 6:
                big_number(at);
                break;
            case 7:
                text_.insert(at, pick(words));
                break;
            default:
                if (!text_.empty()) {
                    text_[at] =
                        below(2) == 0 ? byte() : static_cast<char>(text_[at] ^ 1 << below(8));
                }
        }
    }

    // Bytes that mean something to one format or another, or any.
    char byte() {
        constexpr std::string_view meaning{"\0\1\xff\x80\x7f\"\\{}[]:,.-+eE0 9\n<>&/=#_", 29};
        return below(3) == 0 ? static_cast<char>(random_()) : pick(meaning);
    }

    // Deeper than anybody means: [[[[…]]]] around a piece.
    void nest(std::size_t at, std::size_t size) {
        constexpr std::array<std::string_view, 4> open{"[", "{\"a\":", "<a>", "("};
        constexpr std::array<std::string_view, 4> close{"]", "}", "</a>", ")"};
        const std::size_t kind = below(open.size());
        std::string before;
        std::string after;
        for (std::size_t depth = below(below(4) == 0 ? 3000 : 80); depth > 0; --depth) {
            before += open[kind];
            after += close[kind];
        }
        text_.insert(at + size, after);
        text_.insert(at, before);
    }

    void splice(std::size_t at, std::size_t size) {
        const std::string& other = pick(seeds_);
        const std::size_t from = below(other.size());
        text_.replace(at, size, other.substr(from, below(other.size() - from + 1)));
    }

    // Where a length or a count may stand, big-endian.
    void big_number(std::size_t at) {
        constexpr std::array<std::string_view, 5> numbers{
            std::string_view("\xff\xff\xff\xff", 4), std::string_view("\0\0\0\0", 4),
            std::string_view("\x7f\xff\xff\xff", 4), std::string_view("\xff\xff", 2),
            std::string_view("\0\1\0\0", 4)
        };
        const std::string_view number = pick(numbers);
        text_.replace(at, std::min(number.size(), text_.size() - at), number);
    }

    static constexpr std::array<std::string_view, 16> words{
        "null",
        "-0",
        "1e999",
        "18446744073709551616",
        "-9223372036854775809",
        "\\u0000",
        "\\ud800",
        "\xc3\x28",
        "\xef\xbb\xbf",
        "\"\"",
        "{}",
        "[]",
        "true",
        "../",
        "%00",
        "\r\n"
    };

    const std::vector<std::string>& seeds_;
    std::mt19937_64 random_;
    std::string text_;
};

}  // namespace

std::string mutated(const std::vector<std::string>& seeds, std::uint64_t number) {
    return Mutation(seeds, number).made();
}

}  // namespace samvev::fuzz
