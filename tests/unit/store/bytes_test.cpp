#include "store/bytes.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace samvev;
using store::ByteReader;
using store::ByteWriter;

TEST_CASE("What is written is read back, big-endian", "[store][bytes]") {
    std::string out;
    ByteWriter writer(out);
    writer.u8(0xfe);
    writer.u16(0x0102);
    writer.u32(0x03040506);
    writer.u64(0xffffffffffffffff);
    writer.text("æ");
    writer.text("");
    CHECK(base::to_hex(out) == "fe010203040506ffffffffffffffff02c3a600");
    ByteReader reader(out);
    CHECK(reader.u8() == 0xfe);
    CHECK(reader.u16() == 0x0102);
    CHECK(reader.u32() == 0x03040506);
    CHECK(reader.u64() == 0xffffffffffffffff);
    CHECK(reader.text() == "æ");
    CHECK(reader.text().empty());
    CHECK(reader.ok());
    CHECK(reader.rest().empty());
    CHECK(reader.offset() == out.size());
}

TEST_CASE("Reading past the end is remembered and gives nothing", "[store][bytes]") {
    const std::string short_text("\x05only", 5);
    ByteReader reader(short_text);
    CHECK(reader.text().empty());
    CHECK_FALSE(reader.ok());
    CHECK(reader.u64() == 0);
    CHECK(reader.uuid().is_nil());
    CHECK(reader.digest() == base::Digest{});
    CHECK_FALSE(reader.ok());
}
