#include <samvev/plugin.hpp>

#include <catch2/catch.hpp>

#include <samvev/testing.hpp>

#include "checkin/checkin.hpp"

using samvev::Date;
using samvev::json;
using samvev::Time;
using namespace std::chrono;

namespace {

Time utc(int y, unsigned m, unsigned d, int hour, int minute = 0) {
    return Time(sys_days(year(y) / static_cast<int>(m) / static_cast<int>(d))) + hours(hour) +
           minutes(minute);
}
std::string oslo(Time time) {
    return samvev::to_text(samvev::oslo_date(time));
}
Date day_of(int y, unsigned m, unsigned d) {
    return year(y) / static_cast<int>(m) / static_cast<int>(d);
}

}  // namespace

TEST_CASE("The day in Oslo is the one on the wall there", "[sdk][time]") {
    CHECK(oslo(utc(2027, 1, 15, 22, 59)) == "2027-01-15");
    CHECK(oslo(utc(2027, 1, 15, 23, 0)) == "2027-01-16");
    CHECK(oslo(utc(2027, 7, 15, 21, 59)) == "2027-07-15");
    CHECK(oslo(utc(2027, 7, 15, 22, 0)) == "2027-07-16");
}

TEST_CASE("Summer time begins on 2027-03-28 and ends on 2027-10-31", "[sdk][time]") {
    // The night before the switch still has winter time, the night after has summer time.
    CHECK(oslo(utc(2027, 3, 27, 22, 59)) == "2027-03-27");
    CHECK(oslo(utc(2027, 3, 27, 23, 0)) == "2027-03-28");
    CHECK(oslo(utc(2027, 3, 28, 21, 59)) == "2027-03-28");
    CHECK(oslo(utc(2027, 3, 28, 22, 0)) == "2027-03-29");
    CHECK(oslo(utc(2027, 10, 30, 21, 59)) == "2027-10-30");
    CHECK(oslo(utc(2027, 10, 30, 22, 0)) == "2027-10-31");
    CHECK(oslo(utc(2027, 10, 31, 22, 59)) == "2027-10-31");
    CHECK(oslo(utc(2027, 10, 31, 23, 0)) == "2027-11-01");

    CHECK(samvev::oslo_midnight(day_of(2027, 3, 28)) == utc(2027, 3, 27, 23));
    CHECK(samvev::oslo_midnight(day_of(2027, 3, 29)) == utc(2027, 3, 28, 22));
    CHECK(samvev::oslo_midnight(day_of(2027, 10, 31)) == utc(2027, 10, 30, 22));
    CHECK(samvev::oslo_midnight(day_of(2027, 11, 1)) == utc(2027, 10, 31, 23));
}

TEST_CASE("Midnight and day are each other's inverse on every day of many years", "[sdk][time]") {
    for (sys_days at = day_of(2019, 12, 30); at < sys_days(day_of(2042, 1, 3)); at += days(1)) {
        const Time midnight = samvev::oslo_midnight(Date(at));
        REQUIRE(samvev::oslo_date(midnight) == Date(at));
        REQUIRE(samvev::oslo_date(midnight - microseconds(1)) == Date(at - days(1)));
    }
}

TEST_CASE("Times and dates as text", "[sdk][time]") {
    CHECK(
        samvev::to_text(utc(2026, 11, 22, 3, 4) + microseconds(5'000'006)) ==
        "2026-11-22T03:04:05.000006Z"
    );
    CHECK(samvev::to_text(day_of(2026, 2, 3)) == "2026-02-03");
    CHECK(samvev::parse_date("2026-02-03") == day_of(2026, 2, 3));
    CHECK(samvev::parse_date("2026-11-22T23:30:00Z") == day_of(2026, 11, 23));
    CHECK(samvev::parse_date("2026-11-22T23:30:00.123456Z") == day_of(2026, 11, 23));
    CHECK(samvev::parse_date("2026-11-22T23:30:00+01:00") == day_of(2026, 11, 22));
    CHECK(samvev::parse_date("2026-11-22T20:30:00-05:00") == day_of(2026, 11, 23));
    CHECK(samvev::parse_date("2026-07-15T00:30:00.5+02:00") == day_of(2026, 7, 15));
    for (const char* bad :
         {"", "2026", "2026-02-30", "2026/02/03", "2026-2-3", "2026-02-03T", "2026-02-03Tx",
          "tomorrow"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(samvev::parse_date(bad), samvev::Fault);
    }
}

TEST_CASE("A field that is missing or of another type is told by name", "[sdk]") {
    const samvev::Data data("case.case-opened v1", {{"level", 2}, {"none", nullptr}});
    CHECK(data.get<int>("level") == 2);
    CHECK(data.get_or("missing", 7) == 7);
    CHECK(data.get_or("none", 7) == 7);
    CHECK_FALSE(data.find("missing"));
    CHECK_FALSE(data.has("none"));
    CHECK_THROWS_WITH(data.get("missing"), "case.case-opened v1 has no field 'missing'");
    CHECK_THROWS_WITH(data.get("level"), Catch::StartsWith("case.case-opened v1 field 'level':"));
    const json empty = json::object();
    CHECK_THROWS_AS(empty["missing"].is_null(), samvev::Fault);  // not an abort of the server
}

TEST_CASE("Derived ids are UUIDs that only the seed and the label decide", "[sdk]") {
    samvev_command raw{};
    raw.data = samvev::str("{}");
    raw.seed[0] = 1;
    raw.seed[1] = 2;
    const samvev::Command command(raw);
    const std::string id = command.derived_id("invoice");
    CHECK(id == command.derived_id("invoice"));
    CHECK(id != command.derived_id("invoice2"));
    CHECK(id.size() == 36);
    CHECK(id[14] == '8');
    CHECK(std::string("89ab").find(id[19]) != std::string::npos);
    raw.seed[1] = 3;
    CHECK(samvev::Command(raw).derived_id("invoice") != id);
    std::vector<std::string> many;
    for (int i = 0; i < 20'000; ++i) {
        many.push_back(command.derived_id("item " + std::to_string(i)));
    }
    std::sort(many.begin(), many.end());
    CHECK(std::adjacent_find(many.begin(), many.end()) == many.end());
}

TEST_CASE("An event whose payload is gone never stops the folding", "[sdk]") {
    using namespace samvev::testing;
    const std::string ada = "01890000-0000-7000-8000-000000000001";
    const TestEvent opened = event("checkin.opened", {{"title", "Tur"}, {"personId", ada}});
    const TestEvent reported =
        event("checkin.reported", {{"who", "lo"}, {"status", "safe"}, {"late", false}}, {}, 3);
    const TestEvent closed = event("checkin.closed", {{"reported", 1}});

    const TestModule module(samvev_entry_v1);
    TestStream roll(module, "roll");
    roll.add(opened);
    roll.add(withheld(reported));  // cannot be folded without its data: leaves no mark
    CHECK(roll.state()["seen"].empty());
    roll.add(withheld(closed));  // can be: needs none of its data
    CHECK(roll.state()["open"] == false);
    CHECK(roll.state()["title"] == "Tur");
    roll.check_refold();

    const json board =
        project<checkin::Checkin>("checkin.board", "roll/1", {opened, withheld(closed)});
    CHECK(board == json({{"title", "Tur"}, {"open", false}, {"in", 0}}));
    CHECK(project<checkin::Checkin>("checkin.board", "roll/1", {withheld(opened)}).is_null());
}

namespace {

// One fault of each kind that an author may write.
struct Broken {
    bool open = false;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE_WITH_DEFAULT(Broken, open)
};
struct Breaker : samvev::Module<Breaker, samvev::Folds<"roll", Broken>> {
    static void decide(const Broken&, const samvev::Command& command, samvev::Decision& decision) {
        if (command.is("breaker.throw")) {
            throw std::runtime_error("thrown");
        }
        if (command.is("breaker.throw-number")) {
            throw 7;
        }
        if (command.is("breaker.no-memory")) {
            throw std::bad_alloc();
        }
        if (command.is("breaker.missing")) {
            static_cast<void>(command.data().get("missing"));
        }
        if (command.is("breaker.broken-utf8")) {
            decision.emit("breaker.said", 1, {{"text", "\x80"}});
        }
    }
    static void evolve(Broken&, const samvev::Event&) {}
};

}  // namespace

TEST_CASE("No exception crosses the boundary", "[sdk]") {
    using samvev::testing::given;
    for (const char* command :
         {"breaker.throw", "breaker.throw-number", "breaker.no-memory", "breaker.missing",
          "breaker.broken-utf8"}) {
        CAPTURE(command);
        CHECK_NOTHROW(given<Breaker>().when(command).then_fault());
    }
    CHECK(given<Breaker>().when("breaker.throw").outcome().fault == "thrown\n");
    CHECK(given<Breaker>().when("breaker.no-memory").outcome().status == SAMVEV_E_NOMEM);
    CHECK(
        given<Breaker>().when("breaker.missing").outcome().fault ==
        "breaker.missing has no field 'missing'\n"
    );
    // It has no upcast, react or project: the table says so instead of doing nothing.
    CHECK_THROWS_AS(
        samvev::testing::upcast<Breaker>(samvev::testing::event("breaker.said")),
        samvev::testing::Mismatch
    );
    CHECK_THROWS_AS(
        samvev::testing::project<Breaker>("breaker.board", "x", {}), samvev::testing::Mismatch
    );
}
