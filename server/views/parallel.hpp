#pragma once

#include <cstddef>
#include <functional>

#include "base/executor.hpp"

namespace samvev::views {

// Where folding may be spread. Without an executor everything runs on the caller's thread.
struct Workers {
    base::Executor* executor = nullptr;
    std::size_t count = 1;  // threads to use, the caller's included
};

// Calls work(0) … work(count - 1), each once, on any of the workers and on the calling thread,
// and returns when all have returned. The caller takes part, so it ends even if the executor never
// runs anything. `work` must not throw.
void for_each_index(
    const Workers& workers, std::size_t count, const std::function<void(std::size_t)>& work
);

}  // namespace samvev::views
