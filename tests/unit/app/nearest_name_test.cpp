#include "app/nearest_name.hpp"

#include <catch2/catch.hpp>

using samvev::app::nearest_name;

TEST_CASE("A slip of the fingers finds the name that was meant, nonsense finds none", "[app]") {
    const std::vector<std::string_view> names{"listen", "admin_listen", "io_threads", "level"};
    CHECK(nearest_name("lisen", names) == "listen");
    CHECK(nearest_name("Listen", names) == "listen");
    CHECK(nearest_name("adminlisten", names) == "admin_listen");
    CHECK(nearest_name("io-threads", names) == "io_threads");
    CHECK(nearest_name("levle", names) == "level");
    CHECK(nearest_name("level_of_logging", names) == "level");
    CHECK(nearest_name("admin", names) == "admin_listen");
    CHECK_FALSE(nearest_name("le", names));
    CHECK_FALSE(nearest_name("bogus_name", names));
    CHECK_FALSE(nearest_name("", {}));
}
