#include "views/parallel.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <vector>

using namespace samvev;

namespace {

// How often each index was worked on.
std::vector<int> run(const views::Workers& workers, std::size_t count) {
    std::vector<std::atomic<int>> hits(count);
    views::for_each_index(workers, count, [&hits](std::size_t i) { ++hits[i]; });
    return {hits.begin(), hits.end()};
}

class FullExecutor final : public base::Executor {
public:
    bool try_post(Work) override { return false; }
};

}  // namespace

TEST_CASE("Every index is worked on once, whatever the workers", "[views][parallel]") {
    const auto pool = base::make_thread_pool(3, 64);
    base::InlineExecutor inline_executor;
    FullExecutor full;
    base::Executor* const executors[] = {nullptr, pool.get(), &inline_executor, &full};
    for (base::Executor* const executor : executors) {
        for (const std::size_t threads : {1U, 2U, 5U}) {
            for (const std::size_t count : {0U, 1U, 31U, 32U, 33U, 1000U}) {
                CHECK(run({executor, threads}, count) == std::vector<int>(count, 1));
            }
        }
    }
}

TEST_CASE(
    "It ends even if the helpers never come, and they find nothing when they do",
    "[views][parallel]"
) {
    base::ManualExecutor manual;
    CHECK(run({&manual, 3}, 100) == std::vector<int>(100, 1));
    CHECK(manual.drain() == 2);
}
