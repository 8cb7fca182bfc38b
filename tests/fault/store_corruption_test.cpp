#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "store/key_format.hpp"
#include "support/log_under_test.hpp"
#include "support/random_seed.hpp"
#include "support/store_commits.hpp"
#include "support/stored_rows.hpp"
#include "support/temporary_directory.hpp"

using namespace samvev;
using namespace samvev::test;
using store::ExpectedRevision;
using store::Position;
using store::Revision;

namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << bytes;
}

std::vector<fs::path> files_ending(const std::string& directory, const std::string& extension) {
    std::vector<fs::path> out;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
        if (entry.path().extension() == extension && entry.file_size() > 0) {
            out.push_back(entry.path());
        }
    }
    return out;
}

void fill(store::EventLog& log) {
    std::mt19937_64 random(1);
    for (std::uint64_t i = 0; i < 60; ++i) {
        store::Commit commit = commit_of(
            {{case_stream(i % 4), ExpectedRevision::any(), new_events(1 + 10 * i, 1 + i % 3)}}
        );
        // Not compressible, so that most bits of the files carry something.
        for (store::NewEvent& event : commit.writes[0].events) {
            for (int left = 50; left > 0; --left) {
                event.payload += std::to_string(random());
            }
        }
        REQUIRE(log.append(with_command(commit, i)).has_value());
    }
}

// Where the table's own rows, filters and indexes lie: [0, this). Behind it are RocksDB's
// properties, which 7.8 takes apart before it looks at their checksum: damage there ends the
// process with an assertion instead of an error. That serves nothing wrong, but cannot be tested in
// here.
std::size_t end_of_rows(const fs::path& table) {
    rocksdb::SstFileReader reader{rocksdb::Options()};
    REQUIRE(reader.Open(table.string()).ok());
    const auto properties = reader.GetTableProperties();
    return static_cast<std::size_t>(
        properties->data_size + properties->filter_size + properties->index_size
    );
}

// Reads everything in every way; absent when something was found to be corrupt.
std::optional<std::string> read_everything(const store::EventLog& log) {
    std::string out;
    const auto visit = [&out](const store::EventView& event) {
        out += event_as_text(event) + "\n";
        return store::Visit::more;
    };
    const auto scanned = log.scan(domain_log(), Position(0), SIZE_MAX, visit);
    if (!scanned) {
        CHECK(scanned.error().code == ErrorCode::corrupt);
        CHECK(scanned.error().message.find("position") != std::string::npos);
        return std::nullopt;
    }
    for (std::uint64_t stream = 0; stream < 4; ++stream) {
        const auto read =
            log.scan_stream(domain_log(), case_stream(stream), Revision(0), SIZE_MAX, visit);
        if (!read) {
            CHECK(read.error().code == ErrorCode::corrupt);
            return std::nullopt;
        }
    }
    return out;
}

}  // namespace

TEST_CASE("A flipped bit in a table is found or harmless, never served", "[fault][store]") {
    std::mt19937_64 random(random_seed("flipped bits in tables"));
    RocksUnderTest rocks;
    fill(rocks.log());
    rocks.reopen();
    const std::optional<std::string> whole = read_everything(rocks.log());
    REQUIRE(whole.has_value());
    rocks.close();
    const std::vector<fs::path> tables = files_ending(rocks.options.directory, ".sst");
    REQUIRE_FALSE(tables.empty());
    int found = 0;
    for (int round = 0; round < 60; ++round) {
        const fs::path& file = tables[random() % tables.size()];
        const std::string bytes = read_file(file);
        std::string flipped = bytes;
        const std::size_t at = random() % end_of_rows(file);
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << (random() % 8)));
        write_file(file, flipped);
        CAPTURE(file.filename().string(), at);
        store::RocksOptions read_only = rocks.options;
        read_only.mode = store::RocksOptions::Mode::read_only;
        const auto log = store::open_rocks_event_log(read_only);
        if (!log) {
            CHECK(log.error().code == ErrorCode::corrupt);
            ++found;
        } else if (const std::optional<std::string> read = read_everything(**log)) {
            REQUIRE(*read == *whole);
        } else {
            ++found;
        }
        write_file(file, bytes);
    }
    CHECK(found > 20);
}

TEST_CASE("A flipped bit in the write-ahead log stops the opening", "[fault][store]") {
    std::mt19937_64 random(random_seed("flipped bits in the write-ahead log"));
    RocksUnderTest rocks;
    fill(rocks.log());
    // The files as a kill -9 would leave them: copied while the log is open.
    const TemporaryDirectory copies;
    const std::string copy = copies.path() + "/log";
    fs::copy(rocks.options.directory, copy);
    const std::string whole = read_everything(rocks.log()).value();
    const std::vector<fs::path> logs = files_ending(copy, ".log");
    REQUIRE(logs.size() == 1);
    const std::string bytes = read_file(logs[0]);
    store::RocksOptions options = rocks.options;
    options.directory = copy;
    options.mode = store::RocksOptions::Mode::read_only;
    {
        const auto log = store::open_rocks_event_log(options);
        REQUIRE(log.has_value());
        REQUIRE(read_everything(**log) == whole);
    }
    // In the last record a damaged length looks like a torn write that was never acknowledged; only
    // a witness outside these files can tell. Before that, every bit counts.
    const std::size_t guarded = bytes.size() - 4096;
    for (int round = 0; round < 60; ++round) {
        std::string flipped = bytes;
        const std::size_t at = random() % guarded;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << (random() % 8)));
        write_file(logs[0], flipped);
        CAPTURE(at);
        const auto log = store::open_rocks_event_log(options);
        if (log) {
            const std::optional<std::string> read = read_everything(**log);
            REQUIRE((!read || *read == whole));
        } else {
            CHECK(log.error().code == ErrorCode::corrupt);
        }
    }
}

TEST_CASE("A head older than the indexes is refused: commits are missing", "[fault][store]") {
    RocksUnderTest rocks;
    fill(rocks.log());
    rocks.close();
    const std::string key = store::keys::head(domain_log());
    const std::string old = stored_row(rocks.options.directory, "default", key).value();
    rocks.reopen();
    REQUIRE(rocks.log().append(one_event(1, 10'000)).has_value());
    rocks.close();
    put_stored_row(rocks.options.directory, "default", key, old);
    const auto log = rocks.open();
    REQUIRE_FALSE(log.has_value());
    CHECK(log.error().code == ErrorCode::corrupt);
}

TEST_CASE(
    "A missing record is named by its position, and what is before it is read", "[fault][store]"
) {
    RocksUnderTest rocks;
    for (std::uint64_t i = 0; i < 10; ++i) {
        REQUIRE(rocks.log().append(one_event(i, i + 1)).has_value());
    }
    rocks.close();
    const std::string& directory = rocks.options.directory;
    delete_stored_row(directory, "records", store::keys::record(domain_log(), {Position(6), 0}));
    rocks.reopen();
    std::uint64_t visited = 0;
    const auto scanned =
        rocks.log().scan(domain_log(), Position(0), 100, [&](const store::EventView&) {
            ++visited;
            return store::Visit::more;
        });
    REQUIRE_FALSE(scanned.has_value());
    CHECK(scanned.error().code == ErrorCode::corrupt);
    CHECK(scanned.error().message.find("9999/domain position 6") != std::string::npos);
    CHECK(visited == 6);
    // The same when the indexes have to be built from the records.
    rocks.close();
    forget_derived_rows(directory);
    const auto rebuilt = rocks.open();
    REQUIRE_FALSE(rebuilt.has_value());
    CHECK(rebuilt.error().code == ErrorCode::corrupt);
}

TEST_CASE("A record put in another place is refused", "[fault][store]") {
    RocksUnderTest rocks;
    for (std::uint64_t i = 0; i < 10; ++i) {
        REQUIRE(rocks.log().append(one_event(i, i + 1)).has_value());
    }
    rocks.close();
    const std::string& directory = rocks.options.directory;
    const std::string other =
        stored_row(directory, "records", store::keys::record(domain_log(), {Position(2), 0}))
            .value();
    put_stored_row(
        directory, "records", store::keys::record(domain_log(), {Position(6), 0}), other
    );
    rocks.reopen();
    const auto scanned = store::read_log(rocks.log(), domain_log(), Position(0), 100);
    REQUIRE_FALSE(scanned.has_value());
    CHECK(scanned.error().code == ErrorCode::corrupt);
}

TEST_CASE("A log of a newer format is refused with both versions", "[fault][store]") {
    RocksUnderTest rocks;
    rocks.close();
    std::string row =
        stored_row(rocks.options.directory, "default", std::string(store::keys::format_key))
            .value();
    row[3] = 2;
    put_stored_row(rocks.options.directory, "default", std::string(store::keys::format_key), row);
    const auto log = rocks.open();
    REQUIRE_FALSE(log.has_value());
    CHECK(log.error().code == ErrorCode::invalid_argument);
    CHECK(log.error().message.find("format 2") != std::string::npos);
    CHECK(log.error().message.find("up to 1") != std::string::npos);
}
