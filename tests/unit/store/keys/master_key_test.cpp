#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "store/keys/master_key.hpp"
#include "support/file_text.hpp"
#include "support/keys_under_test.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {

const std::string digits = "0101010101010101010101010101010101010101010101010101010101010101";

std::string key_file(const TemporaryDirectory& directory, std::string_view text, mode_t mode) {
    const std::string path = write_file(directory.path() + "/master.key", text);
    REQUIRE(chmod(path.c_str(), mode) == 0);
    return path;
}

}  // namespace

TEST_CASE("A master key is read from a file that only its owner can read", "[store][keys]") {
    const TemporaryDirectory directory;
    for (const mode_t mode : {mode_t{0600}, mode_t{0400}}) {
        const auto key = store::load_master_key_file(key_file(directory, digits + "\n", mode));
        REQUIRE(key.has_value());
        CHECK((*key)->id() == master_of(1)->id());
        REQUIRE(unlink((directory.path() + "/master.key").c_str()) == 0);
    }
    for (const mode_t mode : {mode_t{0640}, mode_t{0604}, mode_t{0620}, mode_t{0644}}) {
        const auto key = store::load_master_key_file(key_file(directory, digits, mode));
        REQUIRE_FALSE(key.has_value());
        CHECK(key.error().code == ErrorCode::denied);
        CHECK(key.error().message.find("chmod 0600") != std::string::npos);
    }
}

TEST_CASE("What is no master key is refused with a reason", "[store][keys]") {
    const TemporaryDirectory directory;
    for (const std::string& text :
         {std::string(), digits.substr(1), digits + "0", digits + "\n\n", "x" + digits.substr(1),
          std::string(32, '\1')}) {
        const auto key = store::load_master_key_file(key_file(directory, text, 0600));
        REQUIRE_FALSE(key.has_value());
        CHECK(key.error().code == ErrorCode::invalid_argument);
        CHECK(key.error().message.find(digits.substr(2)) == std::string::npos);
    }
    CHECK(
        store::load_master_key_file(directory.path() + "/none").error().code == ErrorCode::not_found
    );
    CHECK(
        store::load_master_key_file(directory.path()).error().code == ErrorCode::invalid_argument
    );
    const std::string link = directory.path() + "/link";
    REQUIRE(symlink(key_file(directory, digits, 0600).c_str(), link.c_str()) == 0);
    CHECK(store::load_master_key_file(link).error().code == ErrorCode::denied);
}

TEST_CASE("A master key is read from systemd's credentials", "[store][keys]") {
    const TemporaryDirectory directory;
    // An access list for the service shows as group bits.
    key_file(directory, digits + "\n", 0440);
    const auto key = store::load_master_key_credential(directory.path(), "master.key");
    REQUIRE(key.has_value());
    CHECK((*key)->id() == master_of(1)->id());
    CHECK(store::load_master_key_credential("", "master.key").error().code == ErrorCode::not_found);
    CHECK(
        store::load_master_key_credential(directory.path(), "../x").error().code ==
        ErrorCode::invalid_argument
    );
}

TEST_CASE("A master key says which it is, and opens only what it wrapped", "[store][keys]") {
    const auto one = master_of(1);
    const auto two = master_of(2);
    CHECK(one->id() != two->id());
    CHECK(one->id().value().size() == 16);
    store::Secret secret;
    secret.writable()[0] = 9;
    const std::string wrapped = one->wrap(secret).value();
    CHECK(one->unwrap(wrapped).value().bytes()[0] == 9);
    CHECK(two->unwrap(wrapped).error().code == ErrorCode::corrupt);
}
