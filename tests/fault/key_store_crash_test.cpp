#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <rocksdb/env.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>

#include "support/failing_files.hpp"
#include "support/key_store_acknowledgement.hpp"
#include "support/keys_under_test.hpp"
#include "support/random_seed.hpp"

using namespace samvev;
using namespace samvev::test;
using store::KeyId;
using store::KeyState;

namespace {

// A process that works in the key store until it has done what it should, kills itself or is
// killed.
class Worker {
public:
    Worker(std::string directory, std::string mode, int step, std::uint64_t seed) {
        std::array<int, 2> ends{};
        REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
        read_end_ = ends[0];
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::string program = SAMVEV_KEY_STORE_WRITER;
        std::string step_text = std::to_string(step);
        std::string seed_text = std::to_string(seed);
        std::array<char*, 6> arguments{program.data(),   directory.data(), mode.data(),
                                       step_text.data(), seed_text.data(), nullptr};
        const int spawned =
            posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        REQUIRE(spawned == 0);
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() { close(read_end_); }

    // True when it ended by itself, false when it was killed.
    bool wait() {
        int status = 0;
        REQUIRE(waitpid(process_, &status, 0) == process_);
        if (WIFSIGNALED(status)) {
            REQUIRE(WTERMSIG(status) == SIGKILL);
            return false;
        }
        REQUIRE(WEXITSTATUS(status) == 0);
        return true;
    }
    void kill_now() { REQUIRE(kill(process_, SIGKILL) == 0); }

    bool read_one(std::chrono::milliseconds wait, KeyStoreAcknowledgement& into) {
        pollfd waiting{read_end_, POLLIN, 0};
        return poll(&waiting, 1, static_cast<int>(wait.count())) > 0 &&
               read(read_end_, &into, sizeof into) == sizeof into;
    }

private:
    pid_t process_ = 0;
    int read_end_ = -1;
};

// What the processes that were killed had answered.
struct Answers {
    struct Key {
        std::uint64_t stream;
        base::Digest commitment;
    };
    std::map<KeyId, Key> keys;
    std::set<std::uint64_t> erased;

    void add(const KeyStoreAcknowledgement& done) {
        if (done.what == KeyStoreAcknowledgement::What::erased) {
            erased.insert(done.stream);
            return;
        }
        // What is erased is never sealed for again.
        REQUIRE_FALSE(erased.contains(done.stream));
        const KeyId id(std::string(done.key.begin(), done.key.end()));
        const auto [at, is_new] = keys.emplace(id, Key{done.stream, done.commitment});
        REQUIRE(at->second.stream == done.stream);
        REQUIRE(at->second.commitment == done.commitment);
    }
};

void check(store::KeyStore& keys, const Answers& answers) {
    for (const auto& [id, key] : answers.keys) {
        CAPTURE(id.value(), key.stream);
        const store::KeyOwner owner = owner_of(key.stream);
        const auto opened = keys.key_to_open(owner, id);
        REQUIRE(opened.has_value());
        REQUIRE((*opened == nullptr) == keys.is_closed(owner));
        REQUIRE((*opened == nullptr || (*opened)->commitment() == key.commitment));
    }
    for (std::uint64_t stream = 0; stream < key_store_streams; ++stream) {
        CAPTURE(stream);
        const KeyState state = keys.stream_keys(owner_of(stream)).value().state;
        REQUIRE(state != KeyState::fenced);
        REQUIRE(keys.is_closed(owner_of(stream)) == (state == KeyState::destroyed));
        if (answers.erased.contains(stream)) {
            REQUIRE(state == KeyState::destroyed);
            REQUIRE(keys.key_to_seal(owner_of(stream)).error().code == ErrorCode::gone);
        }
    }
}

}  // namespace

TEST_CASE("An erasure that was killed at any step is finished or not begun", "[fault][keys]") {
    bool done = false;
    for (int step = 1; !done; ++step) {
        CAPTURE(step);
        REQUIRE(step < 20);
        KeysUnderTest f;
        const KeyId key = f.keys().key_to_seal(owner_of(1)).value()->id();
        const KeyId other = f.keys().key_to_seal(owner_of(2)).value()->id();
        f.close();
        const std::string wrapped = wrapped_key(f.options.directory, key);
        done = Worker(f.directory(), "erase", step, 0).wait();
        f.reopen();
        const bool erased = f.keys().is_closed(owner_of(1));
        CHECK((erased || step == 1));  // Killed before it began.
        CHECK((f.keys().key_to_open(owner_of(1), key).value() == nullptr) == erased);
        CHECK(files_with(f.directory(), wrapped).empty() == erased);
        CHECK(f.keys().register_text().empty() != erased);
        CHECK(f.keys().key_to_open(owner_of(2), other).value() != nullptr);
    }
}

TEST_CASE("A rotation that was killed at any step loses no key and goes on", "[fault][keys]") {
    const auto next = master_of(2);
    bool done = false;
    for (int step = 1; !done; ++step) {
        CAPTURE(step);
        REQUIRE(step < 20);
        KeysUnderTest f;
        const auto key = f.keys().key_to_seal(owner_of(1)).value();
        f.close();
        const std::string wrapped = wrapped_key(f.options.directory, key->id());
        done = Worker(f.directory(), "rotate", step, 0).wait();
        f.options.masters = {next.get(), f.master.get()};
        f.reopen();
        CHECK(
            f.keys().key_to_open(owner_of(1), key->id()).value()->commitment() == key->commitment()
        );
        for (std::size_t count = 1; count != 0;) {
            count = f.keys().rewrap(3).value();
        }
        CHECK(files_with(f.directory(), wrapped).empty());
        f.options.masters = {next.get()};
        f.reopen();
        CHECK(
            f.keys().key_to_open(owner_of(1), key->id()).value()->commitment() == key->commitment()
        );
    }
}

TEST_CASE(
    "Killed at any instant, every key that was used is there and none that was erased",
    "[fault][keys]"
) {
    const std::uint64_t seed = random_seed("key store crash");
    const char* const wanted = std::getenv("SAMVEV_CRASH_ROUNDS");
    const int rounds = wanted != nullptr ? std::stoi(wanted) : 12;
    std::mt19937_64 random(seed);
    KeysUnderTest f;
    f.close();
    const auto second = master_of(2);
    f.options.masters = {f.master.get(), second.get()};
    Answers answers;
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(seed, round);
        Worker worker(f.directory(), "work", 0, random());
        KeyStoreAcknowledgement done;
        REQUIRE(worker.read_one(std::chrono::seconds(60), done));
        answers.add(done);
        const auto end =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(random() % 300);
        while (std::chrono::steady_clock::now() < end) {
            if (worker.read_one(std::chrono::milliseconds(1), done)) {
                answers.add(done);
            }
        }
        worker.kill_now();
        REQUIRE_FALSE(worker.wait());
        while (worker.read_one(std::chrono::milliseconds(0), done)) {
            answers.add(done);
        }
        // Half of the rounds the next process recovers on its own and is killed again.
        if (round % 2 == 1) {
            f.reopen();
            check(f.keys(), answers);
            f.close();
        }
    }
    CHECK(answers.keys.size() >= static_cast<std::size_t>(rounds) / 2);
}

TEST_CASE("A power cut takes no key that an envelope names, and gives none back", "[fault][keys]") {
    const std::uint64_t seed = random_seed("key store power cut");
    std::mt19937_64 random(seed);
    CAPTURE(seed);
    FileFaults faults;
    const auto env = make_failing_env(faults);
    KeysUnderTest f;
    f.options.env = env.get();
    f.reopen();
    Answers answers;
    for (int round = 0; round < 20; ++round) {
        for (std::uint64_t count = random() % 40; count > 0; --count) {
            const std::uint64_t stream = random() % key_store_streams;
            const store::KeyOwner owner = owner_of(stream);
            if (random() % 20 == 0) {
                REQUIRE(f.keys().erase(erasure_of(stream)).has_value());
                answers.erased.insert(stream);
            } else if (const auto key = f.keys().key_to_seal(owner)) {
                answers.keys.insert_or_assign(
                    (*key)->id(), Answers::Key{stream, (*key)->commitment()}
                );
            } else {
                REQUIRE(key.error().code == ErrorCode::gone);
            }
        }
        f.close();
        faults.lose_unsynced();
        f.reopen();
        if (round % 2 == 1) {
            check(f.keys(), answers);
        }
    }
}
