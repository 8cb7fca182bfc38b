#include "views/document_row.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"

using namespace samvev;

TEST_CASE("A document row is stored as it always was", "[views][row][golden]") {
    const std::vector<std::string> entries = {"a", std::string("b\0", 2)};
    const std::string bytes = views::encode_document_row(entries, "{}");
    CHECK(base::to_hex(bytes) == "010000000200000001610000000262007b7d");
    const auto row = views::decode_document_row(bytes);
    REQUIRE(row.has_value());
    CHECK(row->entries == std::vector<std::string_view>{"a", std::string_view("b\0", 2)});
    CHECK(row->document == "{}");
    CHECK_FALSE(row->sealed_for.has_value());
}

TEST_CASE("A sealed document's row is stored as it always was", "[views][row][golden]") {
    const std::vector<std::string> entries = {"a"};
    const store::StreamId stream{
        "case", *base::Uuid::parse("0192f0c1-0000-7000-8000-00000000c001")
    };
    const std::string bytes = views::encode_sealed_row(stream, entries, "sealed");
    CHECK(
        base::to_hex(bytes) ==
        "02"
        "0463617365"
        "0192f0c1000070008000"
        "00000000c001"
        "00000001"
        "0000000161"
        "7365616c6564"
    );
    const auto row = views::decode_document_row(bytes);
    REQUIRE(row.has_value());
    CHECK(row->sealed_for == stream);
    CHECK(row->entries == std::vector<std::string_view>{"a"});
    CHECK(row->document == "sealed");
    const std::size_t head = bytes.size() - 6;
    for (std::size_t size = 0; size < head; ++size) {
        INFO(size);
        CHECK_FALSE(views::decode_document_row(bytes.substr(0, size)).has_value());
    }
}

TEST_CASE("Bytes that are no document row are not taken for one", "[views][row]") {
    const std::vector<std::string> entries = {"abc"};
    const std::string bytes = views::encode_document_row(entries, "");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        INFO(size);
        CHECK_FALSE(views::decode_document_row(bytes.substr(0, size)).has_value());
    }
    std::string other_format = bytes;
    other_format.front() = '\x03';
    CHECK_FALSE(views::decode_document_row(other_format).has_value());
    CHECK_FALSE(views::decode_document_row("\x01\xFF\xFF\xFF\xFF").has_value());
}
