#include "dispatch/access_log/access_log.hpp"

#include <catch2/catch.hpp>
#include <samvev/json.hpp>

#include "base/limits.hpp"
#include "dispatch/access_log/log_pages.hpp"
#include "dispatch/access_log/record.hpp"
#include "support/forwarding_log.hpp"

using namespace samvev;
using namespace samvev::dispatch;
using access::LogDuty;

namespace {

const store::LogId log_id{store::TenantId(9999), store::LogKind::access};
constexpr const char* child = "0192f0c1-0000-7000-8000-000000003001";
const std::string case_stream = "case/0192f0c1-0000-7000-8000-00000000c001";

// Keeps what is handed in until it is let go, or refuses it.
class HeldLog final : public test::ForwardingLog {
public:
    using ForwardingLog::ForwardingLog;
    void submit(store::Commit commit, Completion done) override {
        ++submitted;
        if (erased.contains(commit.writes.front().stream)) {
            done(fail(ErrorCode::gone, "erased"));
        } else if (fails) {
            done(fail(ErrorCode::read_only, "no space"));
        } else if (holds) {
            held.emplace_back(std::move(commit), std::move(done));
        } else {
            ForwardingLog::submit(std::move(commit), std::move(done));
        }
    }
    void let_go() {
        holds = false;
        while (!held.empty()) {
            auto [commit, done] = std::move(held.front());
            held.pop_front();
            ForwardingLog::submit(std::move(commit), std::move(done));
        }
    }

    std::size_t submitted = 0;
    bool holds = false;
    bool fails = false;
    std::set<store::StreamId> erased;
    std::deque<std::pair<store::Commit, Completion>> held;
};

struct Fixture {
    base::AdjustableClock clock;
    base::RandomIdSource ids;
    base::ManualExecutor executor;
    std::unique_ptr<store::EventLog> memory = store::make_memory_event_log();
    HeldLog log{*memory};
    AccessLog access_log{{log, clock, ids, executor}};

    Fixture() { clock.freeze(base::Timestamp(std::chrono::hours(500'000))); }

    static access::Reading reading(LogDuty duty = LogDuty::read) {
        access::Reading out;
        out.reader.tenant = 9999;
        out.reader.id = "0192f0c1-0000-7000-8000-000000002001";
        out.reader.roles = {"coordinator"};
        out.reader.unit = "0192f0c1-0000-7000-8000-000000001005";
        out.reader.purpose = "coordination";
        out.method = "case.overview";
        access::Reading::Part* part = out.show(
            case_stream, {.rule = "team.frame", .duty = duty, .topic = "plan", .persons = {child}}
        );
        if (part != nullptr) {
            access::extend(*part, 3);
            access::extend(*part, 1);
        }
        return out;
    }
    // Absent: not answered yet.
    std::shared_ptr<std::optional<Result<std::monostate>>> record(access::Reading reading) {
        auto answer = std::make_shared<std::optional<Result<std::monostate>>>();
        access_log.record(std::move(reading), [answer](const Result<std::monostate>& outcome) {
            *answer = outcome;
        });
        return answer;
    }
    [[nodiscard]] std::vector<AccessEntry> entries() const {
        std::vector<AccessEntry> out;
        const auto scanned =
            log.scan(log_id, store::Position(0), SIZE_MAX, [&](const store::EventView& event) {
                out.push_back(*read_entry(event));
                return store::Visit::more;
            });
        REQUIRE(scanned.has_value());
        return out;
    }
};

}  // namespace

TEST_CASE("A record reads back as it was written", "[dispatch][access-log]") {
    Fixture fixture;
    access::Reading reading = Fixture::reading(LogDuty::disclosure);
    reading.view = "case.overview";
    reading.key = case_stream;
    reading.show(
        case_stream, {.rule = "team.statutory-basis",
                      .duty = LogDuty::read,
                      .basis = "bvl § 13-2",
                      .topic = "health",
                      .persons = {child},
                      .redacted = true}
    );
    REQUIRE((*fixture.record(reading))->has_value());
    const auto entries = fixture.entries();
    REQUIRE(entries.size() == 1);
    const AccessEntry& one = entries.front();
    CHECK(one.actor == "staff/0192f0c1-0000-7000-8000-000000002001");
    CHECK(one.role == "coordinator");
    CHECK(one.unit == "0192f0c1-0000-7000-8000-000000001005");
    CHECK(one.at == fixture.clock.now());
    CHECK(one.record.stream.text() == case_stream);
    CHECK(one.record.kind == AccessRecord::Kind::disclosure);  // The strictest.
    CHECK(one.record.method == "case.overview");
    CHECK(one.record.view == "case.overview");
    CHECK(one.record.key == case_stream);
    CHECK(one.record.purpose == "coordination");
    CHECK(one.record.redacted);
    CHECK(one.record.persons == std::vector<std::string>{child});
    CHECK(one.record.topics == std::vector<std::string>{"health", "plan"});
    CHECK(one.record.rules == std::vector<std::string>{"team.frame", "team.statutory-basis"});
    CHECK(one.record.bases == std::vector<std::string>{"bvl § 13-2"});
    CHECK(one.record.revisions == std::pair<std::uint64_t, std::uint64_t>(1, 3));
}

// Stored: what is read here must be readable for ever.
TEST_CASE("The stored form of a record", "[dispatch][access-log]") {
    Fixture fixture;
    access::Reading reading = Fixture::reading();
    reading.key = case_stream;
    REQUIRE((*fixture.record(reading))->has_value());
    std::string stored;
    REQUIRE(fixture.log
                .scan(
                    log_id, store::Position(0), SIZE_MAX,
                    [&](const store::EventView& event) {
                        stored = event.stream().text() + " " + std::string(event.type) + " " +
                                 std::to_string(event.version) + " " + std::string(event.payload);
                        return store::Visit::more;
                    }
                )
                .has_value());
    CHECK(
        stored ==
        case_stream + " access.data-read 1 " + R"({"bases":[],"key":")" + case_stream +
            R"(","method":"case.overview","persons":["0192f0c1-0000-7000-8000-000000003001"],)" +
            R"("purpose":"coordination","revisions":[1,3],"rules":["team.frame"],"topics":["plan"]})"
    );
    for (const auto& [type, kind] :
         {std::pair("access.data-read", "read"), std::pair("access.person-searched", "search"),
          std::pair("access.data-overseen", "oversight"),
          std::pair("access.data-disclosed", "disclosure"),
          std::pair("access.emergency-read", "emergency"),
          std::pair("access.read-refused", "refusal")}) {
        store::EventView event;
        event.stream_kind = "case";
        event.type = type;
        event.payload = "{}";
        const auto entry = read_entry(event);
        REQUIRE(entry.has_value());
        CHECK(to_text(entry->record.kind) == kind);
    }
    store::EventView other;
    other.stream_kind = "case";
    other.type = "access.something-else";
    CHECK(read_entry(other).error().code == ErrorCode::corrupt);
}

TEST_CASE("Nothing is answered before it is durable", "[dispatch][access-log]") {
    Fixture fixture;
    fixture.log.holds = true;
    const auto first = fixture.record(Fixture::reading());
    const auto second = fixture.record(Fixture::reading());
    CHECK_FALSE(first->has_value());
    CHECK_FALSE(second->has_value());  // The first is not durable: it stands for nothing yet.
    CHECK(fixture.log.submitted == 2);
    fixture.log.let_go();
    CHECK((*first)->has_value());
    CHECK((*second)->has_value());
    CHECK(fixture.record(Fixture::reading())->has_value());
    CHECK(fixture.log.submitted == 2);
}

TEST_CASE(
    "What may stand for a later read is the same in all that is recorded", "[dispatch][access-log]"
) {
    Fixture fixture;
    REQUIRE((*fixture.record(Fixture::reading()))->has_value());
    const auto is_new = [&](access::Reading reading) {
        const std::size_t before = fixture.log.submitted;
        (void)fixture.record(std::move(reading));
        return fixture.log.submitted > before;
    };
    CHECK_FALSE(is_new(Fixture::reading()));
    access::Reading other = Fixture::reading();
    SECTION("another reader") {
        other.reader.id = "0192f0c1-0000-7000-8000-000000002002";
    }
    SECTION("another tenant") {
        other.reader.tenant = 9998;
    }
    SECTION("another unit") {
        other.reader.unit = "0192f0c1-0000-7000-8000-000000001006";
    }
    SECTION("on somebody's behalf") {
        other.reader.on_behalf_of = "staff/x";
    }
    SECTION("another role") {
        other.reader.roles = {"leader"};
    }
    SECTION("another purpose") {
        other.reader.purpose = "visit";
    }
    SECTION("another door") {
        other.method = "stream.read";
    }
    SECTION("another document") {
        other.key = "case/x";
    }
    SECTION("another event") {
        access::extend(other.parts.begin()->second, 4);
    }
    SECTION("a minute later") {
        fixture.clock.freeze(fixture.clock.now() + limits::access_repeat_window);
    }
    CHECK(is_new(other));
}

TEST_CASE(
    "A search, a disclosure, an emergency and oversight are each on record",
    "[dispatch][access-log]"
) {
    for (const LogDuty duty :
         {LogDuty::search, LogDuty::audit, LogDuty::disclosure, LogDuty::emergency}) {
        Fixture fixture;
        for (int i = 0; i < 3; ++i) {
            REQUIRE((*fixture.record(Fixture::reading(duty)))->has_value());
        }
        CHECK(fixture.entries().size() == 3);
    }
}

TEST_CASE("What needs no record costs none", "[dispatch][access-log]") {
    Fixture fixture;
    CHECK((*fixture.record(Fixture::reading(LogDuty::none)))->has_value());
    CHECK(fixture.log.submitted == 0);
}

TEST_CASE("A refusal is answered before it is on record", "[dispatch][access-log]") {
    Fixture fixture;
    fixture.log.holds = true;
    access::Reading refused;
    refused.reader = Fixture::reading().reader;
    refused.refuse(
        case_stream, {.rule = "staff.own-case", .duty = LogDuty::read, .persons = {child}}
    );
    const auto answer = fixture.record(refused);
    REQUIRE(answer->has_value());
    CHECK((*answer)->has_value());
    fixture.access_log.record_later(refused);
    CHECK(fixture.log.submitted == 1);
    fixture.executor.drain();
    fixture.log.let_go();
    const auto entries = fixture.entries();
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].record.kind == AccessRecord::Kind::refusal);
}

TEST_CASE("When the log takes nothing, nothing is shown", "[dispatch][access-log]") {
    Fixture fixture;
    fixture.log.fails = true;
    const auto answer = fixture.record(Fixture::reading());
    REQUIRE(answer->has_value());
    REQUIRE_FALSE((*answer)->has_value());
    CHECK((*answer)->error().code == ErrorCode::unavailable);
    fixture.log.fails = false;
    const auto again = fixture.record(Fixture::reading());
    CHECK((*again)->has_value());
    CHECK(fixture.entries().size() == 1);
}

TEST_CASE(
    "Reads wait for those before them, and more than may wait are refused", "[dispatch][access-log]"
) {
    Fixture fixture;
    fixture.log.holds = true;
    std::size_t answered = 0;
    std::size_t refused = 0;
    const std::size_t count = limits::access_commits_max + limits::access_waiting_max + 1;
    for (std::size_t i = 0; i < count; ++i) {
        access::Reading reading = Fixture::reading(LogDuty::search);
        fixture.access_log.record(reading, [&](const Result<std::monostate>& outcome) {
            ++(outcome ? answered : refused);
            CHECK((outcome || outcome.error().code == ErrorCode::overloaded));
        });
    }
    CHECK(fixture.log.submitted == limits::access_commits_max);
    CHECK(answered == 0);
    CHECK(refused == 1);
    fixture.log.let_go();
    CHECK(answered == count - 1);
    CHECK(fixture.entries().size() == count - 1);
}

TEST_CASE(
    "An answer about many streams is in several commits, all of them first",
    "[dispatch][access-log]"
) {
    Fixture fixture;
    access::Reading reading = Fixture::reading();
    const std::size_t count = limits::commit_events_max + 10;
    base::RandomIdSource ids;
    while (reading.parts.size() < count) {
        reading.show(
            "case/" + ids.make(fixture.clock.now()).text(),
            {.rule = "team.frame", .duty = LogDuty::read}
        );
    }
    fixture.log.holds = true;
    const auto answer = fixture.record(reading);
    REQUIRE(fixture.log.held.size() == 1);
    auto [commit, done] = std::move(fixture.log.held.front());
    fixture.log.held.pop_front();
    fixture.memory->submit(std::move(commit), std::move(done));
    CHECK_FALSE(answer->has_value());
    fixture.log.let_go();
    REQUIRE(answer->has_value());
    CHECK((*answer)->has_value());
    CHECK(fixture.entries().size() == count);
}

TEST_CASE(
    "Who still reads what has been erased is on record under nobody's name",
    "[dispatch][access-log]"
) {
    Fixture fixture;
    fixture.log.erased.insert(*store::StreamId::parse(case_stream));
    const auto answer = fixture.record(Fixture::reading());
    REQUIRE(answer->has_value());
    CHECK((*answer)->has_value());
    const auto page = read_access_streams(
        fixture.log,
        {.tenant = log_id.tenant, .limit = 10, .wanted = [](const AccessEntry&) { return true; }},
        std::vector{nobodys_stream()}
    );
    REQUIRE(page.has_value());
    REQUIRE(page->entries.size() == 1);
    CHECK(page->entries.front().record.stream.text() == case_stream);
}

TEST_CASE(
    "Pages over several streams hold each record once, newest first", "[dispatch][access-log]"
) {
    Fixture fixture;
    std::vector<store::StreamId> streams;
    base::RandomIdSource ids;
    for (int i = 0; i < 3; ++i) {
        streams.push_back({"case", ids.make(fixture.clock.now())});
    }
    for (int i = 0; i < 40; ++i) {
        fixture.clock.freeze(fixture.clock.now() + std::chrono::minutes(1));
        access::Reading reading;
        reading.reader = Fixture::reading().reader;
        reading.method = std::to_string(i);
        reading.show(
            streams[static_cast<std::size_t>(i * i) % 3].text(),
            {.rule = "r", .duty = LogDuty::read}
        );
        REQUIRE((*fixture.record(reading))->has_value());
    }
    const auto methods = [&](AccessPageQuery query, bool all) {
        query.tenant = log_id.tenant;
        std::string out;
        for (;;) {
            const auto page = all ? read_access_log(fixture.log, query)
                                  : read_access_streams(fixture.log, query, streams);
            REQUIRE(page.has_value());
            CHECK(page->entries.size() <= query.limit);
            for (const AccessEntry& entry : page->entries) {
                out += entry.record.method + " ";
            }
            if (!page->before) {
                return out;
            }
            query.before = page->before;
        }
    };
    std::string expected;
    for (int i = 39; i >= 0; --i) {
        expected += std::to_string(i) + " ";
    }
    const auto every = [](const AccessEntry&) { return true; };
    for (const std::size_t limit : {1U, 7U, 40U, 200U}) {
        INFO(limit);
        CHECK(methods({.limit = limit, .wanted = every}, true) == expected);
        CHECK(methods({.limit = limit, .wanted = every}, false) == expected);
    }
    const auto from = fixture.clock.now() - std::chrono::minutes(5);
    const auto to = fixture.clock.now() - std::chrono::minutes(2);
    CHECK(methods({.from = from, .to = to, .limit = 2, .wanted = every}, true) == "36 35 34 ");
    CHECK(methods({.from = from, .to = to, .limit = 2, .wanted = every}, false) == "36 35 34 ");
    const auto tenth = [](const AccessEntry& entry) { return entry.record.method.ends_with("7"); };
    CHECK(methods({.limit = 3, .wanted = tenth}, true) == "37 27 17 7 ");
    CHECK(methods({.limit = 3, .wanted = tenth}, false) == "37 27 17 7 ");
}
