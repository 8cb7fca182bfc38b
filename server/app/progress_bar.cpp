#include "app/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace samvev::app {
namespace {

constexpr std::chrono::milliseconds redraw_every{100};
constexpr std::string_view clear_line = "\r\x1b[K";

}  // namespace

ProgressBar::ProgressBar(std::string title)
    : title_(std::move(title)), is_terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    if (drawn_at_ != std::chrono::steady_clock::time_point()) {
        draw();
        std::cerr << std::endl;
    }
}

void ProgressBar::show(std::uint64_t done, std::uint64_t total, const std::string& words) {
    done_ = done;
    total_ = total;
    words_ = words;
    const auto now = std::chrono::steady_clock::now();
    if (is_terminal_ && now - drawn_at_ >= redraw_every) {
        drawn_at_ = now;
        draw();
    }
}

void ProgressBar::draw() {
    std::cerr << clear_line << progress_line(title_, done_, total_, words_) << std::flush;
}

std::string progress_line(
    const std::string& title, std::uint64_t done, std::uint64_t total, const std::string& words
) {
    constexpr std::uint64_t width = 30;
    constexpr std::uint64_t percent = 100;
    if (total == 0) {
        return title + "  " + words;
    }
    const std::uint64_t reached = std::min(done, total);
    // Divided first where the product could not be held.
    const auto part = [&](std::uint64_t whole) {
        return total > UINT64_MAX / whole ? reached / (total / whole) : reached * whole / total;
    };
    const auto filled = static_cast<std::size_t>(part(width));
    std::string number = std::to_string(part(percent));
    number.insert(0, number.size() < 3 ? 3 - number.size() : 0, ' ');
    return title + "  [" + std::string(filled, '#') +
           std::string(static_cast<std::size_t>(width) - filled, '-') + "] " + number + " %  " +
           words;
}

}  // namespace samvev::app
