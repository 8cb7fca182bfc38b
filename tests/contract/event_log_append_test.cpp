#include <catch2/catch.hpp>

#include <limits>
#include <string>

#include "base/limits.hpp"
#include "support/log_under_test.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::ExpectedRevision;
using store::Position;
using store::Revision;

namespace {

store::Commit to_stream(
    std::uint64_t stream, ExpectedRevision expected, std::uint64_t first_id, std::size_t count = 1
) {
    return commit_of({{case_stream(stream), expected, new_events(first_id, count)}});
}

void require_code(const Result<store::Committed>& result, ErrorCode code) {
    REQUIRE_FALSE(result.has_value());
    REQUIRE(to_text(result.error().code) == to_text(code));
}

}  // namespace

TEST_CASE("The first event of a stream has revision 0 and a position", "[contract][append]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            const auto first =
                subject->log().append(to_stream(1, ExpectedRevision::no_stream(), 1));
            REQUIRE(first.has_value());
            CHECK(first->stream == case_stream(1));
            CHECK(first->revision == Revision(0));
            CHECK(first->position == Position(0));
            CHECK_FALSE(first->replayed);
            const auto second =
                subject->log().append(to_stream(2, ExpectedRevision::no_stream(), 2, 3));
            REQUIRE(second.has_value());
            CHECK(second->revision == Revision(2));
            CHECK(second->position == Position(3));
            CHECK(subject->log().head(domain_log()).next == Position(4));
        }
    }
}

TEST_CASE("Every expected revision meets every actual state", "[contract][append]") {
    struct Row {
        ExpectedRevision expected;
        bool when_missing;
        bool when_at_2;
    };
    const Row rows[] = {
        {ExpectedRevision::any(), true, true},
        {ExpectedRevision::no_stream(), true, false},
        {ExpectedRevision::exists(), false, true},
        {ExpectedRevision::exact(Revision(2)), false, true},
        {ExpectedRevision::exact(Revision(1)), false, false},
        {ExpectedRevision::exact(Revision(3)), false, false},
        {ExpectedRevision::exact(Revision(std::numeric_limits<std::uint64_t>::max())), false, false
        },
    };
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            std::uint64_t id = 1;
            std::uint64_t stream = 1;
            for (const Row& row : rows) {
                const std::uint64_t missing = stream++;
                const std::uint64_t existing = stream++;
                store::EventLog& log = subject->log();
                CHECK(
                    log.append(to_stream(missing, row.expected, id++)).has_value() ==
                    row.when_missing
                );
                REQUIRE(log.append(to_stream(existing, ExpectedRevision::no_stream(), id, 3))
                            .has_value());
                id += 3;
                const auto result = log.append(to_stream(existing, row.expected, id++));
                CHECK(result.has_value() == row.when_at_2);
                if (result) {
                    CHECK(result->revision == Revision(3));
                } else {
                    CHECK(result.error().code == ErrorCode::revision_conflict);
                }
            }
        }
    }
}

TEST_CASE("All failing expectations are reported and nothing is written", "[contract][append]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log().append(to_stream(1, ExpectedRevision::any(), 1, 2)).has_value());
            REQUIRE(subject->log().append(to_stream(2, ExpectedRevision::any(), 3)).has_value());
            const std::string before = events_as_text(subject->log(), domain_log());

            store::Commit commit = commit_of({
                {case_stream(2), ExpectedRevision::exact(Revision(0)), {new_event(10)}},
                {case_stream(1), ExpectedRevision::no_stream(), {new_event(11)}},
            });
            commit.checks = {
                {case_stream(3), ExpectedRevision::exists()},
                {case_stream(4), ExpectedRevision::no_stream()},
                {case_stream(5), ExpectedRevision::exact(Revision(7))},
            };
            const auto result = subject->log().append(commit);
            require_code(result, ErrorCode::revision_conflict);
            const std::string stream = "case/" + numbered_uuid(1).text();
            CHECK(
                result.error().data ==
                R"({"violations":[{"index":1,"stream":")" + case_stream(1).text() +
                    R"(","expected":"none","actual":"1"},{"index":2,"stream":")" +
                    case_stream(3).text() +
                    R"(","expected":"exists","actual":"none"},{"index":4,"stream":")" +
                    case_stream(5).text() + R"(","expected":"7","actual":"none"}]})"
            );
            CHECK(events_as_text(subject->log(), domain_log()) == before);
        }
    }
}

TEST_CASE("A commit to several streams is one run of positions", "[contract][append]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            // A, B, A, B, A: the streams interleave in the log and stay whole in themselves.
            for (std::uint64_t i = 0; i < 3; ++i) {
                store::Commit commit = commit_of({
                    {case_stream(1), ExpectedRevision::any(), {new_event(10 * i + 1)}},
                    {case_stream(2), ExpectedRevision::any(), {new_event(10 * i + 2)}},
                });
                const auto result = subject->log().append(commit);
                REQUIRE(result.has_value());
                CHECK(result->stream == case_stream(1));
                CHECK(result->revision == Revision(i));
                CHECK(result->position == Position(2 * i + 1));
            }
            std::string order;
            REQUIRE(subject->log()
                        .scan(
                            domain_log(), Position(0), 100,
                            [&](const store::EventView& event) {
                                order += event.stream() == case_stream(1) ? "A" : "B";
                                order += std::to_string(event.revision.value()) + " ";
                                return store::Visit::more;
                            }
                        )
                        .has_value());
            CHECK(order == "A0 B0 A1 B1 A2 B2 ");
        }
    }
}

TEST_CASE("A checked stream is neither changed nor created", "[contract][append]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log().append(to_stream(1, ExpectedRevision::any(), 1)).has_value());
            store::Commit commit = to_stream(2, ExpectedRevision::any(), 2);
            commit.checks = {
                {case_stream(1), ExpectedRevision::exact(Revision(0))},
                {case_stream(3), ExpectedRevision::no_stream()}
            };
            REQUIRE(subject->log().append(commit).has_value());
            CHECK(
                subject->log().stream_head(domain_log(), case_stream(1)).value()->revision ==
                Revision(0)
            );
            CHECK_FALSE(subject->log().stream_head(domain_log(), case_stream(3)).value().has_value()
            );
        }
    }
}

TEST_CASE("An event id is used once in its log, and again in another", "[contract][append]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log().append(to_stream(1, ExpectedRevision::any(), 1)).has_value());
            // Same stream, even though the expected revision is right.
            require_code(
                subject->log().append(to_stream(1, ExpectedRevision::exact(Revision(0)), 1)),
                ErrorCode::duplicate
            );
            const auto other_stream = subject->log().append(one_event(2, 1));
            require_code(other_stream, ErrorCode::duplicate);
            CHECK(
                other_stream.error().data == R"({"events":[")" + numbered_uuid(1).text() + R"("]})"
            );
            store::Commit twice = commit_of({
                {case_stream(3), ExpectedRevision::any(), {new_event(5)}},
                {case_stream(4), ExpectedRevision::any(), {new_event(5)}},
            });
            require_code(subject->log().append(twice), ErrorCode::duplicate);

            store::Commit other_tenant = one_event(1, 1);
            other_tenant.log = domain_log(1234);
            CHECK(subject->log().append(other_tenant).has_value());
            store::Commit other_kind = one_event(1, 1);
            other_kind.log.kind = store::LogKind::access;
            CHECK(subject->log().append(other_kind).has_value());
            CHECK(subject->log().head(domain_log()).next == Position(1));
        }
    }
}

TEST_CASE("A commit of the wrong shape is refused", "[contract][append]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            const auto refuses = [&log](store::Commit commit) {
                require_code(log.append(std::move(commit)), ErrorCode::invalid_argument);
            };
            refuses(commit_of({}));
            refuses(commit_of({{case_stream(1), ExpectedRevision::any(), {}}}));
            refuses(commit_of({
                {case_stream(1), ExpectedRevision::any(), {new_event(1)}},
                {case_stream(1), ExpectedRevision::any(), {new_event(2)}},
            }));
            store::Commit commit = one_event(1, 1);
            commit.checks = {{case_stream(2), ExpectedRevision::any()}};
            refuses(commit);
            commit.checks = {{case_stream(1), ExpectedRevision::exists()}};
            refuses(commit);
            commit.checks = {
                {case_stream(2), ExpectedRevision::exists()},
                {case_stream(2), ExpectedRevision::no_stream()}
            };
            refuses(commit);
            commit = one_event(1, 1);
            commit.claims = {{store::ClaimChange::Kind::take, claim_key("a", 1), case_stream(2)}};
            refuses(commit);
            commit = one_event(1, 1);
            commit.writes[0].events[0].id = store::EventId();
            refuses(commit);
            commit = one_event(1, 1);
            commit.writes[0].events[0].type.clear();
            refuses(commit);
            commit.writes[0].events[0].type = std::string(limits::event_type_bytes_max + 1, 't');
            refuses(commit);
            for (const std::string& kind :
                 {std::string(), std::string("a/b"), std::string("a b"), std::string("a\nb"),
                  std::string(limits::stream_kind_bytes_max + 1, 'k'), std::string(300, 'k')}) {
                commit = one_event(1, 1);
                commit.writes[0].stream.kind = kind;
                refuses(commit);
                CHECK_FALSE(
                    log.stream_head(domain_log(), {kind, numbered_uuid(1)}).value().has_value()
                );
            }
            commit = one_event(1, 1);
            commit.writes[0].events[0].entity = std::string(256, 'e');
            refuses(commit);
            commit = one_event(1, 1);
            commit.writes[0].events[0].commitment = "short";
            refuses(commit);
            commit = one_event(1, 1);
            commit.writes[0].events[0].labels.subjects.assign(256, "s");
            refuses(commit);
            commit = one_event(1, 1);
            commit.timers = {timer_of(1, "", 1)};
            refuses(commit);
            CHECK(log.logs().empty());
        }
    }
}

TEST_CASE("Too large is said with size and maximum, and the log goes on", "[contract][append]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::Commit commit = one_event(1, 1);
            commit.writes[0].events[0].payload =
                std::string(limits::event_payload_bytes_max + 1, 'x');
            const auto event = subject->log().append(commit);
            require_code(event, ErrorCode::too_large);
            CHECK(event.error().data == R"({"size":65537,"max":65536,"what":"event"})");

            commit = to_stream(1, ExpectedRevision::any(), 1, 17);
            for (store::NewEvent& each : commit.writes[0].events) {
                each.payload = std::string(limits::event_payload_bytes_max, 'x');
            }
            const auto whole = subject->log().append(commit);
            require_code(whole, ErrorCode::too_large);
            CHECK(whole.error().data == R"({"size":1114112,"max":1048576,"what":"commit"})");

            const auto many = subject->log().append(to_stream(1, ExpectedRevision::any(), 1, 257));
            require_code(many, ErrorCode::too_large);
            CHECK(many.error().data == R"({"size":257,"max":256,"what":"events"})");

            commit = to_stream(1, ExpectedRevision::any(), 1, 16);
            for (store::NewEvent& each : commit.writes[0].events) {
                each.payload = std::string(limits::event_payload_bytes_max, 'x');
            }
            CHECK(subject->log().append(commit).has_value());
            CHECK(subject->log().append(to_stream(1, ExpectedRevision::any(), 100, 256)).has_value()
            );
        }
    }
}

TEST_CASE("Everything an event carries is read back", "[contract][append]") {
    for (const LogFactory& factory : engine_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::Commit commit = with_command(one_event(1, 1), 77);
            store::NewEvent& event = commit.writes[0].events[0];
            event.version = 4'000'000'000;
            event.entity = std::string(255, 'e');
            event.occurred_on = "2026-03-01";
            event.labels = {
                "helse",
                {numbered_uuid(1).text(), numbered_uuid(2).text()},
                {"staff/æøå", ""},
                numbered_uuid(3).text(),
                store::Confidentiality::strict
            };
            event.key_id = "key-1";
            event.commitment = std::string(32, '\xfe');
            event.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
            event.payload = std::string("\0\x01\xff{}", 5);
            commit.actor = {"system/deadlines", "", "", "person/" + numbered_uuid(9).text()};
            commit.recorded_at = base::Timestamp(std::chrono::microseconds(-1));
            const auto committed = subject->log().append(commit);
            REQUIRE(committed.has_value());
            CHECK(committed->command == store::CommandId(numbered_uuid(77)));
            CHECK(
                events_as_text(subject->log(), domain_log()) ==
                "0 " + case_stream(1).text() + "@0|" + numbered_uuid(1).text() +
                    "|test.happened|4000000000|" + std::string(255, 'e') +
                    "|2026-03-01|1969-12-31T23:59:59.999999Z|" + numbered_uuid(77).text() +
                    "|system/deadlines|||person/" + numbered_uuid(9).text() + "|helse|" +
                    numbered_uuid(3).text() + "|3|" + numbered_uuid(1).text() + "|" +
                    numbered_uuid(2).text() + "|;|staff/æøå||;|key-1|" +
                    base::to_hex(std::string(32, '\xfe')) +
                    "|00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01|5|" +
                    base::to_hex(base::as_view(base::sha256(event.payload))) + "|present|" +
                    event.payload + "\n"
            );
        }
    }
}
