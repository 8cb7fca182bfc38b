#include "modules/in_process.hpp"

#include <samvev/plugin.h>
#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace samvev::modules;

namespace {

std::string fixture(const std::string& name) {
    return std::string(FIXTURES) + "/" + name + ".so";
}

std::string refusal_of(const std::string& path) {
    const auto module = load_in_process(path);
    return module ? "loaded" : module.error().message;
}

// A file of its own in a directory that goes away with it.
class TemporaryFile {
public:
    TemporaryFile() {
        std::string pattern = std::filesystem::temp_directory_path() / "samvev-modules-XXXXXX";
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        directory_ = pattern;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { std::filesystem::remove_all(directory_); }
    [[nodiscard]] std::string path() const { return directory_ / "module.so"; }

private:
    std::filesystem::path directory_;
};

}  // namespace

TEST_CASE("A plugin is loaded and works as the same module linked in", "[modules][loader]") {
    const auto loaded = load_in_process(fixture("checkin"));
    REQUIRE(loaded);
    const auto builtin = make_builtin_module(samvev_entry_v1);
    REQUIRE(builtin);
    CHECK((*loaded)->manifest().id == "checkin");
    for (const auto* module : {loaded->get(), builtin->get()}) {
        const auto state = module->open_state("roll", std::nullopt);
        REQUIRE(state);
        CommandIn open;
        open.name = "checkin.open";
        open.stream_kind = "roll";
        open.data = R"({"title":"Tur","personId":"01890000-0000-7000-8000-000000000001"})";
        const auto decision = module->decide(**state, open);
        REQUIRE(decision);
        REQUIRE(decision->events.size() == 1);
        CHECK(decision->events[0].type == "checkin.opened");
        CHECK(decision->claims.at(0).name == "checkin.active");
        CHECK(decision->timers.at(0).command == "checkin.close");
    }
}

TEST_CASE("A stub is loaded", "[modules][loader]") {
    CHECK(refusal_of(fixture("good-stub")) == "loaded");
}

TEST_CASE("Each thing that can be wrong with a file has its own refusal", "[modules][loader]") {
    CHECK(refusal_of(fixture("nothing"))
              .starts_with("SVP-120 " + fixture("nothing") + ": cannot be opened"));
    CHECK(refusal_of(FIXTURES).starts_with("SVP-120"));
    CHECK(refusal_of("/dev/null").starts_with("SVP-120"));
    CHECK(refusal_of(fixture("no-section")).starts_with("SVP-123"));

    const TemporaryFile copy;
    std::ofstream(copy.path()) << "not a library";
    CHECK(refusal_of(copy.path()).starts_with("SVP-122 " + copy.path() + ": is no ELF file"));
    std::filesystem::copy_file(
        fixture("good-stub"), copy.path(), std::filesystem::copy_options::overwrite_existing
    );
    REQUIRE(::chmod(copy.path().c_str(), 0666) == 0);
    CHECK(refusal_of(copy.path()).starts_with("SVP-121"));
    REQUIRE(::chmod(copy.path().c_str(), 0644) == 0);
    CHECK(refusal_of(copy.path()) == "loaded");
    // A mapped file must not be cut: another one.
    const TemporaryFile cut;
    std::filesystem::copy_file(fixture("good-stub"), cut.path());
    REQUIRE(::truncate(cut.path().c_str(), 4096) == 0);
    CHECK(refusal_of(cut.path()).starts_with("SVP-122"));
}

TEST_CASE("Each thing that can be wrong with an entry has its own refusal", "[modules][loader]") {
    CHECK(
        refusal_of(fixture("short-entry"))
            .starts_with("SVP-126 short-entry 1.0.0: its entry has 64 bytes, this server reads 120")
    );
    CHECK(refusal_of(fixture("other-major"))
              .starts_with("SVP-104 other-major 1.0.0: its code is built for plugin ABI 2.0, this "
                           "server has 1.0"));
    CHECK(refusal_of(fixture("newer-minor"))
              .starts_with("SVP-104 newer-minor 1.0.0: its code needs plugin ABI 1.9, this server "
                           "has 1.0. Upgrade"));
    CHECK(refusal_of(fixture("reserved-bits"))
              .starts_with("SVP-126 reserved-bits 1.0.0: its entry uses reserved bits"));
    CHECK(refusal_of(fixture("null-function"))
              .starts_with("SVP-126 null-function 1.0.0: its entry has a null function"));
    CHECK(refusal_of(fixture("create-fails"))
              .starts_with("SVP-128 create-fails 1.0.0: its create() answered status -4"));
    CHECK(refusal_of(fixture("other-manifest"))
              .starts_with(
                  "SVP-127 other-manifest 1.0.0: its code carries another manifest (2 bytes)"
              ));
    CHECK(refusal_of(fixture("no-entry"))
              .starts_with("SVP-125 no-entry 1.0.0: exports no samvev_entry_v1"));
    CHECK(refusal_of(fixture("process-only"))
              .starts_with("SVP-129 process-only 1.0.0: asks for isolation"));
    const std::string unresolved = refusal_of(fixture("needs-symbol"));
    CHECK(unresolved.starts_with("SVP-124 needs-symbol 1.0.0: the dynamic linker says"));
    CHECK(unresolved.find("no_such_function") != std::string::npos);
    CHECK(load_in_process(fixture("other-major")).error().code == samvev::ErrorCode::unsupported);
}

TEST_CASE("A built-in module is held to the same rules", "[modules][loader]") {
    samvev_entry entry = samvev_entry_v1;
    entry.abi_major = 2;
    CHECK(make_builtin_module(entry).error().message.starts_with("SVP-104 checkin 1.0.0"));
    entry = samvev_entry_v1;
    entry.manifest = {"{}", 2};
    CHECK(make_builtin_module(entry).error().message.starts_with("SVP-102"));
    entry = samvev_entry_v1;
    entry.size = 8;
    CHECK(make_builtin_module(entry).error().message.starts_with("SVP-126"));
}
