#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "support/log_under_test.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::EventView;
using store::ExpectedRevision;
using store::Position;
using store::Revision;
using store::Visit;

namespace {

constexpr std::uint64_t far = std::numeric_limits<std::uint64_t>::max();

void fill(store::EventLog& log, std::uint64_t stream, std::size_t count, std::uint64_t first_id) {
    for (std::size_t i = 0; i < count; ++i) {
        REQUIRE(log.append(one_event(stream, first_id + i)).has_value());
    }
}

std::string revisions_up(store::EventLog& log, std::uint64_t from, std::size_t limit) {
    std::string out;
    const auto next = log.scan_stream(
        domain_log(), case_stream(1), Revision(from), limit,
        [&](const EventView& event) {
            out += std::to_string(event.revision.value()) + " ";
            return Visit::more;
        }
    );
    REQUIRE(next.has_value());
    return out + "-> " + std::to_string(next->value());
}

std::string revisions_down(store::EventLog& log, std::uint64_t from, std::size_t limit) {
    std::string out;
    REQUIRE(log.scan_stream_back(
                   domain_log(), case_stream(1), Revision(from), limit,
                   [&](const EventView& event) {
                       out += std::to_string(event.revision.value()) + " ";
                       return Visit::more;
                   }
    ).has_value());
    return out;
}

}  // namespace

TEST_CASE("A stream is read forwards and backwards from anywhere", "[contract][read]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            fill(subject->log(), 1, 3, 1);
            fill(subject->log(), 2, 2, 10);
            fill(subject->log(), 1, 2, 20);
            store::EventLog& log = subject->log();
            CHECK(revisions_up(log, 0, 100) == "0 1 2 3 4 -> 5");
            CHECK(revisions_up(log, 2, 2) == "2 3 -> 4");
            CHECK(revisions_up(log, 4, 1) == "4 -> 5");
            CHECK(revisions_up(log, 5, 10) == "-> 5");
            CHECK(revisions_up(log, far, 10) == "-> " + std::to_string(far));
            CHECK(revisions_up(log, 0, 0) == "-> 0");
            CHECK(revisions_down(log, far, 100) == "4 3 2 1 0 ");
            CHECK(revisions_down(log, 2, 2) == "2 1 ");
            CHECK(revisions_down(log, 0, 5) == "0 ");
            CHECK(revisions_down(log, 3, 0).empty());
        }
    }
}

TEST_CASE("Reading a stream that never existed is not_found", "[contract][read]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            fill(subject->log(), 1, 1, 1);
            store::EventLog& log = subject->log();
            const auto nothing = [](const EventView&) { return Visit::more; };
            const auto up = log.scan_stream(domain_log(), case_stream(2), Revision(0), 1, nothing);
            REQUIRE_FALSE(up.has_value());
            CHECK(up.error().code == ErrorCode::not_found);
            const auto down =
                log.scan_stream_back(domain_log(1), case_stream(1), Revision(0), 1, nothing);
            REQUIRE_FALSE(down.has_value());
            CHECK(down.error().code == ErrorCode::not_found);
            CHECK(
                store::read_stream(log, domain_log(), {"cas", numbered_uuid(1)}, Revision(0), 1)
                    .error()
                    .code == ErrorCode::not_found
            );
        }
    }
}

TEST_CASE("A log is read from anywhere, and beyond its end there is nothing", "[contract][read]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            for (std::uint64_t i = 0; i < 5; ++i) {
                REQUIRE(
                    subject->log()
                        .append(commit_of(
                            {{case_stream(i), ExpectedRevision::any(), new_events(10 * i + 1, 3)}}
                        ))
                        .has_value()
                );
            }
            store::EventLog& log = subject->log();
            for (std::uint64_t from = 0; from <= 15; ++from) {
                for (std::size_t limit = 0; limit <= 16; ++limit) {
                    const auto events = store::read_log(log, domain_log(), Position(from), limit);
                    REQUIRE(events.has_value());
                    REQUIRE(events->size() == std::min<std::size_t>(limit, 15 - from));
                    for (std::size_t i = 0; i < events->size(); ++i) {
                        REQUIRE((*events)[i]->position == Position(from + i));
                    }
                }
            }
            const auto nothing = [](const EventView&) { return Visit::more; };
            CHECK(log.scan(domain_log(), Position(far), 1, nothing).value() == Position(far));
            CHECK(log.scan(domain_log(1), Position(0), 1, nothing).value() == Position(0));
        }
    }
}

TEST_CASE(
    "One by one is the same as all at once, and a visitor may stop anywhere", "[contract][read]"
) {
    for (const LogFactory& factory : log_factories()) {
        if (factory.name == "rocks from disk") {
            continue;  // Below, "rocks" is read from memory, from disk and across both.
        }
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            for (std::uint64_t i = 0; i < 20; ++i) {
                REQUIRE(subject->log()
                            .append(commit_of(
                                {{case_stream(i % 3), ExpectedRevision::any(),
                                  new_events(100 * i + 1, 1 + i % 4)}}
                            ))
                            .has_value());
                if (i == 9) {
                    subject->reopen();
                }
            }
            for (int round = 0; round < 2; ++round) {
                store::EventLog& log = subject->log();
                const std::string whole = events_as_text(log, domain_log());
                std::string paged;
                Position next(0);
                while (next < log.head(domain_log()).next) {
                    int visited = 0;
                    const auto reached =
                        log.scan(domain_log(), next, 100, [&](const EventView& event) {
                            paged += event_as_text(event) + "\n";
                            ++visited;
                            return Visit::stop;
                        });
                    REQUIRE(reached.value() == next.next());
                    REQUIRE(visited == 1);
                    next = *reached;
                }
                CHECK(paged == whole);
                std::string streamed;
                Revision revision(0);
                for (;;) {
                    const auto page =
                        store::read_stream(log, domain_log(), case_stream(1), revision, 1);
                    REQUIRE(page.has_value());
                    if (page->empty()) {
                        break;
                    }
                    streamed += event_as_text(page->front().view()) + "\n";
                    revision = revision.next();
                }
                std::string streamed_whole;
                const auto stream =
                    store::read_stream(log, domain_log(), case_stream(1), Revision(0), 1000);
                for (const auto& event : stream.value()) {
                    streamed_whole += event_as_text(event.view()) + "\n";
                }
                CHECK(streamed == streamed_whole);
                subject->reopen();
            }
        }
    }
}

TEST_CASE("A visitor may read the log it is visiting", "[contract][read]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            fill(subject->log(), 1, 3, 1);
            store::EventLog& log = subject->log();
            int seen = 0;
            REQUIRE(
                log.scan(
                       domain_log(), Position(0), 10,
                       [&](const EventView& event) {
                           std::string storage;
                           const auto found = log.find_event(domain_log(), event.id, storage);
                           seen += found && *found && (*found)->position == event.position ? 1 : 0;
                           seen +=
                               log.stream_head(domain_log(), event.stream()).value()->revision ==
                                       Revision(2)
                                   ? 10
                                   : 0;
                           return Visit::more;
                       }
                ).has_value()
            );
            CHECK(seen == 33);
        }
    }
}

TEST_CASE("An event is found by its id", "[contract][read]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log()
                        .append(
                            commit_of({{case_stream(1), ExpectedRevision::any(), new_events(1, 5)}})
                        )
                        .has_value());
            store::EventLog& log = subject->log();
            std::string storage;
            const auto found =
                log.find_event(domain_log(), store::EventId(numbered_uuid(4)), storage);
            REQUIRE(found.has_value());
            REQUIRE(found->has_value());
            CHECK((*found)->position == Position(3));
            CHECK((*found)->payload == R"({"n":3})");
            CHECK_FALSE(log.find_event(domain_log(), store::EventId(numbered_uuid(9)), storage)
                            .value()
                            .has_value());
            CHECK_FALSE(log.find_event(domain_log(1), store::EventId(numbered_uuid(4)), storage)
                            .value()
                            .has_value());
        }
    }
}

TEST_CASE("What was acknowledged is read at once", "[contract][read]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            for (std::uint64_t i = 0; i < 50; ++i) {
                const auto committed = log.append(one_event(i % 4, i + 1));
                REQUIRE(committed.has_value());
                const auto events = store::read_log(log, domain_log(), committed->position, 10);
                REQUIRE(events.value().size() == 1);
                REQUIRE(events->front()->id == store::EventId(numbered_uuid(i + 1)));
                REQUIRE(
                    log.stream_head(domain_log(), case_stream(i % 4)).value()->position ==
                    committed->position
                );
            }
        }
    }
}

TEST_CASE("Logs and streams with similar names do not mix", "[contract][read]") {
    // Long kinds, kinds that begin like others, and ids that differ in the last bit.
    const std::vector<store::StreamId> streams = {
        {"case", numbered_uuid(1)},
        {"case", numbered_uuid(2)},
        {"cas", numbered_uuid(1)},
        {"casee", numbered_uuid(1)},
        {"CASE", numbered_uuid(1)},
        {std::string(40, 'k'), numbered_uuid(1)},
        {std::string(39, 'k') + "l", numbered_uuid(1)},
        {std::string(39, 'k'), numbered_uuid(1)},
        {"case", base::Uuid()}
    };
    const std::vector<store::LogId> logs = {
        domain_log(0),
        domain_log(1),
        domain_log(256),
        domain_log(0xffffffff),
        {store::TenantId(1), store::LogKind::access},
        {store::TenantId(1), store::LogKind::system}
    };
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            std::uint64_t id = 1;
            for (int round = 0; round < 2; ++round) {
                store::EventLog& log = subject->log();
                for (const store::LogId log_id : logs) {
                    for (const store::StreamId& stream : streams) {
                        REQUIRE(log.append(commit_of(
                                               {{stream,
                                                 ExpectedRevision::any(),
                                                 {new_event(id, stream.kind)}}},
                                               log_id
                                           ))
                                    .has_value());
                        ++id;
                    }
                }
            }
            store::EventLog& log = subject->log();
            CHECK(log.logs().size() == logs.size());
            for (const store::LogId log_id : logs) {
                CHECK(log.head(log_id).next == Position(2 * streams.size()));
                CHECK(
                    store::read_log(log, log_id, Position(0), 1000).value().size() ==
                    2 * streams.size()
                );
                for (const store::StreamId& stream : streams) {
                    const auto events = store::read_stream(log, log_id, stream, Revision(0), 10);
                    REQUIRE(events.value().size() == 2);
                    CHECK((*events)[0]->stream() == stream);
                    CHECK((*events)[1]->payload == stream.kind);
                    CHECK((*events)[1]->revision == Revision(1));
                }
            }
        }
    }
}

TEST_CASE("A removed payload is gone and its envelope stays", "[contract][read]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            REQUIRE(subject->log()
                        .append(
                            commit_of({{case_stream(1), ExpectedRevision::any(), new_events(1, 3)}})
                        )
                        .has_value());
            REQUIRE(subject->log().append(one_event(1, 10)).has_value());
            const auto before =
                store::read_log(subject->log(), domain_log(), Position(1), 1).value();
            for (int round = 0; round < 2; ++round) {  // Idempotent.
                REQUIRE(subject->log().remove_payload(domain_log(), Position(1)).has_value());
            }
            const auto missing = subject->log().remove_payload(domain_log(), Position(4));
            REQUIRE_FALSE(missing.has_value());
            CHECK(missing.error().code == ErrorCode::not_found);
            for (int round = 0; round < 2; ++round) {
                store::EventLog& log = subject->log();
                std::string storage;
                const auto by_position =
                    store::read_log(log, domain_log(), Position(0), 10).value();
                const auto by_stream =
                    store::read_stream(log, domain_log(), case_stream(1), Revision(0), 10).value();
                const auto by_id =
                    log.find_event(domain_log(), store::EventId(numbered_uuid(2)), storage).value();
                REQUIRE(by_id.has_value());
                for (const EventView* event :
                     {&by_position[1].view(), &by_stream[1].view(), &*by_id}) {
                    CHECK(event->payload_state == store::PayloadState::removed);
                    CHECK(event->payload.empty());
                    CHECK(event->payload_size == before[0]->payload_size);
                    CHECK(event->payload_sha256 == before[0]->payload_sha256);
                    CHECK(event->type == "test.happened");
                }
                for (const std::size_t other : {0U, 2U, 3U}) {
                    CHECK(by_position[other]->payload_state == store::PayloadState::present);
                    CHECK_FALSE(by_stream[other]->payload.empty());
                }
                subject->reopen();
            }
            CHECK(subject->log().append(one_event(1, 20)).value().position == Position(4));
        }
    }
}

TEST_CASE("A snapshot is kept per module and never runs ahead of the stream", "[contract][read]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            fill(subject->log(), 1, 3, 1);
            const auto put = [&](std::uint64_t stream, const std::string& module,
                                 std::uint64_t revision) {
                subject->log().put_snapshot(
                    domain_log(), case_stream(stream),
                    {module, 2, Revision(revision), "state of " + module}
                );
            };
            put(1, "a", 1);
            put(1, "b", 2);
            put(1, "c", 3);  // Not committed yet: after a crash it might be another event.
            put(2, "a", 0);
            put(1, "a", 2);
            store::EventLog& log = subject->log();
            const auto a = log.find_snapshot(domain_log(), case_stream(1), "a").value();
            REQUIRE(a.has_value());
            CHECK(a->module == "a");
            CHECK(a->state_version == 2);
            CHECK(a->revision == Revision(2));
            CHECK(a->state == "state of a");
            CHECK(
                log.find_snapshot(domain_log(), case_stream(1), "b").value()->state == "state of b"
            );
            CHECK_FALSE(log.find_snapshot(domain_log(), case_stream(1), "c").value().has_value());
            CHECK_FALSE(log.find_snapshot(domain_log(), case_stream(2), "a").value().has_value());
            CHECK_FALSE(log.find_snapshot(domain_log(1), case_stream(1), "a").value().has_value());
        }
    }
}
