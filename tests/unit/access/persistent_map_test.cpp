#include "access/persistent_map.hpp"

#include <catch2/catch.hpp>

using samvev::access::PersistentMap;

TEST_CASE("A copy of the map keeps what it had", "[access][persistent_map]") {
    PersistentMap<int> map;
    CHECK(map.find("a") == nullptr);
    map.set("a", 1);
    const PersistentMap<int> before = map;
    map.set("a", 2);
    map.update("b", [](int& value) { value += 5; });
    CHECK(*before.find("a") == 1);
    CHECK(before.find("b") == nullptr);
    CHECK(before.size() == 1);
    CHECK(*map.find("a") == 2);
    CHECK(*map.find("b") == 5);
    CHECK(map.size() == 2);
}

TEST_CASE("The map finds each of many keys", "[access][persistent_map]") {
    PersistentMap<int> map;
    for (int i = 0; i < 20000; ++i) {
        map.set(std::to_string(i), i);
    }
    CHECK(map.size() == 20000);
    int wrong = 0;
    for (int i = 0; i < 20000; ++i) {
        const int* found = map.find(std::to_string(i));
        wrong += found == nullptr || *found != i ? 1 : 0;
    }
    CHECK(wrong == 0);
    CHECK(map.find("20000") == nullptr);
}
