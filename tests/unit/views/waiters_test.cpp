#include "views/waiters.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "base/limits.hpp"

using namespace samvev;

namespace {

struct Answers {
    std::string text;
    views::Waiters::Done as(const std::string& name) {
        return [this, name](bool reached) { text += name + (reached ? "+" : "-"); };
    }
};

void add(
    views::Waiters& waiters, std::uint64_t position, views::Waiters::Done done, std::size_t view = 0
) {
    views::Waiters::Waiter waiter{
        store::TenantId(1), view, store::Position(position), std::move(done)
    };
    REQUIRE(waiters.try_add(waiter));
}

}  // namespace

TEST_CASE("Who waits for a position is answered when the view has reached it", "[views][waiters]") {
    views::Waiters waiters;
    Answers answers;
    add(waiters, 5, answers.as("a"));
    add(waiters, 6, answers.as("b"));
    add(waiters, 5, answers.as("other-view"), 1);
    waiters.reached(store::TenantId(1), 0, store::Position(4));
    CHECK(answers.text.empty());
    waiters.reached(store::TenantId(2), 0, store::Position(9));
    CHECK(answers.text.empty());
    waiters.reached(store::TenantId(1), 0, store::Position(5));
    CHECK(answers.text == "a+");
    waiters.reached(store::TenantId(1), 0, store::Position(6));
    CHECK(answers.text == "a+b+");
}

TEST_CASE("Who has waited too long is answered no, once", "[views][waiters]") {
    views::Waiters waiters;
    Answers answers;
    const views::Waiters::Time start{};
    add(waiters, 0, answers.as("a"));
    waiters.tick(start);
    add(waiters, 0, answers.as("b"));
    waiters.tick(start + limits::at_least_wait - std::chrono::milliseconds(1));
    CHECK(answers.text.empty());
    waiters.tick(start + limits::at_least_wait);
    CHECK(answers.text == "a-");
    waiters.tick(start + 2 * limits::at_least_wait);
    CHECK(answers.text == "a-b-");
    waiters.reached(store::TenantId(1), 0, store::Position(9));
    CHECK(answers.text == "a-b-");
}

TEST_CASE("Only so many can wait", "[views][waiters]") {
    views::Waiters waiters;
    Answers answers;
    for (std::size_t i = 0; i < limits::worker_queue_max; ++i) {
        add(waiters, 1, answers.as(""));
    }
    views::Waiters::Waiter waiter{store::TenantId(1), 0, store::Position(1), answers.as("kept")};
    CHECK_FALSE(waiters.try_add(waiter));
    waiter.done(false);
    CHECK(answers.text == "kept-");
}
