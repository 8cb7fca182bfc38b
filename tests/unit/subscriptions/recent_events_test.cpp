#include "subscriptions/recent_events.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"

using namespace samvev;
using store::Position;
using subscriptions::RecentBudget;
using subscriptions::RecentEvent;
using subscriptions::RecentEvents;

namespace {

subscriptions::RecentEventPtr event_at(std::uint64_t position, std::size_t bytes) {
    store::EventView view;
    view.position = Position(position);
    return std::make_shared<const RecentEvent>(
        RecentEvent{store::RecordedEvent(nullptr, view), std::string(bytes, 'x')}
    );
}

struct Holder final : RecentBudget::Holder {
    void drop_recent() override { ++dropped; }
    int dropped = 0;
};

}  // namespace

TEST_CASE("Recent events are the last ones, without gaps", "[subscriptions][recent]") {
    RecentEvents recent;
    recent.restart(Position(10));
    for (std::uint64_t i = 10; i < 10'000; ++i) {
        recent.append(event_at(i, 20));
    }
    CHECK(recent.next() == Position(10'000));
    CHECK(recent.first() == Position(10'000 - limits::recent_events_max));
    CHECK(recent.at(Position(9'500))->event->position == Position(9'500));
    recent.clear();
    CHECK(recent.first() == Position(10'000));
    CHECK(recent.bytes() == 0);
}

TEST_CASE("Recent events of one tenant have a maximum of bytes", "[subscriptions][recent]") {
    RecentEvents recent;
    for (std::uint64_t i = 0; i < 500; ++i) {
        recent.append(event_at(i, 60'000));
        CHECK(recent.bytes() <= limits::recent_bytes_max);
    }
    CHECK(recent.first() > Position(400));
}

TEST_CASE("All tenants share one budget, and the silent pay", "[subscriptions][recent]") {
    constexpr std::size_t third = limits::recent_bytes_max_all / 3;
    RecentBudget budget;
    Holder silent;
    Holder busy;
    Holder other;
    budget.holds(silent, third);
    budget.holds(busy, third);
    budget.holds(other, third);
    CHECK(silent.dropped + busy.dropped + other.dropped == 0);
    for (int i = 0; i < 3; ++i) {
        budget.holds(busy, third + 100);
    }
    CHECK(silent.dropped == 1);
    CHECK(busy.dropped + other.dropped == 0);
    budget.holds(other, 0);
    budget.holds(silent, third);
    budget.holds(busy, third + 100);
    CHECK(silent.dropped == 1);
}
