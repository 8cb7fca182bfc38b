#include <catch2/catch.hpp>

#include <string>

#include "store/event_codec.hpp"
#include "store/key_format.hpp"
#include "store/record.hpp"
#include "support/hex_file.hpp"
#include "support/store_commits.hpp"

// What a version of Samvev has written must be readable by all that follow. The files in store/ are
// never changed; a new format adds files. Grammar: record.hpp, event_codec.hpp, key_format.hpp.

using namespace samvev;
using namespace samvev::test;
using store::Position;
using store::Record;
using store::Revision;

namespace {

store::Commit golden_commit() {
    store::Commit commit = with_command(
        commit_of({
            {case_stream(1),
             store::ExpectedRevision::any(),
             {new_event(1, R"({"level":2})"), new_event(2, R"({"text":"åpen"})")}},
            {{"person", numbered_uuid(5)}, store::ExpectedRevision::any(), {new_event(3, "")}},
        }),
        0x1122334455667788
    );
    store::NewEvent& event = commit.writes[0].events[0];
    event.type = "case.case-opened";
    event.version = 3;
    event.entity = "goal/" + numbered_uuid(6).text();
    event.occurred_on = "2026-02-29";
    event.labels = {
        "health",
        {numbered_uuid(5).text(), "b"},
        {"staff/x"},
        numbered_uuid(8).text(),
        store::Confidentiality::restricted
    };
    event.key_id = "key-7";
    event.commitment = std::string(32, '\x5a');
    event.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    commit.actor.on_behalf_of = "person/" + numbered_uuid(5).text();
    commit.claims = {
        {store::ClaimChange::Kind::take, claim_key("individual-plan.active", 1), case_stream(1)},
        {store::ClaimChange::Kind::release,
         claim_key("person.identifier", 2),
         {"person", numbered_uuid(5)}},
    };
    commit.timers = {timer_of(1, "stale", 1'800'000'000'000'000, 2)};
    commit.timer_clears = {
        {{case_stream(1), "individual-plan", "review"}, std::nullopt},
        {{case_stream(1), "individual-plan", "stale"}, store::EventId(numbered_uuid(9))},
    };
    return commit;
}

const store::RecordPlace golden_place{
    7, Position(0x0102030405060708), base::sha256("the record before")
};

void check_events(const Record& record, bool first_removed) {
    const store::Commit commit = golden_commit();
    const store::CommitViews events(commit, golden_place.first, {Revision(40), Revision(0)});
    REQUIRE(record.events.size() == events.views().size());
    for (std::size_t i = 0; i < record.events.size(); ++i) {
        store::EventView expected = events.views()[i];
        if (first_removed && i == 0) {
            expected.payload_state = store::PayloadState::removed;
            expected.payload = {};
        }
        CHECK(event_as_text(record.events[i]) == event_as_text(expected));
    }
    const auto changes = store::read_changes(record.changes);
    REQUIRE(changes.has_value());
    CHECK(*changes == store::RecordChanges{commit.claims, commit.timers, commit.timer_clears});
}

}  // namespace

TEST_CASE("A record of format 1 is read, and written the same", "[golden][store]") {
    const std::string bytes = golden("record_v1.hex");
    Record record;
    REQUIRE(store::read_record(bytes, record).has_value());
    CHECK(record.log == domain_log());
    CHECK(record.epoch == golden_place.epoch);
    CHECK(record.first == golden_place.first);
    CHECK(record.previous == golden_place.previous);
    REQUIRE(record.command.has_value());
    CHECK(record.command->id == store::CommandId(numbered_uuid(0x1122334455667788)));
    check_events(record, false);

    const store::Commit commit = golden_commit();
    const store::CommitViews events(commit, golden_place.first, {Revision(40), Revision(0)});
    const std::string written = store::encode_record(commit, golden_place, events.views());
    CHECK(base::to_hex(written) == base::to_hex(bytes));
}

TEST_CASE("A record of format 1 without one payload is read", "[golden][store]") {
    const std::string bytes = golden("record_v1_removed.hex");
    Record record;
    REQUIRE(store::read_record(bytes, record).has_value());
    check_events(record, true);
    CHECK(store::record_digest(bytes) == store::record_digest(golden("record_v1.hex")));
    CHECK(base::to_hex(store::without_payload(golden("record_v1.hex"), 0)) == base::to_hex(bytes));
}

TEST_CASE("A record of format 1 without events or command is read", "[golden][store]") {
    store::Commit commit = commit_of({});
    commit.timer_clears = {{{case_stream(1), "m", "t"}, std::nullopt}};
    const std::string bytes = golden("record_v1_clears.hex");
    Record record;
    REQUIRE(store::read_record(bytes, record).has_value());
    CHECK(record.events.empty());
    CHECK_FALSE(record.command.has_value());
    CHECK(store::read_changes(record.changes).value().timer_clears == commit.timer_clears);
    CHECK(
        base::to_hex(store::encode_record(commit, {1, Position(0), {}}, {})) == base::to_hex(bytes)
    );
}

TEST_CASE("The digest and the leaves that proofs stand on never change", "[golden][store]") {
    const std::string bytes = golden("record_v1.hex");
    Record record;
    REQUIRE(store::read_record(bytes, record).has_value());
    std::string leaves;
    for (const store::EventView& event : record.events) {
        store::append_leaf(leaves, event);
    }
    CHECK(
        base::to_hex(base::as_view(store::record_digest(bytes))) ==
        base::to_hex(golden("record_v1_digest.hex"))
    );
    CHECK(base::to_hex(leaves) == base::to_hex(golden("leaves_v1.hex")));
}

TEST_CASE(
    "Head rows and record keys of format 1 are read, and written the same", "[golden][store]"
) {
    const store::keys::Head head{7, {Position(0x0102030405060708), 9}, base::sha256("last")};
    const std::string row = golden("head_row_v1.hex");
    CHECK(base::to_hex(store::keys::head_row(head)) == base::to_hex(row));
    // A later version may add to the row.
    for (const std::string& bytes : {row, row + "more"}) {
        const auto read = store::keys::read_head_row(bytes);
        REQUIRE(read.has_value());
        CHECK(read->epoch == 7);
        CHECK(read->cursor == head.cursor);
        CHECK(read->last_digest == head.last_digest);
    }
    const store::LogId log{store::TenantId(0x0a0b0c0d), store::LogKind::system};
    CHECK(base::to_hex(store::keys::head(log)) == "680a0b0c0d02");
    CHECK(store::keys::log_of_head(store::keys::head(log)) == log);
    CHECK(
        base::to_hex(store::keys::record(log, head.cursor)) == "0a0b0c0d02010203040506070800000009"
    );
}
