#include <catch2/catch.hpp>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "store/table.hpp"
#include "support/random_seed.hpp"
#include "support/temporary_directory.hpp"

using namespace samvev;
using namespace samvev::test;
using store::Table;
using store::TableBatch;

namespace {

struct Subject {
    std::string name;
    std::unique_ptr<TemporaryDirectory> directory;
    std::unique_ptr<Table> table;

    void reopen() {
        if (directory) {
            table.reset();
            table = std::move(store::open_rocks_table(directory->path() + "/table").value());
        }
    }
};

std::vector<Subject> subjects() {
    std::vector<Subject> out;
    out.push_back({"memory", nullptr, store::make_memory_table()});
    out.push_back({"rocks", std::make_unique<TemporaryDirectory>(), nullptr});
    out.back().reopen();
    return out;
}

std::string rows(
    const Table& table, std::string_view from, std::string_view end, bool back = false,
    std::size_t limit = 1000
) {
    std::string out;
    const auto visit = [&](std::string_view key, std::string_view value) {
        out += std::string(key) + "=" + std::string(value) + " ";
        return --limit > 0;
    };
    REQUIRE((back ? table.scan_back(from, end, visit) : table.scan(from, end, visit)).has_value());
    return out;
}

}  // namespace

TEST_CASE("A table puts, removes and scans in byte order", "[contract][table]") {
    for (Subject& subject : subjects()) {
        DYNAMIC_SECTION(subject.name) {
            TableBatch batch;
            batch.put("b", "2");
            batch.put("a", "1");
            batch.put(std::string("a\0z", 3), "0");
            batch.put("\xff", "9");
            batch.put("c", "");
            REQUIRE(subject.table->write(batch).has_value());
            subject.reopen();
            const Table& table = *subject.table;
            CHECK(table.get("a").value() == "1");
            CHECK(table.get("c").value() == "");
            CHECK_FALSE(table.get("d").value().has_value());
            CHECK(rows(table, "a", "c") == std::string("a=1 a\0z=0 b=2 ", 14));
            CHECK(rows(table, "a", "\xff\xff") == std::string("a=1 a\0z=0 b=2 c= \xff=9 ", 21));
            CHECK(rows(table, "a", "c", true) == std::string("b=2 a\0z=0 a=1 ", 14));
            CHECK(rows(table, "a", "z", true, 2) == "c= b=2 ");
            CHECK(rows(table, "a", "z", false, 1) == "a=1 ");
            CHECK(rows(table, "c", "a").empty());
            CHECK(rows(table, "b", "b").empty());
        }
    }
}

TEST_CASE("The changes of a batch take effect in order", "[contract][table]") {
    for (Subject& subject : subjects()) {
        DYNAMIC_SECTION(subject.name) {
            TableBatch batch;
            batch.put("a", "1");
            batch.put("b", "1");
            batch.put("c", "1");
            batch.remove("a");
            batch.put("a", "2");
            batch.remove_range("b", "c");
            batch.put("bb", "2");
            batch.remove("not there");
            batch.remove_range("z", "a");
            REQUIRE(subject.table->write(batch).has_value());
            CHECK(rows(*subject.table, "", "z") == "a=2 bb=2 c=1 ");
        }
    }
}

TEST_CASE("A visitor may read and write the table, and sees one moment", "[contract][table]") {
    for (Subject& subject : subjects()) {
        DYNAMIC_SECTION(subject.name) {
            TableBatch batch;
            batch.put("a", "1");
            batch.put("b", "1");
            REQUIRE(subject.table->write(batch).has_value());
            std::string seen;
            REQUIRE(subject.table
                        ->scan(
                            "a", "z",
                            [&](std::string_view key, std::string_view value) {
                                TableBatch change;
                                change.put("b", "2");
                                change.put("c", "2");
                                seen += std::string(key) + std::string(value);
                                return subject.table->write(change).has_value();
                            }
                        )
                        .has_value());
            CHECK(seen == "a1b1");
            CHECK(rows(*subject.table, "a", "z") == "a=1 b=2 c=2 ");
        }
    }
}

TEST_CASE("Both tables hold the same after random changes", "[contract][table]") {
    std::mt19937_64 random(random_seed("tables"));
    std::vector<Subject> both = subjects();
    const auto key = [&random] {
        return std::string(1 + random() % 3, static_cast<char>('a' + random() % 4));
    };
    for (int round = 0; round < 300; ++round) {
        TableBatch batch;
        for (std::uint64_t left = 1 + random() % 5; left > 0; --left) {
            switch (random() % 4) {
                case 0:
                    batch.remove(key());
                    break;
                case 1: {
                    std::string from = key();
                    batch.remove_range(std::move(from), key());
                    break;
                }
                default: {
                    std::string put = key();
                    batch.put(std::move(put), std::to_string(random() % 1000));
                }
            }
        }
        for (Subject& subject : both) {
            REQUIRE(subject.table->write(batch).has_value());
            if (round % 100 == 99) {
                subject.reopen();
            }
        }
        const std::string from = key();
        const std::string end = key() + "~";
        REQUIRE(rows(*both[0].table, from, end) == rows(*both[1].table, from, end));
        REQUIRE(rows(*both[0].table, from, end, true) == rows(*both[1].table, from, end, true));
    }
}
