#include "dispatch/one_time_code.hpp"

#include <catch2/catch.hpp>

using namespace samvev;

namespace {

const std::string key(32, 'k');
const base::Uuid command = *base::Uuid::parse("0192f0c1-0000-7000-8000-000000000001");
const base::Uuid other = *base::Uuid::parse("0192f0c1-0000-7000-8000-000000000002");

std::string digest_of(const std::string& text) {
    const auto read = dispatch::read_one_time_code(key, text);
    return read ? read->digest : "none";
}

}  // namespace

TEST_CASE("A code is read as it was drawn, however it is typed", "[dispatch][invitation]") {
    const auto code = dispatch::draw_one_time_code(key, 301, "staff/a", command);
    REQUIRE(code.text.size() == std::string("0301-ABCD-EFGH-JKMN").size());
    CHECK(code.text.starts_with("0301-" + code.locator));
    const auto read = dispatch::read_one_time_code(key, code.text);
    REQUIRE(read.has_value());
    CHECK(read->tenant == 301);
    CHECK(read->locator == code.locator);
    CHECK(read->digest == code.digest);
    std::string small = " ";
    for (const char c : code.text) {
        small.push_back(c == '-' ? ' ' : static_cast<char>(std::tolower(c)));
    }
    CHECK(digest_of(small) == code.digest);
    CHECK(digest_of("0301-oil0-0000-0000") == digest_of("0301-0110-0000-0000"));
}

TEST_CASE("No two commands, actors, tenants or servers draw one code", "[dispatch][invitation]") {
    const auto code = dispatch::draw_one_time_code(key, 9999, "staff/a", command);
    CHECK(dispatch::draw_one_time_code(key, 9999, "staff/a", command).text == code.text);
    CHECK(dispatch::draw_one_time_code(key, 9999, "staff/a", other).text != code.text);
    CHECK(dispatch::draw_one_time_code(key, 9999, "staff/b", command).text != code.text);
    const auto elsewhere = dispatch::draw_one_time_code(key, 9998, "staff/a", command);
    CHECK(elsewhere.text.substr(5) != code.text.substr(5));
    CHECK(digest_of("9998" + code.text.substr(4)) != code.digest);
    const auto server =
        dispatch::draw_one_time_code(std::string(32, 'o'), 9999, "staff/a", command);
    CHECK(server.text != code.text);
    CHECK(code.digest.find(code.text.substr(10)) == std::string::npos);
}

TEST_CASE("What is no code is none", "[dispatch][invitation]") {
    for (const char* text :
         {"", "-", "9999", "9999-", "9999-ABCD-EFGH", "9999-ABCD-EFGH-JKMNP", "9999-ABCU-EFGH-JKMN",
          "x999-ABCD-EFGH-JKMN", "-9999-ABCD-EFGH-JKMN", "99999999999999999999-ABCD-EFGH-JKMN",
          "9999_ABCD-EFGH-JKMN", "9999-ABCD-EFGH-JK\xc3\xa5N"}) {
        INFO(text);
        CHECK(digest_of(text) == "none");
    }
    CHECK(digest_of("9999-" + std::string(100, '-') + "ABCDEFGHJKMN") == "none");
}
