#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace samvev::app {

// One line on stderr that is written over, for work of unknown length; silent when stderr is no
// terminal. Not thread-safe.
class ProgressBar {
public:
    explicit ProgressBar(std::string title);
    ~ProgressBar();  // leaves the last state standing, on a line of its own
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    // `done` of `total` (0: unknown) and a few words. Redrawn at most ten times a second.
    void show(std::uint64_t done, std::uint64_t total, const std::string& words);

private:
    void draw();

    std::string title_;
    bool is_terminal_;
    std::uint64_t done_ = 0;
    std::uint64_t total_ = 0;
    std::string words_;
    std::chrono::steady_clock::time_point drawn_at_{};
};

// "Fjordvik  [##########----------]  50 %  717 cases".
[[nodiscard]] std::string progress_line(
    const std::string& title, std::uint64_t done, std::uint64_t total, const std::string& words
);

}  // namespace samvev::app
