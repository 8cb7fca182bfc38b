#include "base/assert.hpp"
#include "store/crc32c.hpp"
#include "store/event_codec.hpp"
#include "store/key_format.hpp"
#include "store/record.hpp"
#include "support/store_commits.hpp"
#include "target.hpp"

// Stored bytes that a disk may have changed: corrupt is said, never believed, and what is read is
// what was written. The first byte says which format; the CRC of records is put right, so that what
// lies behind it is reached as well.
namespace samvev::fuzz {

namespace {

enum Format : char { record = 'r', changes = 'c', event = 'e', keys = 'k' };

std::string some_record() {
    store::Commit commit = test::with_command(
        test::commit_of({
            {test::case_stream(1), store::ExpectedRevision::any(), test::new_events(1, 3)},
            {test::case_stream(2), store::ExpectedRevision::any(), test::new_events(9, 1)},
        }),
        77
    );
    commit.claims = {
        {store::ClaimChange::Kind::take, test::claim_key("plan.active", 1), test::case_stream(1)}
    };
    commit.timers = {test::timer_of(1, "review", 1'800'000'000'000'000, 2)};
    commit.timer_clears = {{{test::case_stream(1), "plan", "old"}, std::nullopt}};
    const store::RecordPlace place{7, store::Position(40), base::sha256("before")};
    const store::CommitViews views(commit, place.first, {store::Revision(3), store::Revision(0)});
    return store::encode_record(commit, place, views.views());
}

std::string with_right_crc(std::string_view bytes) {
    std::string out(bytes.substr(0, bytes.size() < 4 ? 0 : bytes.size() - 4));
    store::ByteWriter(out).u32(store::crc32c(out));
    return out;
}

void try_record(std::string_view bytes) {
    store::Record out;
    if (!store::read_record(bytes, out)) {
        return;
    }
    const auto read = store::read_changes(out.changes);
    static_cast<void>(store::record_digest(bytes));
    if (read) {
        static_cast<void>(store::answer_to(out, *read));
    }
    for (std::size_t i = 0; i < out.events.size(); ++i) {
        const std::string shorter = store::without_payload(bytes, i);
        store::Record again;
        SAMVEV_ASSERT(store::read_record(shorter, again).has_value());
        SAMVEV_ASSERT(store::record_digest(shorter) == store::record_digest(bytes));
    }
}

void try_event(std::string_view bytes) {
    if (const auto read = store::read_event(bytes)) {
        std::string again;
        store::append_event(again, *read);
        SAMVEV_ASSERT(again == bytes);
    }
}

void try_keys(std::string_view bytes) {
    if (const auto head = store::keys::read_head_row(bytes)) {
        SAMVEV_ASSERT(bytes.starts_with(store::keys::head_row(*head)));
    }
    if (const auto cursor = store::keys::read_cursor_row(bytes)) {
        SAMVEV_ASSERT(bytes.starts_with(store::keys::cursor_row(*cursor)));
    }
    if (const auto due = store::keys::read_due(bytes)) {
        SAMVEV_ASSERT(
            bytes.substr(1).starts_with(store::keys::due(due->log, due->due, due->timer).substr(1))
        );
    }
}

}  // namespace

std::vector<std::string> seeds() {
    const std::string whole = some_record();
    store::Record read;
    SAMVEV_ASSERT(store::read_record(whole, read).has_value());
    std::string one;
    store::append_event(one, read.events.front());
    const auto timer = test::timer_of(1, "review", 1'800'000'000'000'000, 2);
    return {
        std::string(1, record) + whole,
        std::string(1, changes) + std::string(read.changes),
        std::string(1, event) + one,
        std::string(1, keys) + store::keys::head_row({7, {store::Position(9), 2}, {}}),
        std::string(1, keys) + store::keys::cursor_row({store::Position(9), 2}),
        std::string(1, keys) + store::keys::due(test::domain_log(), timer.due, timer.key),
    };
}

void try_input(std::string_view input) {
    if (input.empty()) {
        return;
    }
    const std::string_view bytes = input.substr(1);
    switch (input.front()) {
        case record:
            try_record(bytes);
            try_record(with_right_crc(bytes));
            break;
        case changes:
            static_cast<void>(store::read_changes(bytes));
            break;
        case event:
            try_event(bytes);
            break;
        default:
            try_keys(bytes);
    }
}

}  // namespace samvev::fuzz
