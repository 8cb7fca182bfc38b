#include "modules/elf_section.hpp"

#include <catch2/catch.hpp>

#include <elf.h>

#include <cstring>

#include <fstream>
#include <iterator>

using samvev::modules::read_elf_section;

namespace {

std::string file(const std::string& name) {
    std::ifstream in(std::string(FIXTURES) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("A section is read from the file alone", "[modules][elf]") {
    const std::string image = file("good-stub.so");
    const auto found = read_elf_section(image, ".samvev.manifest");
    REQUIRE(found);
    REQUIRE(found->has_value());
    CHECK((*found)->find("\"good-stub\"") != std::string::npos);
    CHECK_FALSE(read_elf_section(image, ".samvev").value().has_value());
    CHECK_FALSE(read_elf_section(file("no-section.so"), ".samvev.manifest").value().has_value());
}

TEST_CASE("What is no library for this machine is told from what is", "[modules][elf]") {
    std::string image = file("good-stub.so");
    const auto problem = [](const std::string& bytes) {
        const auto result = read_elf_section(bytes, ".samvev.manifest");
        return result ? std::string() : result.error().message;
    };
    CHECK(problem("") == "is no ELF file");
    CHECK(problem("#!/bin/sh\n" + std::string(200, 'x')) == "is no ELF file");
    std::string other = image;
    other[18] = static_cast<char>(other[18] + 1);  // e_machine
    CHECK(problem(other).find("another machine") != std::string::npos);
    other = image;
    other[EI_CLASS] = ELFCLASS32;
    CHECK(problem(other).find("another machine") != std::string::npos);
    other = image;
    other[16] = ET_EXEC;
    CHECK(problem(other).find("no shared library") != std::string::npos);
}

TEST_CASE("A damaged file never makes the reader read past its end", "[modules][elf]") {
    const std::string image = file("good-stub.so");
    REQUIRE(image.size() > 1000);
    for (std::size_t size = 0; size < image.size(); size += 97) {
        static_cast<void>(read_elf_section(image.substr(0, size), ".samvev.manifest"));
    }
    // Every byte of the header and of the section table, set to values that make offsets wild.
    std::uint64_t table = 0;
    std::memcpy(&table, image.data() + 40, sizeof table);
    for (const char value : {'\0', '\x7f', '\xff'}) {
        std::string damaged = image;
        for (std::size_t i = 4; i < 64; ++i) {
            damaged[i] = value;
            static_cast<void>(read_elf_section(damaged, ".samvev.manifest"));
            damaged[i] = image[i];
        }
        for (std::size_t i = table; i < image.size(); ++i) {
            damaged[i] = value;
            static_cast<void>(read_elf_section(damaged, ".samvev.manifest"));
            damaged[i] = image[i];
        }
    }
    SUCCEED();
}
