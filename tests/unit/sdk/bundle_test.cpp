#include "bundle.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace samvev::bundle;

namespace {

// A folder of files that goes away with the test.
class Folder {
public:
    Folder() {
        std::string pattern = std::filesystem::temp_directory_path() / "samvev-bundle-XXXXXX";
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name) << text;
    }
    [[nodiscard]] std::filesystem::path file(const std::string& name) const { return path_ / name; }
    [[nodiscard]] std::string problem() const {
        try {
            static_cast<void>(read_bundle(path_ / "manifest.json"));
            return "";
        } catch (const std::runtime_error& e) {
            return e.what();
        }
    }

private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE(
    "Files are put where they are referred to, each path from the file that names it",
    "[sdk][bundle]"
) {
    const Folder folder;
    folder.write(
        "manifest.json",
        R"({"id":"a","z":{"$ref":"parts/one.json"},"b":[{"$ref":"#/definitions/x"}]})"
    );
    folder.write("parts/one.json", R"({"two":{"$ref":"two.json"},"up":{"$ref":"../three.json"}})");
    folder.write("parts/two.json", "[2]");
    folder.write("three.json", R"({"properties":{"$ref":{"type":"string"}}})");
    const Bundle bundle = read_bundle(folder.file("manifest.json"));
    CHECK(
        bundle.manifest.dump() ==
        R"({"id":"a","z":{"two":[2],"up":{"properties":{"$ref":{"type":"string"}}}},"b":[{"$ref":"#/definitions/x"}]})"
    );
    CHECK(bundle.parts.size() == 4);
}

TEST_CASE("What cannot be bundled is refused with the file's name", "[sdk][bundle]") {
    const Folder folder;
    CHECK(folder.problem().find("manifest.json: cannot be read") != std::string::npos);
    folder.write("manifest.json", "{");
    CHECK(folder.problem().find("manifest.json: ") != std::string::npos);
    folder.write("manifest.json", R"({"id":"a","id":"b"})");
    CHECK(folder.problem().find("key 'id' occurs twice") != std::string::npos);
    folder.write("manifest.json", "[]");
    CHECK(folder.problem().find("is not a manifest") != std::string::npos);
    folder.write("manifest.json", R"({"id":"a","b":{"$ref":"one.json"}})");
    CHECK(folder.problem().find("one.json: cannot be read") != std::string::npos);
    folder.write("one.json", R"({"$ref":"manifest.json"})");
    CHECK(folder.problem().find("leads back to") != std::string::npos);
    folder.write("manifest.json", R"({"id":"a","b":{"$ref":"one.json","c":1}})");
    CHECK(folder.problem().find("must stand alone") != std::string::npos);
    folder.write("manifest.json", R"({"id":"a","b":{"$ref":"/etc/passwd"}})");
    CHECK(folder.problem().find("must be a relative file name") != std::string::npos);
    folder.write("manifest.json", R"({"id":"a","b":{"$ref":7}})");
    CHECK(folder.problem().find("must be a file name") != std::string::npos);
}

TEST_CASE("Names become C++ identifiers", "[sdk][bundle]") {
    CHECK(identifier("individual-plan") == "individual_plan");
    CHECK(identifier("case") == "case_");
    CHECK(identifier("3-months") == "_3_months");
    const std::string header = names_header(nlohmann::ordered_json::parse(
        R"({"id":"case","events":[{"type":"case.case-opened","version":1},{"type":"case.case-opened","version":2}],
            "commands":[{"name":"case.open-case","timers":["wait"]}],"rejections":{"case.not-open":{}},
            "claims":{"case.active":{}},"views":[{"id":"case.overview"}]})"
    ));
    CHECK(header.find("namespace samvev::names::case_ {") != std::string::npos);
    CHECK(header.find("std::string_view case_opened = \"case.case-opened\";") != std::string::npos);
    CHECK(header.find("case_opened", header.find("case_opened") + 1) == std::string::npos);
    for (const char* name :
         {"open_case = \"case.open-case\"", "not_open = \"case.not-open\"",
          "active = \"case.active\"", "overview = \"case.overview\"", "wait = \"wait\""}) {
        CAPTURE(name);
        CHECK(header.find(name) != std::string::npos);
    }
}
