#include "wire/json_slices.hpp"

#include <catch2/catch.hpp>
#include <string>

using samvev::wire::JsonSlices;

namespace {

std::string slices_of(std::string_view container) {
    JsonSlices slices(container);
    std::string out;
    while (const auto slice = slices.next()) {
        out.append(*slice).push_back('|');
    }
    return out;
}

}  // namespace

TEST_CASE("Slices are the bytes of the values, in order", "[wire][json_slices]") {
    CHECK(slices_of("{}").empty());
    CHECK(slices_of(" [ ] ").empty());
    CHECK(slices_of("[1, -2.5e3 ,\"a\",null]") == "1|-2.5e3|\"a\"|null|");
    CHECK(
        slices_of(R"({"a":1,"b" : {"c":[1,{"d":2}]} , "e":"x"})") == R"(1|{"c":[1,{"d":2}]}|"x"|)"
    );
    CHECK(slices_of("[[],[[]],{}]") == "[]|[[]]|{}|");
    CHECK(slices_of("\n[\t1\r\n,\n2\n]\n") == "1|2|");
}

TEST_CASE("Brackets, commas and quotes inside strings are text", "[wire][json_slices]") {
    CHECK(slices_of(R"({"a,\"}":"]},[{\"","b\\":"\\"})") == R"("]},[{\""|"\\"|)");
    CHECK(slices_of(R"([{"k":"}"},"]"])") == R"({"k":"}"}|"]"|)");
}

TEST_CASE("A text that ends too early is not read past its end", "[wire][json_slices]") {
    // Never happens after a successful parse; it must stay inside all the same.
    for (const std::string_view text :
         {"", "[", "{", "{\"a", "{\"a\"", "{\"a\":", "[\"a\\", "[1,", "[{", "[[1"}) {
        const std::string copy(text);  // Exactly sized, so that ASan sees a read behind it.
        JsonSlices slices(copy);
        for (int i = 0; i < 5; ++i) {
            (void)slices.next();
        }
    }
    SUCCEED();
}
