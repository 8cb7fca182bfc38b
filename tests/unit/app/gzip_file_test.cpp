#include "app/client/gzip_file.hpp"

#include <catch2/catch.hpp>

#include <array>

#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"
#include "unit/app/gzip_writer.hpp"

using samvev::ErrorCode;
using samvev::Result;
using samvev::client::GzipFile;
using samvev::test::gzipped;
using samvev::test::TemporaryDirectory;
using samvev::test::write_file;

namespace {

Result<std::string> read_whole(const std::string& path) {
    SAMVEV_TRY(const auto file, GzipFile::open(path));
    std::string content;
    std::array<char, 1000> buffer{};
    while (true) {
        SAMVEV_TRY(const std::size_t count, file->read(buffer));
        if (count == 0) {
            return content;
        }
        content.append(buffer.data(), count);
    }
}

// Does not repeat, so that it packs to many bytes.
std::string long_text() {
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        text += std::to_string(i * 7919) + (i % 10 == 0 ? "\n" : " ");
    }
    return text;
}

}  // namespace

TEST_CASE("A file reads the same plain and gzipped, whatever it is called", "[app][client]") {
    const TemporaryDirectory directory;
    const std::string text = long_text();
    CHECK(*read_whole(write_file(directory.path() + "/plain.gz", text)) == text);
    CHECK(*read_whole(write_file(directory.path() + "/packed.txt", gzipped(text))) == text);
    CHECK(
        *read_whole(write_file(directory.path() + "/two.gz", gzipped("first, ") + gzipped("second"))
        ) == "first, second"
    );
    CHECK(read_whole(write_file(directory.path() + "/empty", ""))->empty());
}

TEST_CASE("A gzip file that is cut off anywhere is an error, not an end", "[app][client]") {
    const TemporaryDirectory directory;
    const std::string packed = gzipped(long_text());
    for (const std::size_t size :
         {packed.size() - 1, packed.size() - 8, packed.size() - 9, packed.size() / 2}) {
        INFO(size << " of " << packed.size());
        const auto read =
            read_whole(write_file(directory.path() + "/cut.gz", packed.substr(0, size)));
        REQUIRE_FALSE(read);
        CHECK(read.error().code == ErrorCode::corrupt);
    }
}

TEST_CASE("Damaged gzip data is an error", "[app][client]") {
    const TemporaryDirectory directory;
    std::string packed = gzipped(long_text());
    packed[packed.size() - 6] =
        static_cast<char>(packed[packed.size() - 6] ^ 0x55);  // In the checksum.
    CHECK(
        read_whole(write_file(directory.path() + "/damaged.gz", packed)).error().code ==
        ErrorCode::corrupt
    );
}

TEST_CASE("What is not a readable file is named", "[app][client]") {
    const TemporaryDirectory directory;
    CHECK(GzipFile::open(directory.path() + "/missing").error().code == ErrorCode::not_found);
    CHECK(GzipFile::open(directory.path()).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("Progress is told in bytes of the file on disk", "[app][client]") {
    const TemporaryDirectory directory;
    const std::string packed = gzipped(long_text());
    const auto file = GzipFile::open(write_file(directory.path() + "/packed.gz", packed));
    REQUIRE(file);
    CHECK((*file)->progress().bytes_total == packed.size());
    std::array<char, 4096> buffer{};
    while (*(*file)->read(buffer) > 0) {
        CHECK((*file)->progress().bytes_read <= packed.size());
    }
    CHECK((*file)->progress().bytes_read == packed.size());
}
