#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace samvev::store {

// A thread that runs `step` each time it is poked, until step says there is nothing left. Pokes
// while it runs are not lost and do not pile up. [any thread]
class Background {
public:
    // `step` returns whether there is more to do.
    explicit Background(std::function<bool()> step);
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    ~Background();

    void poke();
    // Returns when step does not run any more.
    void stop();

private:
    void run();

    const std::function<bool()> step_;
    std::mutex mutex_;  // Guards poked_ and stopped_.
    std::condition_variable changed_;
    bool poked_ = false;
    bool stopped_ = false;
    std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace samvev::store
