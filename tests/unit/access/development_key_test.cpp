#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "access/token_verifier.hpp"

using namespace samvev;
namespace fs = std::filesystem;

namespace {

// A directory of its own that goes with the test.
struct Directory {
    fs::path path =
        fs::temp_directory_path() / ("samvev-access-" + std::to_string(std::random_device{}()));
    Directory() { fs::create_directories(path); }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("The development key is made once, for its owner only", "[access][development_key]") {
    const Directory directory;
    const auto made = access::load_or_make_development_key(directory.path);
    REQUIRE(made);
    const auto again = access::load_or_make_development_key(directory.path);
    REQUIRE(again);
    CHECK(again->pem == made->pem);

    struct stat status{};
    REQUIRE(::stat((directory.path / "dev-key.pem").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    // Nothing else is left beside it.
    CHECK(std::distance(fs::directory_iterator(directory.path), {}) == 1);
}

TEST_CASE("A key that others can read is refused", "[access][development_key]") {
    const Directory directory;
    REQUIRE(access::load_or_make_development_key(directory.path));
    fs::permissions(directory.path / "dev-key.pem", fs::perms::group_read, fs::perm_options::add);
    const auto key = access::load_or_make_development_key(directory.path);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == ErrorCode::denied);
}

TEST_CASE("A broken key file is named and not replaced", "[access][development_key]") {
    const Directory directory;
    const fs::path path = directory.path / "dev-key.pem";
    for (const char* text :
         {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
        std::ofstream(path) << text;
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
        const auto key = access::load_or_make_development_key(directory.path);
        REQUIRE_FALSE(key);
        CHECK(key.error().code == ErrorCode::corrupt);
        CHECK(key.error().message.find(path) != std::string::npos);
        CHECK(fs::file_size(path) == std::string_view(text).size());
    }
}

TEST_CASE("A directory that is missing is told as unavailable", "[access][development_key]") {
    const auto key = access::load_or_make_development_key("/nonexistent/samvev");
    REQUIRE_FALSE(key);
    CHECK(key.error().code == ErrorCode::unavailable);
}
