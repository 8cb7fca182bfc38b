#include "app/progress_bar.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

using samvev::app::progress_line;

TEST_CASE("The bar shows how much of the whole is done", "[app]") {
    CHECK(
        progress_line("import", 0, 10, "0 cases") ==
        "import  [------------------------------]   0 %  0 cases"
    );
    CHECK(
        progress_line("import", 5, 10, "7 cases") ==
        "import  [###############---------------]  50 %  7 cases"
    );
    CHECK(
        progress_line("import", 10, 10, "9 cases") ==
        "import  [##############################] 100 %  9 cases"
    );
    CHECK(
        progress_line("import", 11, 10, "") == "import  [##############################] 100 %  "
    );
    CHECK(
        progress_line("import", UINT64_MAX, UINT64_MAX, "") ==
        "import  [##############################] 100 %  "
    );
}

TEST_CASE("Of an unknown whole only the words are shown", "[app]") {
    CHECK(progress_line("import", 5, 0, "7 cases") == "import  7 cases");
}
