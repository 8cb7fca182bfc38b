#include "subscriptions/page.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using subscriptions::Page;

namespace {

constexpr std::size_t budget = limits::scan_events_per_checkpoint;

store::EventView event_at(std::uint64_t position, std::uint64_t command) {
    store::EventView event;
    event.position = store::Position(position);
    event.command = store::CommandId(test::numbered_uuid(command));
    event.actor = "staff/1";
    return event;
}

// Offers events of the given size, `per_commit` to a commit, until the page is full.
void fill(Page& page, std::size_t per_commit, std::size_t bytes, std::size_t count_max = 10'000) {
    for (std::uint64_t i = 0; i < count_max; ++i) {
        const auto taken = page.take_visible(event_at(i, i / per_commit), [&](std::string& out) {
            out.append(bytes, 'x');
        });
        if (taken == Page::Take::full) {
            return;
        }
    }
}

}  // namespace

TEST_CASE("A page holds at most so many events", "[subscriptions][page]") {
    Page page(budget);
    fill(page, 1, 10);
    CHECK(page.event_count() == limits::page_events_max);
    CHECK(page.next() == store::Position(limits::page_events_max));
}

TEST_CASE("A page holds at most so many bytes", "[subscriptions][page]") {
    Page page(budget);
    fill(page, 1, 10'000);
    CHECK(page.events().size() < limits::page_bytes_max);
    CHECK(page.events().size() > limits::page_bytes_max - 11'000);
}

TEST_CASE(
    "A commit that has no room left in the page waits for the next", "[subscriptions][page]"
) {
    Page by_count(budget);
    fill(by_count, 100, 10);
    CHECK(by_count.event_count() == 200);
    CHECK(by_count.next() == store::Position(200));
    CHECK(by_count.events().size() == 200 * 10 + 199);

    Page by_bytes(budget);
    fill(by_bytes, 10, 10'000);
    CHECK(by_bytes.event_count() == 20);
    CHECK(by_bytes.next() == store::Position(20));
}

TEST_CASE("A commit that ends exactly with the page is whole", "[subscriptions][page]") {
    Page page(budget);
    fill(page, 128, 10);
    CHECK(page.event_count() == 256);
}

TEST_CASE("A commit larger than a page is split", "[subscriptions][page]") {
    Page page(budget);
    fill(page, 200, 10'000);
    CHECK(page.event_count() == 26);
    CHECK(page.next() == store::Position(26));
}

TEST_CASE("An event larger than a page is sent alone", "[subscriptions][page]") {
    Page page(budget);
    fill(page, 1, limits::page_bytes_max + 1000);
    CHECK(page.event_count() == 1);
    CHECK(page.next() == store::Position(1));
}

TEST_CASE("Invisible events use up the scan, to the end of their commit", "[subscriptions][page]") {
    Page page(10);
    std::uint64_t position = 0;
    while (page.take_invisible(event_at(position, position / 4)) == Page::Take::taken) {
        ++position;
    }
    CHECK(page.next() == store::Position(12));
    CHECK(page.invisible_count() == 12);
    CHECK(page.event_count() == 0);
}

TEST_CASE("The server's own commits are told apart by their time", "[subscriptions][page]") {
    Page page(budget);
    store::EventView event = event_at(0, 0);
    for (std::uint64_t i = 0; i < 300; ++i) {
        event.position = store::Position(i);
        event.command = store::CommandId();
        event.recorded_at = base::Timestamp(std::chrono::microseconds(i / 200));
        if (page.take_visible(event, [](std::string& out) { out.append("{}"); }) ==
            Page::Take::full) {
            break;
        }
    }
    CHECK(page.event_count() == 200);
}
