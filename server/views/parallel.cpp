#include "views/parallel.hpp"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace samvev::views {
namespace {

// Below this the hand-over costs more than it gives.
constexpr std::size_t chunk_size = 32;

// Shared by the helpers: one that starts after everything is done must still find it.
struct Job {
    std::size_t count = 0;
    const std::function<void(std::size_t)>* work = nullptr;  // Valid while done < count.
    std::mutex mutex;                                        // Guards next and done.
    std::condition_variable all_done;
    std::size_t next = 0;
    std::size_t done = 0;

    void take_part() {
        for (;;) {
            std::size_t from = 0;
            std::size_t end = 0;
            {
                const std::lock_guard lock(mutex);
                from = next;
                end = std::min(count, from + chunk_size);
                next = end;
            }
            if (from == end) {
                return;
            }
            for (std::size_t i = from; i < end; ++i) {
                (*work)(i);
            }
            const std::lock_guard lock(mutex);
            done += end - from;
            if (done == count) {
                all_done.notify_all();
            }
        }
    }
};

}  // namespace

void for_each_index(
    const Workers& workers, std::size_t count, const std::function<void(std::size_t)>& work
) {
    const std::size_t chunks = (count + chunk_size - 1) / chunk_size;
    const std::size_t helpers = std::min(workers.count, chunks);
    if (workers.executor == nullptr || helpers < 2) {
        for (std::size_t i = 0; i < count; ++i) {
            work(i);
        }
        return;
    }
    const auto job = std::make_shared<Job>();
    job->count = count;
    job->work = &work;
    for (std::size_t i = 1; i < helpers; ++i) {
        if (!workers.executor->try_post([job] { job->take_part(); })) {
            break;  // Busy: what nobody helps with is done here.
        }
    }
    job->take_part();
    std::unique_lock lock(job->mutex);
    job->all_done.wait(lock, [&] { return job->done == job->count; });
}

}  // namespace samvev::views
