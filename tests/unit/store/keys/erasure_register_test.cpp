#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <string>

#include "store/keys/erasure_register.hpp"
#include "support/file_text.hpp"
#include "support/keys_under_test.hpp"

using namespace samvev;
using namespace samvev::test;
using store::ErasureRegister;

namespace {

std::string golden_path(const std::string& name) {
    return std::string(SAMVEV_SOURCE_DIR) + "/tests/golden/store/" + name;
}

store::Erasure with_keys(std::uint64_t stream, std::vector<store::KeyId> keys) {
    store::Erasure out = erasure_of(stream);
    out.keys = std::move(keys);
    return out;
}

}  // namespace

TEST_CASE("The register keeps what is entered, line by line", "[store][keys][erasure]") {
    const TemporaryDirectory directory;
    const std::string path = directory.path() + "/erasures";
    const store::Erasure first = with_keys(1, {store::KeyId("a"), store::KeyId("b")});
    const store::Erasure second = with_keys(2, {});
    {
        const auto opened = ErasureRegister::open(path);
        REQUIRE(opened.has_value());
        CHECK((*opened)->entries().empty());
        REQUIRE((*opened)->append(first).has_value());
        REQUIRE((*opened)->append(second).has_value());
        CHECK((*opened)->text() == read_file(path));
    }
    struct stat status{};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const auto again = ErasureRegister::open(path);
    REQUIRE(again.has_value());
    CHECK((*again)->entries() == std::vector<store::Erasure>{first, second});
    CHECK(read_file(path) == read_file(golden_path("erasure_register_v1.txt")));
}

TEST_CASE("A torn last line was never acknowledged, and is cut off", "[store][keys][erasure]") {
    const TemporaryDirectory directory;
    const std::string path = directory.path() + "/erasures";
    REQUIRE(ErasureRegister::open(path).value()->append(erasure_of(1)).has_value());
    const std::string one = read_file(path);
    REQUIRE(ErasureRegister::open(path).value()->append(erasure_of(2)).has_value());
    const std::string both = read_file(path);
    for (std::size_t size = one.size(); size < both.size(); ++size) {
        write_file(path, both.substr(0, size));
        const auto opened = ErasureRegister::open(path);
        REQUIRE(opened.has_value());
        REQUIRE((*opened)->entries().size() == 1);
        REQUIRE(read_file(path) == one);
    }
    REQUIRE(ErasureRegister::open(path).value()->append(erasure_of(2)).has_value());
    CHECK(read_file(path) == both);
}

TEST_CASE("A changed, missing or moved line is found", "[store][keys][erasure]") {
    const TemporaryDirectory directory;
    const std::string path = directory.path() + "/erasures";
    std::vector<std::string> lines;
    for (std::uint64_t i = 1; i <= 3; ++i) {
        const std::string before = read_file(path);
        REQUIRE(ErasureRegister::open(path).value()->append(erasure_of(i)).has_value());
        lines.push_back(read_file(path).substr(before.size()));
    }
    const std::string whole = lines[0] + lines[1] + lines[2];
    const auto opens = [&](const std::string& text) {
        write_file(path, text);
        const auto opened = ErasureRegister::open(path);
        return opened ? "opens" : std::string(to_text(opened.error().code));
    };
    REQUIRE(opens(whole) == "opens");
    CHECK(opens(lines[1] + lines[2]) == "corrupt");
    CHECK(opens(lines[0] + lines[2]) == "corrupt");
    CHECK(opens(lines[1] + lines[0] + lines[2]) == "corrupt");
    for (std::size_t i = 0; i + 1 < whole.size(); i += 7) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK(opens(changed) == "corrupt");
    }
}
