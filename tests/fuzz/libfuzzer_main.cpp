#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "target.hpp"

// With clang's libFuzzer, which sees which inputs reach new code:
//   fuzz_<name> -max_total_time=600 DIRECTORY
// The seeds are written to the directory SAMVEV_FUZZ_SEEDS, when that is set; give it as well.
extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
    if (const char* directory = std::getenv("SAMVEV_FUZZ_SEEDS")) {
        std::filesystem::create_directories(directory);
        const auto seeds = samvev::fuzz::seeds();
        for (std::size_t i = 0; i < seeds.size(); ++i) {
            std::ofstream(std::string(directory) + "/seed-" + std::to_string(i)) << seeds[i];
        }
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    samvev::fuzz::try_input({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
