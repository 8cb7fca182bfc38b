#include <catch2/catch.hpp>

#include <random>
#include <string>

#include "support/log_under_test.hpp"
#include "support/random_seed.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::ClaimChange;
using store::ExpectedRevision;
using store::Position;
using store::Revision;

namespace {

// Draws commits and questions from few streams, ids, claims and timers, so that they meet.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t end) { return random_() % end; }
    bool once_in(std::uint64_t times) { return below(times) == 0; }

    store::LogId log() {
        return {
            store::TenantId(static_cast<std::uint32_t>(below(2))),
            static_cast<store::LogKind>(below(3))
        };
    }
    store::StreamId stream() { return case_stream(below(6)); }
    ExpectedRevision expected() {
        switch (below(5)) {
            case 0:
                return ExpectedRevision::no_stream();
            case 1:
                return ExpectedRevision::exists();
            case 2:
                return ExpectedRevision::exact(Revision(below(6)));
            default:
                return ExpectedRevision::any();
        }
    }

    store::Commit commit() {
        store::Commit commit = commit_of({}, log());
        const std::uint64_t writes = once_in(12) ? 0 : 1 + below(3);
        for (std::uint64_t i = 0; i < writes; ++i) {
            const std::uint64_t id = once_in(10) ? 1 + below(50) : next_id_ += 10;
            commit.writes.push_back({stream(), expected(), new_events(id, below(4) == 0 ? 3 : 1)});
        }
        while (once_in(4)) {
            commit.checks.push_back({stream(), expected()});
        }
        while (once_in(3) && writes > 0) {
            const auto kind = once_in(3) ? ClaimChange::Kind::release : ClaimChange::Kind::take;
            commit.claims.push_back({kind, claim_key("c", below(4)), commit.writes[0].stream});
        }
        while (once_in(3) && writes > 0) {
            commit.timers.push_back(timer(once_in(2)));
        }
        while (once_in(3)) {
            const store::TimerSet drawn = timer(false);
            const auto set_by = once_in(2) ? std::optional(drawn.set_by) : std::nullopt;
            commit.timer_clears.push_back({drawn.key, set_by});
        }
        if (!once_in(3)) {
            commit = with_command(std::move(commit), below(40), once_in(10) ? "other" : "same");
        }
        return commit;
    }

    store::TimerSet timer(bool late) {
        return timer_of(
            below(3), std::string(1, static_cast<char>('a' + below(3))),
            static_cast<std::int64_t>(below(100)) + (late ? 1000 : 0), below(3)
        );
    }

private:
    std::mt19937_64 random_;
    std::uint64_t next_id_ = 1000;
};

std::string as_text(const Result<store::Committed>& result) {
    if (!result) {
        return std::string(to_text(result.error().code)) + " " + result.error().data;
    }
    return result->stream.text() + "@" + std::to_string(result->revision.value()) + " " +
           std::to_string(result->position.value()) + " " + result->command.value().text() +
           (result->replayed ? " replayed" : "");
}

std::string stream_as_text(
    const store::EventLog& log, store::LogId id, const store::StreamId& stream, Revision from,
    std::size_t limit, bool back
) {
    std::string out;
    const auto visit = [&out](const store::EventView& event) {
        out += event_as_text(event) + "\n";
        return store::Visit::more;
    };
    if (back) {
        const auto done = log.scan_stream_back(id, stream, from, limit, visit);
        return done ? out : std::string(to_text(done.error().code));
    }
    const auto next = log.scan_stream(id, stream, from, limit, visit);
    return next ? out + std::to_string(next->value()) : std::string(to_text(next.error().code));
}

std::string timers_as_text(const store::EventLog& log, std::int64_t until, std::size_t limit) {
    std::string out;
    const auto timers = log.due_timers(base::Timestamp(std::chrono::microseconds(until)), limit);
    for (const store::DueTimer& due : timers.value()) {
        out += std::to_string(due.tenant.value()) + " " + due.timer.key.stream.text() +
               due.timer.key.name + std::to_string(due.timer.due.time_since_epoch().count()) +
               due.timer.set_by.value().text() + "\n";
    }
    return out;
}

// One question, answered as text.
std::string ask(const store::EventLog& log, Draw draw) {
    const store::LogId id = draw.log();
    const store::StreamId stream = draw.stream();
    switch (draw.below(7)) {
        case 0:
            return stream_as_text(
                log, id, stream, Revision(draw.below(12)), draw.below(8), draw.once_in(2)
            );
        case 1: {
            std::string out;
            const auto next = log.scan(
                id, Position(draw.below(60)), draw.below(20),
                [&out](const store::EventView& event) {
                    out += event_as_text(event) + "\n";
                    return store::Visit::more;
                }
            );
            return out + std::to_string(next.value().value());
        }
        case 2: {
            const auto owner = log.find_claim(id, claim_key("c", draw.below(4))).value();
            return owner ? owner->text() : "free";
        }
        case 3:
            return timers_as_text(log, static_cast<std::int64_t>(draw.below(1200)), draw.below(5));
        case 4: {
            const auto next = log.next_timer().value();
            return next ? std::to_string(next->time_since_epoch().count()) : "none";
        }
        case 5: {
            std::string storage;
            const auto found =
                log.find_event(id, store::EventId(numbered_uuid(1 + draw.below(2000))), storage)
                    .value();
            return found ? event_as_text(*found) : "none";
        }
        default: {
            const auto head = log.stream_head(id, stream).value();
            return head ? std::to_string(head->revision.value()) + "@" +
                              std::to_string(head->position.value())
                        : "none";
        }
    }
}

}  // namespace

TEST_CASE(
    "Both engines give the same answers to random commits and questions", "[contract][difference]"
) {
    const std::uint64_t seed = random_seed("memory against rocks");
    Draw draw(seed);
    for (int round = 0; round < 3; ++round) {
        const auto memory = store::make_memory_event_log();
        RocksUnderTest rocks;
        for (int step = 0; step < 1500; ++step) {
            CAPTURE(seed, round, step);
            if (draw.once_in(150)) {
                rocks.reopen();
            }
            if (draw.once_in(60)) {
                const store::LogId id = draw.log();
                const Position position(draw.below(40));
                const auto left = memory->remove_payload(id, position);
                const auto right = rocks.log().remove_payload(id, position);
                REQUIRE(left.has_value() == right.has_value());
            }
            if (draw.once_in(2)) {
                const store::Commit commit = draw.commit();
                REQUIRE(as_text(memory->append(commit)) == as_text(rocks.log().append(commit)));
            } else {
                const Draw question(draw.below(1'000'000'000));
                REQUIRE(ask(*memory, question) == ask(rocks.log(), question));
            }
        }
        rocks.reopen();
        for (const store::LogId id : memory->logs()) {
            REQUIRE(events_as_text(*memory, id) == events_as_text(rocks.log(), id));
            for (std::uint64_t stream = 0; stream < 6; ++stream) {
                REQUIRE(
                    stream_as_text(*memory, id, case_stream(stream), Revision(0), 1000, false) ==
                    stream_as_text(rocks.log(), id, case_stream(stream), Revision(0), 1000, false)
                );
            }
        }
        REQUIRE(memory->logs() == rocks.log().logs());
        REQUIRE(timers_as_text(*memory, 5000, 1000) == timers_as_text(rocks.log(), 5000, 1000));
    }
}
