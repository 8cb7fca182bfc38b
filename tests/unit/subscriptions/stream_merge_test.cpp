#include "subscriptions/stream_merge.hpp"

#include <catch2/catch.hpp>

#include "support/random_seed.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using store::Position;
using store::Revision;
using subscriptions::StreamCursor;
using subscriptions::StreamMerge;

namespace {

// Commits of one to four events to one to three of `stream_count` streams.
void write_commits(
    store::EventLog& log, std::mt19937_64& random, std::size_t count, std::size_t stream_count
) {
    static std::uint64_t id = 1'000'000;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<store::StreamWrite> writes;
        const std::size_t first = test::below(random, stream_count);
        for (std::size_t s = 0; s <= test::below(random, 3) && s < stream_count; ++s) {
            const std::size_t events = 1 + test::below(random, 4);
            writes.push_back(
                {test::case_stream((first + s) % stream_count), store::ExpectedRevision::any(),
                 test::new_events(id, events)}
            );
            id += events;
        }
        REQUIRE(log.append(test::with_command(test::commit_of(std::move(writes)), id)).has_value());
    }
}

std::vector<StreamCursor> cursors_of(std::initializer_list<std::uint64_t> streams) {
    std::vector<StreamCursor> cursors;
    for (const std::uint64_t stream : streams) {
        cursors.push_back({test::case_stream(stream), std::nullopt});
    }
    return cursors;
}

// What the merge must give, from the log itself.
std::vector<std::uint64_t> expected_positions(
    const store::EventLog& log, const std::vector<StreamCursor>& cursors, std::uint64_t from,
    std::uint64_t end
) {
    std::vector<std::uint64_t> positions;
    const auto scanned =
        log.scan(test::domain_log(), Position(from), SIZE_MAX, [&](const store::EventView& event) {
            for (const StreamCursor& cursor : cursors) {
                if (event.stream() == cursor.stream && event.position.value() < end) {
                    positions.push_back(event.position.value());
                }
            }
            return store::Visit::more;
        });
    REQUIRE(scanned.has_value());
    return positions;
}

}  // namespace

TEST_CASE("find_revision finds where a position falls in a stream", "[subscriptions][merge]") {
    const auto log = store::make_memory_event_log();
    std::mt19937_64 random(test::random_seed("find_revision"));
    write_commits(*log, random, 60, 5);
    const auto end = log->head(test::domain_log()).next.value();
    for (std::uint64_t stream = 0; stream < 5; ++stream) {
        const auto all = expected_positions(*log, cursors_of({stream}), 0, end);
        if (all.empty()) {
            continue;
        }
        for (std::uint64_t from = 0; from <= end + 1; ++from) {
            std::uint64_t expected = 0;
            while (expected < all.size() && all[expected] < from) {
                ++expected;
            }
            const auto found = subscriptions::find_revision(
                *log, test::domain_log(), test::case_stream(stream), Position(from)
            );
            REQUIRE(found.has_value());
            CHECK(*found == Revision(expected));
        }
    }
    const auto none =
        subscriptions::find_revision(*log, test::domain_log(), test::case_stream(77), Position(0));
    REQUIRE(none.has_value());
    CHECK_FALSE(none->has_value());
}

TEST_CASE("Several streams come in the order of the log, below the end", "[subscriptions][merge]") {
    const auto log = store::make_memory_event_log();
    std::mt19937_64 random(test::random_seed("stream_merge"));
    write_commits(*log, random, 300, 8);
    const auto head = log->head(test::domain_log()).next.value();
    for (int round = 0; round < 50; ++round) {
        const std::uint64_t from = test::below(random, head);
        const std::uint64_t end = from + test::below(random, head - from + 1);
        auto cursors = cursors_of({1, 3, 4, 7, 99});
        StreamMerge merge(*log, test::domain_log(), cursors);
        std::vector<std::uint64_t> got;
        const auto all =
            merge.visit(Position(from), Position(end), [&](const store::EventView& event) {
                got.push_back(event.position.value());
                return store::Visit::more;
            });
        REQUIRE(all.has_value());
        CHECK(*all);
        CHECK(got == expected_positions(*log, cursors, from, end));
    }
}

TEST_CASE("After a rewind the merge goes on exactly there", "[subscriptions][merge]") {
    const auto log = store::make_memory_event_log();
    std::mt19937_64 random(test::random_seed("stream_merge_rewind"));
    write_commits(*log, random, 300, 6);
    const auto head = log->head(test::domain_log()).next;
    for (int round = 0; round < 30; ++round) {
        auto cursors = cursors_of({0, 2, 5});
        std::vector<std::uint64_t> got;
        Position next(0);
        bool at_end = false;
        while (!at_end) {
            StreamMerge merge(*log, test::domain_log(), cursors);
            std::vector<std::uint64_t> page;
            const std::size_t stop_after = 1 + test::below(random, 40);
            const auto all = merge.visit(next, head, [&](const store::EventView& event) {
                page.push_back(event.position.value());
                return page.size() == stop_after ? store::Visit::stop : store::Visit::more;
            });
            REQUIRE(all.has_value());
            at_end = *all;
            // Some of what was visited is not used.
            const std::size_t unused = at_end ? 0 : test::below(random, page.size());
            page.resize(page.size() - unused);
            got.insert(got.end(), page.begin(), page.end());
            next = at_end ? head : page.empty() ? next : Position(page.back()).next();
            merge.rewind(next);
        }
        CHECK(got == expected_positions(*log, cursors, 0, head.value()));
    }
}
