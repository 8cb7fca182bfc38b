// The process that key_store_crash_test kills, or that kills itself at the STEP-th named step of
// the key store (0: it does not). In DIRECTORY it does what MODE says:
//
//   erase     erases stream 1
//   rotate    wraps every key anew with the second master key
//   work      seals, renews, erases and wraps at random from SEED, and writes to standard output
//             what has been done (key_store_acknowledgement.hpp)
//
//   key_store_crash_writer DIRECTORY MODE STEP SEED

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "support/key_store_acknowledgement.hpp"
#include "support/keys_under_test.hpp"

namespace {

using namespace samvev;
using test::KeyStoreAcknowledgement;

void acknowledge(const KeyStoreAcknowledgement& done) {
    if (write(STDOUT_FILENO, &done, sizeof done) != sizeof done) {
        std::_Exit(3);
    }
}

KeyStoreAcknowledgement sealed_with(std::uint64_t stream, const store::SealingKey& key) {
    KeyStoreAcknowledgement out;
    out.what = KeyStoreAcknowledgement::What::sealed;
    out.stream = stream;
    std::memcpy(out.key.data(), key.id().value().data(), out.key.size());
    out.commitment = key.commitment();
    return out;
}

void work(store::KeyStore& keys, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (;;) {
        const std::uint64_t stream = random() % test::key_store_streams;
        const std::uint64_t what = random() % 100;
        if (what < 70) {
            const auto key = keys.key_to_seal(test::owner_of(stream));
            if (key) {
                acknowledge(sealed_with(stream, **key));
            }
        } else if (what < 85) {
            static_cast<void>(keys.renew(test::owner_of(stream)));
        } else if (what < 95) {
            static_cast<void>(keys.rewrap(3));
        } else if (keys.erase(test::erasure_of(stream))) {
            acknowledge({KeyStoreAcknowledgement::What::erased, stream, {}, {}});
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        return 2;
    }
    const std::string mode = argv[2];
    long steps_left = std::stol(argv[3]);
    const auto first = test::master_of(1);
    const auto second = test::master_of(2);
    store::SystemRandom random;
    // Whoever works at random rotates back and forth.
    const std::uint64_t seed = std::stoull(argv[4]);
    const bool rotated = mode == "rotate" || (mode == "work" && seed % 2 == 0);
    const auto masters =
        rotated ? std::vector{second.get(), first.get()} : std::vector{first.get(), second.get()};
    store::KeyStoreOptions options = test::key_options(argv[1], masters, random);
    options.at_step = [&steps_left](std::string_view) {
        if (--steps_left == 0) {
            raise(SIGKILL);
        }
    };
    const auto keys = store::open_key_store(options);
    if (!keys) {
        std::fprintf(stderr, "%s\n", keys.error().message.c_str());
        return 4;
    }
    if (mode == "erase") {
        return (*keys)->erase(test::erasure_of(1)) ? 0 : 5;
    }
    if (mode == "rotate") {
        for (std::size_t count = 1; count != 0;) {
            count = (*keys)->rewrap(3).value();
        }
        return 0;
    }
    work(**keys, seed);
}
