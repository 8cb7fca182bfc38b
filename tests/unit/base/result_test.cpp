#include "base/result.hpp"

#include <catch2/catch.hpp>
#include <variant>

using namespace samvev;

namespace {

Result<int> half(int value) {
    if (value % 2 != 0) {
        return fail(ErrorCode::invalid_argument, "odd");
    }
    return value / 2;
}

Result<int> quarter(int value) {
    SAMVEV_TRY(const int once, half(value));
    SAMVEV_TRY(const int twice, half(once));
    return twice;
}

}  // namespace

TEST_CASE("SAMVEV_TRY returns the first error", "[base][result]") {
    CHECK(quarter(8) == 2);
    REQUIRE_FALSE(quarter(6).has_value());
    CHECK(quarter(6).error().code == ErrorCode::invalid_argument);
}
