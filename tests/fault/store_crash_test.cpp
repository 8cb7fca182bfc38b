#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "store/event_log.hpp"
#include "support/crash_commits.hpp"
#include "support/random_seed.hpp"
#include "support/store_commits.hpp"
#include "support/stored_rows.hpp"
#include "support/temporary_directory.hpp"

using namespace samvev;
using namespace samvev::test;
using store::EventView;
using store::Position;
using store::Revision;
using store::Visit;

namespace {

using Acknowledgements = std::map<std::uint64_t, std::uint64_t>;  // command → position

// A writer process. What it acknowledged is read from its standard output.
class Writer {
public:
    Writer(const std::string& directory, std::uint64_t seed, std::uint64_t first_command) {
        std::array<int, 2> ends{};
        REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
        read_end_ = ends[0];
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::string program = SAMVEV_CRASH_WRITER;
        std::string path = directory;
        std::string seed_text = std::to_string(seed);
        std::string first = std::to_string(first_command);
        std::array<char*, 5> arguments{
            program.data(), path.data(), seed_text.data(), first.data(), nullptr
        };
        const int spawned =
            posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        REQUIRE(spawned == 0);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() { close(read_end_); }

    // Waits for the first acknowledgement (the process is up), then for `more` milliseconds.
    void read_for(std::chrono::milliseconds more, Acknowledgements& into) {
        REQUIRE(read_one(std::chrono::seconds(60), into));
        const auto end = std::chrono::steady_clock::now() + more;
        while (std::chrono::steady_clock::now() < end) {
            read_one(std::chrono::milliseconds(1), into);
        }
    }

    void kill_now(Acknowledgements& into) {
        REQUIRE(kill(process_, SIGKILL) == 0);
        int status = 0;
        REQUIRE(waitpid(process_, &status, 0) == process_);
        REQUIRE(WIFSIGNALED(status));
        while (read_one(std::chrono::milliseconds(0), into)) {
        }
    }

private:
    bool read_one(std::chrono::milliseconds wait, Acknowledgements& into) {
        pollfd waiting{read_end_, POLLIN, 0};
        if (poll(&waiting, 1, static_cast<int>(wait.count())) <= 0) {
            return false;
        }
        std::array<std::uint64_t, 2> line{};
        if (read(read_end_, line.data(), sizeof line) != sizeof line) {
            return false;
        }
        into[line[0]] = line[1];
        return true;
    }

    pid_t process_ = 0;
    int read_end_ = -1;
};

std::vector<store::LogId> both_logs() {
    return {crash_log(0), crash_log(1)};
}

// The history is whole: positions and revisions without gaps, commits complete, indexes in
// agreement.
void check_history(const store::EventLog& log) {
    for (const store::LogId id : both_logs()) {
        std::map<store::StreamId, std::uint64_t> next;
        std::map<std::string, std::uint64_t> events_of;
        std::uint64_t position = 0;
        bool in_order = true;
        REQUIRE(log.scan(
                       id, Position(0), SIZE_MAX,
                       [&](const EventView& event) {
                           in_order = in_order && event.position == Position(position++);
                           in_order =
                               in_order && event.revision == Revision(next[event.stream()]++);
                           const std::string_view label =
                               event.payload.substr(0, event.payload.find('.'));
                           ++events_of[std::string(label)];
                           return Visit::more;
                       }
        ).has_value());
        REQUIRE(in_order);
        REQUIRE(Position(position) == log.head(id).next);
        for (const auto& [label, count] : events_of) {
            CAPTURE(label);
            REQUIRE(std::stoull(label.substr(label.find('/') + 1)) == count);
            const std::uint64_t command = std::stoull(label);
            REQUIRE(log.find_result(id, crash_command(command)).value().has_value());
        }
        for (const auto& [stream, count] : next) {
            std::uint64_t revision = 0;
            REQUIRE(log.scan_stream(
                           id, stream, Revision(0), SIZE_MAX,
                           [&](const EventView& event) {
                               in_order = in_order && event.revision == Revision(revision++) &&
                                          event.stream() == stream;
                               return Visit::more;
                           }
            ).has_value());
            REQUIRE(in_order);
            REQUIRE(revision == count);
        }
    }
}

void check_acknowledged(const store::EventLog& log, const Acknowledgements& acknowledged) {
    for (const auto& [command, position] : acknowledged) {
        CAPTURE(command, position);
        bool found = false;
        for (const store::LogId id : both_logs()) {
            const auto result = log.find_result(id, crash_command(command));
            REQUIRE(result.has_value());
            if (*result && (*result)->position == Position(position)) {
                const auto event = store::read_log(log, id, Position(position), 1).value();
                found = found || event.at(0)->command == crash_command(command).id;
            }
        }
        REQUIRE(found);
    }
}

}  // namespace

TEST_CASE(
    "Killed at any instant, everything acknowledged is there and nothing is half", "[fault][store]"
) {
    const std::uint64_t seed = random_seed("store crash");
    const char* const wanted = std::getenv("SAMVEV_CRASH_ROUNDS");
    const int rounds = wanted != nullptr ? std::stoi(wanted) : 12;
    std::mt19937_64 random(seed);
    const TemporaryDirectory directory;
    const std::string path = directory.path() + "/log";
    Acknowledgements acknowledged;
    std::uint64_t first_command = 1;
    store::RocksOptions options;
    options.directory = path;
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(seed, round);
        {
            Writer writer(path, random(), first_command);
            writer.read_for(std::chrono::milliseconds(random() % 400), acknowledged);
            writer.kill_now(acknowledged);
        }
        first_command += 10'000'000;
        // Half of the rounds the next writer recovers on its own and is killed again.
        if (round % 2 == 0 && round + 1 < rounds) {
            continue;
        }
        const auto log = store::open_rocks_event_log(options);
        REQUIRE(log.has_value());
        check_history(**log);
        check_acknowledged(**log, acknowledged);
    }
    CHECK(acknowledged.size() > static_cast<std::size_t>(rounds));

    // Closed cleanly above: the indexes must be what the records alone give.
    const std::string grown = derived_rows(path);
    const std::string copy = directory.path() + "/copy";
    std::filesystem::copy(path, copy, std::filesystem::copy_options::recursive);
    forget_derived_rows(copy);
    options.directory = copy;
    {
        const auto rebuilt = store::open_rocks_event_log(options);
        REQUIRE(rebuilt.has_value());
        check_history(**rebuilt);
    }
    CHECK(base::sha256(derived_rows(copy)) == base::sha256(grown));
}
