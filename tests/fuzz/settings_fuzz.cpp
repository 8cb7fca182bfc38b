#include <fstream>
#include <iterator>

#include "app/settings.hpp"
#include "base/assert.hpp"
#include "support/temporary_directory.hpp"
#include "target.hpp"

// samvev.toml as an operator may have left it: settings, or problems that name it.
namespace samvev::fuzz {

std::vector<std::string> seeds() {
    std::ifstream file(SAMVEV_SOURCE_DIR "/config/samvev.toml");
    return {
        std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()),
        "[server]\nlisten = \"127.0.0.1:0\"\nio_threads = 4\n[data]\ndirectory = 'x'\n"
        "[[issuer]]\nprofile = \"helseid\"\nissuer = \"https://i.example\"\njwks_uri = "
        "\"https://i.example/jwks\"\naudience = \"samvev\"\nalgorithms = [\"PS256\"]\n"
        "min_loa = \"high\"\ndpop = \"require\"\ntenants = {\"991825827\" = 9999}\n"
        "[[issuer.service]]\norganisation = \"991825827\"\nname = \"import\"\ntenant = 9999\n"
        "roles = [\"service:import\"]\n",
    };
}

void try_input(std::string_view input) {
    static const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/samvev.toml";
    std::ofstream(path, std::ios::trunc) << input;
    const auto read = app::load_settings({.file = path, .environment = {}, .flags = {}});
    if (!read) {
        SAMVEV_ASSERT(!read.error().message.empty());
        return;
    }
    std::ofstream(path, std::ios::trunc) << app::to_toml(read->settings);
    const auto again = app::load_settings({.file = path, .environment = {}, .flags = {}});
    SAMVEV_ASSERT(again.has_value());
    app::Settings without_issuers = read->settings;
    without_issuers.issuers.clear();
    app::Settings written = again->settings;
    written.issuers.clear();
    SAMVEV_ASSERT(written == without_issuers);
}

}  // namespace samvev::fuzz
