#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace samvev::bench {

// The value below which `share` (0..1) of the samples lie; 0 without samples. Sorts them.
[[nodiscard]] inline double percentile(std::vector<double>& samples, double share) {
    if (samples.empty()) {
        return 0;
    }
    std::sort(samples.begin(), samples.end());
    const auto at = static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1));
    return samples[at];
}

}  // namespace samvev::bench
