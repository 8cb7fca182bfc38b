#include "app/open_files.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"

using namespace samvev;

TEST_CASE("Connections leave the store the files it needs", "[app][files]") {
    CHECK(app::connections_of(1'000'000) == limits::connections_max);
    CHECK(app::connections_of(10'000) == 10'000 - limits::store_files_max);
    CHECK(app::connections_of(1024) == 512);
    CHECK(app::connections_of(app::raise_open_files()) > 0);
}
