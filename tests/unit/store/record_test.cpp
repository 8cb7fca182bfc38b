#include "store/record.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>

#include "store/event_codec.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::CommitViews;
using store::ExpectedRevision;
using store::Position;
using store::Record;
using store::Revision;

namespace {

store::Commit rich_commit() {
    store::Commit commit = with_command(
        commit_of({
            {case_stream(1), ExpectedRevision::any(), new_events(1, 2)},
            {case_stream(2), ExpectedRevision::any(), {new_event(3, "")}},
        }),
        77
    );
    commit.writes[0].events[1].labels.subjects = {"a", "b"};
    commit.claims = {
        {store::ClaimChange::Kind::take, claim_key("plan", 1), case_stream(1)},
        {store::ClaimChange::Kind::release, claim_key("plan", 2), case_stream(2)},
    };
    commit.timers = {timer_of(1, "a", -5), timer_of(2, "b", 1'800'000'000'000'000)};
    commit.timer_clears = {
        {{case_stream(1), "m", "x"}, std::nullopt},
        {{case_stream(1), "m", "y"}, store::EventId(numbered_uuid(5))},
    };
    return commit;
}

std::string encoded(
    const store::Commit& commit, const store::RecordPlace& place,
    const std::vector<Revision>& revisions
) {
    const CommitViews events(commit, place.first, revisions);
    return store::encode_record(commit, place, events.views());
}

}  // namespace

TEST_CASE("A record is read back as it was written", "[store][record]") {
    const store::Commit commit = rich_commit();
    const std::string bytes =
        encoded(commit, {9, Position(5), base::sha256("before")}, {Revision(0), Revision(7)});
    Record record;
    REQUIRE(store::read_record(bytes, record).has_value());
    CHECK(record.log == commit.log);
    CHECK(record.epoch == 9);
    CHECK(record.first == Position(5));
    CHECK(record.next() == Position(8));
    CHECK(record.previous == base::sha256("before"));
    REQUIRE(record.command.has_value());
    CHECK(record.command->id == commit.idempotency->id);
    CHECK(record.command->actor == commit.idempotency->actor);
    CHECK(record.command->digest == commit.idempotency->digest);
    const CommitViews events(commit, Position(5), {Revision(0), Revision(7)});
    REQUIRE(record.events.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(event_as_text(record.events[i]) == event_as_text(events.views()[i]));
    }
    const auto changes = store::read_changes(record.changes);
    REQUIRE(changes.has_value());
    CHECK(*changes == store::RecordChanges{commit.claims, commit.timers, commit.timer_clears});
    const store::Committed answer = store::answer_to(record, *changes);
    CHECK(answer.stream == case_stream(1));
    CHECK(answer.revision == Revision(1));
    CHECK(answer.position == Position(7));
}

TEST_CASE("Positions and revisions past 2^53 lose nothing", "[store][record]") {
    for (const std::uint64_t number : {1ULL << 31U, (1ULL << 53U) + 1, (1ULL << 63U) + 3}) {
        const store::Commit commit = one_event(1, 1);
        const std::string bytes =
            encoded(commit, {number, Position(number), {}}, {Revision(number + 7)});
        Record record;
        REQUIRE(store::read_record(bytes, record).has_value());
        CHECK(record.epoch == number);
        CHECK(record.events[0].position.value() == number);
        CHECK(record.events[0].revision.value() == number + 7);
    }
}

TEST_CASE("Any flipped bit and any cut in a record is found", "[store][record]") {
    const std::string bytes =
        encoded(rich_commit(), {1, Position(0), {}}, {Revision(0), Revision(0)});
    Record record;
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        std::string flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        const auto read = store::read_record(flipped, record);
        REQUIRE_FALSE(read.has_value());
        REQUIRE(read.error().code == ErrorCode::corrupt);
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        REQUIRE_FALSE(
            store::read_record(std::string_view(bytes).substr(0, size), record).has_value()
        );
    }
}

TEST_CASE("Taking out a payload keeps digest, leaves and the other payloads", "[store][record]") {
    const std::string bytes =
        encoded(rich_commit(), {1, Position(4), {}}, {Revision(0), Revision(0)});
    Record before;
    REQUIRE(store::read_record(bytes, before).has_value());
    const std::string once = store::without_payload(bytes, 1);
    Record after;
    REQUIRE(store::read_record(once, after).has_value());
    CHECK(store::record_digest(once) == store::record_digest(bytes));
    CHECK(once.find(R"({"n":1})") == std::string::npos);
    CHECK(once.find(R"({"n":0})") != std::string::npos);
    CHECK(store::without_payload(once, 1) == once);
    for (std::size_t i = 0; i < 3; ++i) {
        std::string leaf_before;
        std::string leaf_after;
        store::append_leaf(leaf_before, before.events[i]);
        store::append_leaf(leaf_after, after.events[i]);
        CHECK(leaf_before == leaf_after);
        CHECK((after.events[i].payload_state == store::PayloadState::removed) == (i == 1));
    }
}

TEST_CASE("The digest of a record covers everything but the payload bytes", "[store][record]") {
    const store::Commit commit = rich_commit();
    const base::Digest digest =
        store::record_digest(encoded(commit, {1, Position(4), {}}, {Revision(0), Revision(0)}));
    store::Commit other = commit;
    other.writes[0].events[0].payload = R"({"n":9})";
    CHECK(
        store::record_digest(encoded(other, {1, Position(4), {}}, {Revision(0), Revision(0)})) !=
        digest
    );
    other = commit;
    other.timers[0].data = "{}";
    CHECK(
        store::record_digest(encoded(other, {1, Position(4), {}}, {Revision(0), Revision(0)})) !=
        digest
    );
    CHECK(
        store::record_digest(encoded(commit, {2, Position(4), {}}, {Revision(0), Revision(0)})) !=
        digest
    );
    CHECK(
        store::record_digest(
            encoded(commit, {1, Position(4), base::sha256("x")}, {Revision(0), Revision(0)})
        ) != digest
    );
}
