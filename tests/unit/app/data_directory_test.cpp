#include "app/data_directory.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

using samvev::ErrorCode;
using samvev::app::DataDirectory;
using samvev::test::read_file;
using samvev::test::TemporaryDirectory;
using samvev::test::write_file;

namespace {

unsigned mode_of(const std::string& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

}  // namespace

TEST_CASE(
    "A new data directory is for its owner alone, and so is the secret in it", "[app][data]"
) {
    const TemporaryDirectory parent;
    const std::string root = parent.path() + "/new/data";
    const auto data = DataDirectory::open(root);
    REQUIRE(data);
    CHECK((*data)->paths().root == root);
    CHECK(mode_of(root) == 0700U);
    CHECK(mode_of(root + "/secret") == 0600U);
    CHECK(read_file(root + "/secret").size() == 32);
}

TEST_CASE("The secret stays the same, and each purpose has its own", "[app][data]") {
    const TemporaryDirectory root;
    std::string first;
    {
        const auto data = DataDirectory::open(root.path());
        REQUIRE(data);
        first = (*data)->secret_for("commands");
        CHECK(first.size() == 32);
        CHECK((*data)->secret_for("view index") != first);
    }
    const auto again = DataDirectory::open(root.path());
    REQUIRE(again);
    CHECK((*again)->secret_for("commands") == first);
}

TEST_CASE(
    "A data directory is held by one at a time, and the other is told by whom", "[app][data]"
) {
    const TemporaryDirectory root;
    auto holder = DataDirectory::open(root.path());
    REQUIRE(holder);
    const auto second = DataDirectory::open(root.path());
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::unavailable);
    CHECK(
        second.error().message.find("process " + std::to_string(::getpid())) != std::string::npos
    );
    holder->reset();
    CHECK(DataDirectory::open(root.path()));
}

TEST_CASE("A history without its secret is not opened with a new one", "[app][data]") {
    const TemporaryDirectory root;
    std::filesystem::create_directory(root.path() + "/log");
    CHECK(DataDirectory::open(root.path()).error().code == ErrorCode::corrupt);
    CHECK_FALSE(std::filesystem::exists(root.path() + "/secret"));
}

TEST_CASE("A secret of the wrong size is not used", "[app][data]") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{31}, std::size_t{33}}) {
        const TemporaryDirectory root;
        write_file(root.path() + "/secret", std::string(size, 's'));
        CHECK(DataDirectory::open(root.path()).error().code == ErrorCode::corrupt);
    }
}

TEST_CASE("A file is no data directory", "[app][data]") {
    const TemporaryDirectory root;
    CHECK(
        DataDirectory::open(write_file(root.path() + "/file", "x")).error().code ==
        ErrorCode::invalid_argument
    );
}
