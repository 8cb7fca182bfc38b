#include "store/tail_index.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "store/event_codec.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::Position;
using store::Revision;
using store::TailIndex;
using store::TailRecordPtr;

namespace {

TailRecordPtr made(
    const store::Commit& commit, store::keys::Cursor at, const std::vector<Revision>& revisions
) {
    const auto record = std::make_shared<store::TailRecord>();
    const store::CommitViews events(commit, at.next, revisions);
    record->bytes = store::encode_record(commit, {1, at.next, {}}, events.views());
    REQUIRE(store::read_record(record->bytes, record->record).has_value());
    record->at = at;
    record->claims = commit.claims;
    record->timers =
        store::timer_effects(commit.timer_clears, commit.timers, [](const store::TimerKey&) {
            return Result<std::optional<store::TimerSet>>(std::nullopt);
        }).value();
    return record;
}

// The tail knows that there is none; not to be mixed up with not knowing.
const std::optional<std::optional<store::TimerSet>> no_timer(std::in_place);
const std::optional<std::optional<store::StreamId>> nobody(std::in_place);

}  // namespace

TEST_CASE("Dropping records in order leaves exactly what the later ones say", "[store][tail]") {
    store::Commit first = with_command(one_event(1, 1), 1);
    first.claims = {{store::ClaimChange::Kind::take, claim_key("c", 1), case_stream(1)}};
    first.timers = {timer_of(1, "a", 100), timer_of(1, "b", 50)};
    store::Commit second = with_command(one_event(1, 2), 2);
    second.claims = {{store::ClaimChange::Kind::release, claim_key("c", 1), case_stream(1)}};
    second.timers = {timer_of(1, "a", 200)};
    store::Commit clears = commit_of({});
    clears.timer_clears = {{timer_of(1, "b", 0).key, std::nullopt}};

    TailIndex index;
    index.add(made(first, {Position(0), 0}, {Revision(0)}));
    index.add(made(clears, {Position(1), 0}, {}));
    index.add(made(second, {Position(1), 1}, {Revision(1)}));
    const base::Timestamp late(std::chrono::microseconds(1000));
    CHECK(index.stream_head(domain_log(), case_stream(1))->revision == Revision(1));
    CHECK(index.due_timers(late, 10).size() == 1);
    CHECK(index.timer(domain_log(), timer_of(1, "b", 0).key) == no_timer);

    index.drop_oldest();
    CHECK(index.first_position(domain_log()) == Position(1));
    CHECK(
        index.stream_events(domain_log(), case_stream(1))->front().view().revision == Revision(1)
    );
    CHECK_FALSE(index.find_event(domain_log(), store::EventId(numbered_uuid(1))).has_value());
    CHECK_FALSE(
        index.remembered(domain_log(), {store::CommandId(numbered_uuid(1)), first.actor.actor})
            .has_value()
    );
    // The claim was released and the timer set again by records that are still there.
    CHECK(index.claim_owner(domain_log(), claim_key("c", 1)) == nobody);
    CHECK(
        index.due_timers(late, 10).at(0).timer.due ==
        base::Timestamp(std::chrono::microseconds(200))
    );

    // The log is in the tail, but it says nothing of these.
    CHECK_FALSE(index.claim_owner(domain_log(), claim_key("c", 9)).has_value());
    CHECK_FALSE(index.timer(domain_log(), timer_of(9, "a", 0).key).has_value());

    index.drop_oldest();
    CHECK_FALSE(index.timer(domain_log(), timer_of(1, "b", 0).key).has_value());
    index.drop_oldest();
    CHECK(index.empty());
    CHECK(index.bytes() == 0);
    CHECK(index.due_timers(late, 10).empty());
    CHECK_FALSE(index.claim_owner(domain_log(), claim_key("c", 1)).has_value());
    CHECK(index.stream_events(domain_log(), case_stream(1)) == nullptr);
    CHECK_FALSE(index.first_position(domain_log()).has_value());
}

TEST_CASE("A replaced record is seen everywhere", "[store][tail]") {
    const store::Commit commit =
        commit_of({{case_stream(1), store::ExpectedRevision::any(), new_events(1, 2)}});
    const TailRecordPtr old = made(commit, {Position(0), 0}, {Revision(0)});
    TailIndex index;
    index.add(old);
    index.replace(domain_log(), old->at, store::without_payload(old->bytes, 0));
    CHECK(index.find_event(domain_log(), store::EventId(numbered_uuid(1)))->view().payload.empty());
    CHECK(index.stream_events(domain_log(), case_stream(1))->front().view().payload.empty());
    CHECK(index.records_from(domain_log(), Position(0), 1).at(0)->record.events[0].payload.empty());
    index.replace(domain_log(1), old->at, old->bytes);  // Not here: nothing changes.
    CHECK(old.use_count() == 1);
    index.drop_oldest();
    CHECK(index.bytes() == 0);
}
