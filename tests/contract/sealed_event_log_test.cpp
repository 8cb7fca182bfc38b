#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "store/keys/stream_seal.hpp"
#include "support/sealed_log_under_test.hpp"
#include "support/store_commits.hpp"

// What holds of a sealed log besides the contract that it shares with its engines.

using namespace samvev;
using namespace samvev::test;
using store::EventView;
using store::ExpectedRevision;
using store::PayloadState;
using store::Position;
using store::Revision;
using Engine = SealedLogUnderTest::Engine;

namespace {

constexpr const char* marker = R"({"note":"Fjordvik-marker-8231"})";

store::Commit note(std::uint64_t stream, std::uint64_t event) {
    return commit_of({{case_stream(stream), ExpectedRevision::any(), {new_event(event, marker)}}});
}

store::RecordedEvent event_at(const store::EventLog& log, std::uint64_t position) {
    return store::read_log(log, domain_log(), Position(position), 1).value().at(0);
}

ErrorCode reading(const store::EventLog& log, std::uint64_t position) {
    const auto read = store::read_log(log, domain_log(), Position(position), 1);
    REQUIRE_FALSE(read.has_value());
    return read.error().code;
}

// A commit to the engine itself, by somebody who can write its files, of an event that is sealed.
store::Commit forged(std::uint64_t stream, std::uint64_t event, const EventView& sealed) {
    store::Commit commit = one_event(stream, event);
    store::NewEvent& forgery = commit.writes[0].events[0];
    forgery.key_id = sealed.key_id;
    forgery.commitment = sealed.commitment;
    forgery.payload = sealed.payload;
    return commit;
}

}  // namespace

TEST_CASE("What is stored is sealed, hashed as sealed and committed to its key", "[sealed]") {
    for (const Engine engine : {Engine::memory, Engine::rocks}) {
        SealedLogUnderTest f(engine);
        REQUIRE(f.log().append(note(1, 1)).has_value());
        const auto stored = event_at(f.stored(), 0);
        CHECK(stored->payload.find("Fjordvik") == std::string_view::npos);
        CHECK_FALSE(store::is_readable(stored.view()));
        // Pitfall 5: nothing can be guessed from the hash.
        CHECK(stored->payload_sha256 == base::sha256(stored->payload));
        CHECK(stored->payload_sha256 != base::sha256(marker));
        const auto key = f.keys().keys().key_to_seal(owner_of(1)).value();
        CHECK(stored->key_id == key->id().value());
        CHECK(stored->commitment == base::as_view(key->commitment()));
        const auto opened = event_at(f.log(), 0);
        CHECK(opened->payload == marker);
        CHECK(store::is_readable(opened.view()));
        CHECK(opened->payload_sha256 == stored->payload_sha256);
        std::string storage;
        const auto by_id =
            f.log().find_event(domain_log(), store::EventId(numbered_uuid(1)), storage).value();
        CHECK(by_id->payload == marker);
    }
}

TEST_CASE("The same text sealed twice shows nothing in common", "[sealed]") {
    SealedLogUnderTest f(Engine::memory);
    REQUIRE(f.log().append(note(1, 1)).has_value());
    REQUIRE(f.log().append(note(1, 2)).has_value());
    const std::size_t nonce_and_text = 10;  // Behind format, encoding and dictionary.
    CHECK(
        event_at(f.stored(), 0)->payload.substr(nonce_and_text, 24) !=
        event_at(f.stored(), 1)->payload.substr(nonce_and_text, 24)
    );
}

TEST_CASE("What is sealed opens in its place only", "[sealed]") {
    SealedLogUnderTest f(Engine::memory);
    REQUIRE(f.log().append(note(1, 1)).has_value());
    REQUIRE(f.log().append(note(2, 2)).has_value());
    const auto one = event_at(f.stored(), 0);
    const auto two = event_at(f.stored(), 1);
    // Another event of the same stream; another stream; another key.
    REQUIRE(f.stored().append(forged(1, 3, one.view())).has_value());
    REQUIRE(f.stored().append(forged(2, 4, one.view())).has_value());
    store::Commit other_key = forged(2, 5, one.view());
    other_key.writes[0].events[0].key_id = two->key_id;
    REQUIRE(f.stored().append(other_key).has_value());
    // Pitfall 6: the commitment says which key was meant, also when the key would open it.
    store::Commit uncommitted = forged(2, 6, two.view());
    uncommitted.writes[0].events[0].commitment = one->commitment;
    REQUIRE(f.stored().append(uncommitted).has_value());
    for (const std::uint64_t position : {2U, 3U, 4U, 5U}) {
        CAPTURE(position);
        CHECK(reading(f.log(), position) == ErrorCode::corrupt);
    }
    CHECK(event_at(f.log(), 0)->payload == marker);
    CHECK(event_at(f.log(), 1)->payload == marker);
}

TEST_CASE("Nobody above the log seals", "[sealed]") {
    SealedLogUnderTest f(Engine::memory);
    store::Commit commit = one_event(1, 1);
    commit.writes[0].events[0].key_id = "key";
    CHECK(f.log().append(commit).error().code == ErrorCode::invalid_argument);
    commit = one_event(1, 1);
    commit.writes[0].events[0].commitment = std::string(32, 'c');
    CHECK(f.log().append(commit).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("Timers and snapshots are sealed too", "[sealed]") {
    for (const Engine engine : {Engine::memory, Engine::rocks}) {
        SealedLogUnderTest f(engine);
        store::Commit commit = note(1, 1);
        commit.timers.push_back(timer_of(1, "remind", 1000));
        commit.timers.back().data = marker;
        REQUIRE(f.log().append(commit).has_value());
        const store::Snapshot snapshot{"test", 1, Revision(0), marker};
        f.log().put_snapshot(domain_log(), case_stream(1), snapshot);
        for (int round = 0; round < 2; ++round) {
            const auto stored_timer =
                f.stored().due_timers(base::Timestamp::max(), 1).value().at(0);
            CHECK(stored_timer.timer.data.find("Fjordvik") == std::string::npos);
            CHECK(f.log().due_timers(base::Timestamp::max(), 1).value().at(0).timer.data == marker);
            const auto stored =
                f.stored().find_snapshot(domain_log(), case_stream(1), "test").value();
            REQUIRE(stored.has_value());
            CHECK(stored->state.find("Fjordvik") == std::string::npos);
            CHECK(
                f.log().find_snapshot(domain_log(), case_stream(1), "test").value()->state == marker
            );
            f.reopen();
        }
        // Of another revision, or not sealed: as good as none.
        store::Snapshot moved =
            *f.stored().find_snapshot(domain_log(), case_stream(1), "test").value();
        REQUIRE(f.log().append(note(1, 2)).has_value());
        moved.revision = Revision(1);
        f.stored().put_snapshot(domain_log(), case_stream(1), moved);
        CHECK_FALSE(f.log().find_snapshot(domain_log(), case_stream(1), "test").value().has_value()
        );
        f.stored().put_snapshot(domain_log(), case_stream(1), snapshot);
        CHECK_FALSE(f.log().find_snapshot(domain_log(), case_stream(1), "test").value().has_value()
        );
    }
}

TEST_CASE("An erased stream reads as erased, and nothing else does", "[sealed][erasure]") {
    for (const Engine engine : {Engine::memory, Engine::rocks}) {
        SealedLogUnderTest f(engine);
        // Pitfall 7: two people in one commit, each in a stream of their own.
        store::Commit both = with_command(
            commit_of(
                {{case_stream(1), ExpectedRevision::any(), {new_event(1, marker)}},
                 {case_stream(2), ExpectedRevision::any(), {new_event(2, marker)}}}
            ),
            1
        );
        both.timers.push_back(timer_of(1, "remind", 1000));
        const auto committed = f.log().append(both);
        REQUIRE(committed.has_value());
        f.log().put_snapshot(domain_log(), case_stream(1), {"test", 1, Revision(0), marker});
        REQUIRE(f.erase(1).has_value());
        for (int round = 0; round < 2; ++round) {
            const auto erased = event_at(f.log(), 0);
            CHECK(erased->payload_state == PayloadState::erased);
            CHECK(erased->payload.empty());
            CHECK_FALSE(store::is_readable(erased.view()));
            CHECK(erased->type == "test.happened");
            CHECK(event_at(f.log(), 1)->payload == marker);
            std::string storage;
            CHECK(
                f.log()
                    .find_event(domain_log(), store::EventId(numbered_uuid(1)), storage)
                    .value()
                    ->payload_state == PayloadState::erased
            );
            CHECK_FALSE(
                f.log().find_snapshot(domain_log(), case_stream(1), "test").value().has_value()
            );
            CHECK(f.log().due_timers(base::Timestamp::max(), 1).value().at(0).timer.data == "{}");
            // Fails loudly; a command that was carried out before is still answered.
            CHECK(f.log().append(note(1, 9)).error().code == ErrorCode::gone);
            const auto again = f.log().append(both);
            REQUIRE(again.has_value());
            CHECK(again->replayed);
            CHECK(again->position == committed->position);
            // The envelope and what proves it stay.
            CHECK(event_at(f.stored(), 0)->payload_sha256 == erased->payload_sha256);
            f.reopen();
        }
        CHECK(f.log().append(note(2, 10)).has_value());
        CHECK(f.log().stream_head(domain_log(), case_stream(1)).value()->revision == Revision(0));
    }
}

TEST_CASE("What was sealed before the fence is refused behind it", "[sealed][erasure]") {
    // Pitfall 12: one committer orders both.
    for (const Engine engine : {Engine::memory, Engine::rocks}) {
        SealedLogUnderTest f(engine);
        REQUIRE(f.log().append(note(1, 1)).has_value());
        store::Commit in_flight = note(1, 2);
        REQUIRE(
            f.seal().seal(domain_log(), case_stream(1), in_flight.writes[0].events[0]).has_value()
        );
        REQUIRE(f.erase(1).has_value());
        CHECK(f.stored().append(in_flight).error().code == ErrorCode::gone);
        CHECK(f.log().head(domain_log()).next == Position(1));
    }
}

TEST_CASE("Appending while a stream is erased ends in gone for good", "[sealed][erasure]") {
    for (const Engine engine : {Engine::memory, Engine::rocks}) {
        SealedLogUnderTest f(engine);
        REQUIRE(f.log().append(note(1, 1)).has_value());
        std::atomic<int> others{0};
        std::atomic<bool> erased{false};
        std::atomic<bool> late{false};
        std::vector<std::thread> writers;
        for (std::uint64_t writer = 0; writer < 3; ++writer) {
            writers.emplace_back([&, writer] {
                for (std::uint64_t id = 1000 * (writer + 1); id < 1000 * (writer + 2); ++id) {
                    const bool is_over = erased.load();
                    const auto answer = f.log().append(note(1, id));
                    if (!answer) {
                        others += answer.error().code == ErrorCode::gone ? 0 : 1;
                        return;
                    }
                    if (is_over) {
                        late = true;
                    }
                }
            });
        }
        REQUIRE(f.erase(1).has_value());
        erased = true;
        for (std::thread& writer : writers) {
            writer.join();
        }
        CHECK(others == 0);
        CHECK_FALSE(late);
        bool all_erased = true;
        REQUIRE(f.log()
                    .scan_stream(
                        domain_log(), case_stream(1), Revision(0), SIZE_MAX,
                        [&all_erased](const EventView& event) {
                            all_erased = all_erased && event.payload_state == PayloadState::erased;
                            return store::Visit::more;
                        }
                    )
                    .has_value());
        CHECK(all_erased);
        CHECK(f.log().append(note(1, 9999)).error().code == ErrorCode::gone);
    }
}

TEST_CASE("A key that is lost is no erasure", "[sealed][erasure]") {
    // Pitfall 10: who loses keys is told so, instead of being shown less.
    SealedLogUnderTest f(Engine::rocks);
    const TemporaryDirectory backup;
    f.keys().copy_keys_to(backup.path() + "/keys");
    for (std::uint64_t stream = 1; stream < 20; ++stream) {
        REQUIRE(f.log().append(note(stream, stream)).has_value());
    }
    f.close();
    f.keys().restore_keys_from(backup.path() + "/keys");
    f.keys().reopen();
    f.reopen();
    CHECK(event_at(f.log(), 0)->payload == marker);  // From the pool that was in the backup.
    CHECK(reading(f.log(), 18) == ErrorCode::unavailable);
}

TEST_CASE("What was stored before sealing is read as it is", "[sealed]") {
    SealedLogUnderTest f(Engine::memory);
    store::Commit before = note(1, 1);
    before.timers.push_back(timer_of(1, "remind", 1000));
    REQUIRE(f.stored().append(before).has_value());
    CHECK(event_at(f.log(), 0)->payload == marker);
    CHECK(
        f.log().due_timers(base::Timestamp::max(), 1).value().at(0).timer.data == R"({"of":"it"})"
    );
}

TEST_CASE("A payload is taken out by position, sealed or not", "[sealed][erasure]") {
    // Kassering; pitfall 13: the bytes go, their hash stays.
    for (const Engine engine : {Engine::memory, Engine::rocks}) {
        SealedLogUnderTest f(engine);
        REQUIRE(f.log().append(note(1, 1)).has_value());
        REQUIRE(f.log().append(note(1, 2)).has_value());
        const std::string sealed(event_at(f.stored(), 0)->payload);
        const auto hash = event_at(f.log(), 0)->payload_sha256;
        REQUIRE(f.log().remove_payload(domain_log(), Position(0)).has_value());
        CHECK(event_at(f.log(), 0)->payload_state == PayloadState::removed);
        CHECK(event_at(f.log(), 0)->payload_sha256 == hash);
        CHECK(event_at(f.log(), 1)->payload == marker);
        f.close();
        CHECK(files_with(f.directory(), sealed).empty());
    }
}
