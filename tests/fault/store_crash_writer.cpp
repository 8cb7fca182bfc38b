// The process that store_crash_test kills: appends from several threads as fast as it can and
// writes each acknowledgement to standard output, as two u64 of this machine: number of the
// command, position of its last event.
//
//   store_crash_writer DIRECTORY SEED FIRST_COMMAND

#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "store/event_log.hpp"
#include "support/crash_commits.hpp"

namespace {

using namespace samvev;

constexpr std::uint64_t threads = 4;

void acknowledge(std::uint64_t command, std::uint64_t position) {
    const std::array<std::uint64_t, 2> line{command, position};
    // Less than PIPE_BUF: written whole or not at all.
    if (write(STDOUT_FILENO, line.data(), sizeof line) != sizeof line) {
        std::_Exit(3);
    }
}

void run(store::EventLog& log, std::uint64_t seed, std::uint64_t first_command) {
    std::mt19937_64 random(seed);
    for (std::uint64_t command = first_command;; command += threads) {
        const std::uint64_t shape = random();
        if (random() % 2 == 0) {
            const Result<store::Committed> result = log.append(test::crash_commit(command, shape));
            if (result) {
                acknowledge(command, result->position.value());
            }
            continue;
        }
        log.submit(test::crash_commit(command, shape), [command](Result<store::Committed> result) {
            if (result) {
                acknowledge(command, result->position.value());
            }
        });
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        return 2;
    }
    store::RocksOptions options;
    options.directory = argv[1];
    const std::uint64_t seed = std::stoull(argv[2]);
    const std::uint64_t first = std::stoull(argv[3]);
    Result<std::unique_ptr<store::EventLog>> log = store::open_rocks_event_log(options);
    if (!log) {
        std::fprintf(stderr, "%s\n", log.error().message.c_str());
        return 4;
    }
    std::vector<std::thread> writers;
    for (std::uint64_t i = 0; i < threads; ++i) {
        writers.emplace_back([&, i] { run(**log, seed + i, first + i); });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    return 0;
}
