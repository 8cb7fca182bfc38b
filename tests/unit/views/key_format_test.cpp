#include "views/key_format.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "views/scalar_code.hpp"

using namespace samvev;

TEST_CASE("Table keys are stored as they always were", "[views][key][golden]") {
    const std::string prefix = views::view_prefix(store::TenantId(9999), "a.b");
    CHECK(base::to_hex(prefix) == "760000270f612e6200");
    CHECK(base::to_hex(views::state_key(prefix)) == "760000270f612e620000");
    CHECK(base::to_hex(views::generation_prefix(prefix, 258)) == "760000270f612e62000100000102");
    CHECK(base::to_hex(views::documents_prefix(prefix, 1)) == "760000270f612e6200010000000101");
    CHECK(base::to_hex(views::entries_prefix(prefix, 1)) == "760000270f612e6200010000000102");
}

TEST_CASE("One view's keys lie apart from another's, whatever their names", "[views][key]") {
    const auto end_of = [](std::string_view id) {
        return views::prefix_end(views::view_prefix(store::TenantId(1), id));
    };
    CHECK(end_of("a") <= views::view_prefix(store::TenantId(1), "a.b"));
    CHECK(end_of("a.b") <= views::view_prefix(store::TenantId(1), "a.bc"));
    CHECK(end_of("z") <= views::view_prefix(store::TenantId(2), "a"));
}

TEST_CASE("The end of a prefix lies behind all that start with it", "[views][key]") {
    CHECK(views::prefix_end("ab") == "ac");
    CHECK(views::prefix_end("a\xFF\xFF") == "b");
}

TEST_CASE("An entry is split where its fields end", "[views][key]") {
    std::string entry(1, '\x02');
    views::append_scalar(entry, std::string_view("who"));
    views::append_scalar(entry, views::Null{});
    const std::string suffix = entry + "diary/1";
    const auto parts = views::split_entry(suffix, 2);
    REQUIRE(parts.has_value());
    CHECK(parts->entry == entry);
    CHECK(parts->document_key == "diary/1");
    CHECK_FALSE(views::split_entry(suffix, 3).has_value());
    CHECK_FALSE(views::split_entry("", 1).has_value());
}
