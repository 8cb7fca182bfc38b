#include "base/form_text.hpp"

#include <catch2/catch.hpp>

using namespace samvev;

TEST_CASE("Form fields come back as they were written", "[base][form]") {
    const std::string odd = "a b&c=d+e%/æ\n";
    std::string form;
    base::append_form_field(form, "first", odd);
    base::append_form_field(form, "æ", "");
    CHECK(form == "first=a%20b%26c%3Dd%2Be%25%2F%C3%A6%0A&%C3%A6=");
    const auto fields = base::parse_form(form);
    REQUIRE(fields);
    CHECK(base::field_of(*fields, "first") == odd);
    CHECK(base::field_of(*fields, "absent").empty());
    CHECK(base::field_of(*base::parse_form("a=b+c"), "a") == "b c");
}

TEST_CASE("A form that two readers might take differently is none", "[base][form]") {
    for (const char* bad : {"a=%", "a=%4", "a=%zz", "%=1", "a=1&a=2", "a=1&%61=2"}) {
        INFO(bad);
        CHECK_FALSE(base::parse_form(bad));
    }
    CHECK(base::parse_form("")->empty());
    CHECK(base::parse_form("&&a=1&")->size() == 1);
    CHECK(base::field_of(*base::parse_form("a=%41"), "a") == "A");
}
