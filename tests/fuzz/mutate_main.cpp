#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>

#include "mutation.hpp"
#include "support/random_seed.hpp"
#include "target.hpp"

// Tries every seed of a target, then mutations of them:
//   fuzz_<name> [how many] [number of the first]
// The same numbers make the same inputs; a finding names its own.
extern "C" void __sanitizer_set_death_callback(void (*)()) __attribute__((weak));

namespace {

char finding[96];  // Written before each input, because afterwards nothing can be relied on.

void tell_finding() {
    const auto written = write(STDERR_FILENO, finding, strlen(finding));
    static_cast<void>(written);
}
void on_abort(int /*signal*/) {
    tell_finding();
}

void try_copy(const std::string& input) {
    const std::unique_ptr<char[]> copy(new char[input.size()]);
    std::copy(input.begin(), input.end(), copy.get());
    samvev::fuzz::try_input({copy.get(), input.size()});
}

}  // namespace

int main(int count, char** arguments) {
    const std::uint64_t runs = count > 1 ? std::stoull(arguments[1]) : 2000;
    const std::uint64_t first =
        count > 2 ? std::stoull(arguments[2]) : samvev::test::random_seed("fuzz");
    if (__sanitizer_set_death_callback != nullptr) {
        __sanitizer_set_death_callback(tell_finding);
    }
    std::signal(SIGABRT, on_abort);
    const std::vector<std::string> seeds = samvev::fuzz::seeds();
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        std::snprintf(finding, sizeof finding, "\nfuzz: seed input %zu\n", i);
        try_copy(seeds[i]);
    }
    for (std::uint64_t number = first; number - first < runs; ++number) {
        std::snprintf(
            finding, sizeof finding, "\nfuzz: repeat with the arguments 1 %llu\n",
            static_cast<unsigned long long>(number)
        );
        try_copy(samvev::fuzz::mutated(seeds, number));
    }
    return 0;
}
