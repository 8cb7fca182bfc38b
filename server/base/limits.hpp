#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// Every queue, cache, frame, wait and batch has its maximum here, with the reason.
namespace samvev::base::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

// --- events and commits -------------------------------------------------------------------
inline constexpr std::size_t event_payload_bytes_max = 64 * 1024;  // A text, not a file.
inline constexpr std::size_t commit_events_max = 256;
inline constexpr std::size_t commit_bytes_max = 1024 * 1024;
inline constexpr std::size_t stream_kind_bytes_max = 40;
inline constexpr std::size_t event_type_bytes_max = 120;
static_assert(event_payload_bytes_max < commit_bytes_max);

// --- store ----------------------------------------------------------------------------------
inline constexpr std::size_t commit_queue_max = 4096;  // Commits waiting for the writer.
inline constexpr std::size_t commit_batch_max = 256;   // Commits in one synced write.
inline constexpr std::size_t commit_batch_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t derived_flush_events =
    8192;  // Tail kept in memory before the bulk write.
inline constexpr std::size_t recovery_bytes_max =
    64 * 1024 * 1024;  // WAL and tail to replay after kill -9.
inline constexpr std::uint64_t free_bytes_min =
    256ULL * 1024 * 1024;  // Below: read-only, by itself back.
inline constexpr std::size_t unsealed_bytes_max =
    64 * 1024 * 1024;  // What a sealed text may become: a snapshot is the longest.
inline constexpr std::size_t data_keys_cached = 8192;  // In memory, ready to be used.
inline constexpr std::size_t key_pool = 128;           // Data keys made ahead with one sync.
inline constexpr std::size_t stream_keys_max = 1024;   // Data keys of one stream.
inline constexpr std::size_t key_files_max = 64;       // Open files of the key store.
inline constexpr std::size_t rewrap_batch = 256;       // Keys wrapped anew in one synced write.
inline constexpr std::size_t basis_bytes_max = 64;     // Of a hold or an erasure.
inline constexpr std::size_t log_files_max = 2048;     // Open files of the event log.
inline constexpr std::size_t table_files_max = 512;    // Of each table: views, reactions, logins.
inline constexpr std::size_t store_files_max =
    log_files_max + 3 * table_files_max + key_files_max + 256;
inline constexpr std::size_t open_files_assumed = 1024;  // When the system does not say.

// --- dispatch ------------------------------------------------------------------------------
inline constexpr int decide_again_max = 8;            // Then `overloaded`.
inline constexpr std::size_t line_waiting_max = 256;  // Commands waiting for one stream.
inline constexpr std::size_t worker_queue_max = 4096;
inline constexpr std::size_t state_cache_entries_max = 50'000;
inline constexpr std::size_t snapshot_every_events = 200;  // At least; of long streams more.
inline constexpr milliseconds retry_after{250};
// Facts of access that a queued commit may have overtaken; beyond, it is decided again.
inline constexpr std::size_t fact_changes_max = 16 * 1024;
// Events of a tenant after which its facts of access are saved: what a start has to read at most.
inline constexpr std::uint64_t facts_unsaved_events = 16 * 1024;
// Rows of a view that one page looks at for rows its reader may see.
inline constexpr std::size_t list_rows_seen_max = 2000;

// --- access ---------------------------------------------------------------------------------
inline constexpr seconds token_skew{30};  // Between an issuer's clock and ours.
// Tokens that need no second check of their signature: one for each connection there may be.
inline constexpr std::size_t verified_tokens_max = 20'000;
inline constexpr std::size_t key_set_bytes_max = 256 * 1024;
inline constexpr std::size_t key_set_keys_max = 100;
// Tokens that name unknown keys have the set fetched this seldom, however many come.
inline constexpr seconds key_set_refresh_pause{60};
inline constexpr seconds key_set_refresh_every{3600};  // A withdrawn key works no longer than this.
inline constexpr seconds key_set_stale_max{24 * 3600};  // While the issuer is down.
static_assert(key_set_refresh_pause < key_set_refresh_every);
static_assert(key_set_refresh_every < key_set_stale_max);
inline constexpr seconds key_fetch_deadline{10};
inline constexpr milliseconds key_retry_after{1000};
inline constexpr std::size_t key_fetches_max = 64;  // Waiting: one for each issuer.
inline constexpr std::size_t issuers_max = key_fetches_max;
inline constexpr std::size_t scopes_max = 256;  // In one token.
// A proof of possession is made for one request: as old as that may be, and clocks that differ.
inline constexpr seconds proof_age_max{30};
inline constexpr seconds proof_skew{5};
// Proofs remembered until they are too old to be used again; when there are more, none is taken.
inline constexpr std::size_t proofs_remembered_max = 100'000;

// --- the access log -------------------------------------------------------------------------
// Commits of reads on their way to the disk: a fraction of commit_queue_max, so that however much
// is read, commands find room.
inline constexpr std::size_t access_commits_max = commit_queue_max / 4;
// Reads that wait for those: a page for each connection there may be, and the calls in between.
inline constexpr std::size_t access_waiting_max = 32 * 1024;
// A read equal to one that is on record this recently, of the same state, is that one: what a
// person calls "looked at it this morning" is not told by the number of times a screen was drawn
// again.
inline constexpr seconds access_repeat_window{60};
inline constexpr std::size_t access_repeats_max = 64 * 1024;  // Remembered; about 6 MiB.
// Records that one page looks at for those asked for, and one look for patterns.
inline constexpr std::size_t access_rows_seen_max = 20'000;
inline constexpr std::size_t access_pattern_rows_max = 200'000;
inline constexpr std::size_t access_patterns_max = 200;  // Lines in one answer, the latest first.
inline constexpr std::size_t lookups_per_day = 50;  // Of one member of staff; a class and a half.

// --- logins of browsers ---------------------------------------------------------------------
// On their way to an issuer and back; whoever began first gives way.
inline constexpr std::size_t logins_pending_max = 20'000;
inline constexpr seconds login_pending_max{600};  // A person who looks for a phone.
inline constexpr std::size_t return_path_bytes_max = 1024;
inline constexpr std::size_t browser_sessions_max = 50'000;  // The one longest unused gives way.
inline constexpr seconds browser_session_idle_max{1800};     // A screen that was left.
inline constexpr seconds browser_session_age_max{8 * 3600};  // A working day.
// Codes on their way to an issuer, which blocks a thread each.
inline constexpr std::size_t token_requests_max = 256;
inline constexpr std::size_t token_request_threads = 4;
inline constexpr std::size_t token_response_bytes_max = 64 * 1024;
// Units that somebody is told to choose from.
inline constexpr std::size_t units_told_max = 32;
// After a crash a session has rested this much longer than it has, at most.
inline constexpr seconds session_use_kept_every{60};
static_assert(session_use_kept_every < browser_session_idle_max);

// --- invitations ----------------------------------------------------------------------------
// Wrong codes for one invitation; then it is locked. 5 of 2^40.
inline constexpr std::size_t code_attempts_max = 5;
// Invitations for which there were wrong codes since the start; the oldest count gives way.
inline constexpr std::size_t code_attempts_kept_max = 10'000;
inline constexpr std::size_t code_bytes_max = 64;  // As somebody types it, spaces and all.

// --- views ----------------------------------------------------------------------------------
inline constexpr std::size_t projector_batch_events = 4096;
inline constexpr std::size_t list_page_max = 200;
inline constexpr std::size_t list_page_default = 50;
inline constexpr milliseconds at_least_wait{5000};  // For a view to reach `atLeast`.

// --- timers and reactions -------------------------------------------------------------------
inline constexpr int reaction_depth_max = 16;
// Commands of timers that may be on their way at once; the rest stays in the log.
inline constexpr std::size_t timers_in_flight_max = 64;
// Timers that wait to be tried again; when there are more, no new ones are sent.
inline constexpr std::size_t timers_resting_max = 4096;
// Due timers looked through for one that can be sent: those of modules that are not loaded stay.
inline constexpr std::size_t timers_scan_max = 1'000'000;
// A module that breaks its contract as often as this on one timer or event is not asked again.
inline constexpr int fault_attempts_max = 3;
inline constexpr milliseconds retry_first = retry_after;
inline constexpr milliseconds retry_longest{60'000};
// What a refusal may say of its reasons, in bytes of JSON.
inline constexpr std::size_t refusal_data_bytes_max = 4096;
// Events that one step of a module's reactions looks through.
inline constexpr std::size_t reaction_batch_events = 256;
// Rows that Reactor::parked returns.
inline constexpr std::size_t parked_page_max = 1000;

// --- subscriptions ----------------------------------------------------------------------------
inline constexpr std::size_t page_events_max = 256;
inline constexpr std::size_t page_bytes_max = 256 * 1024;
inline constexpr std::size_t scan_events_per_checkpoint = 10'000;
inline constexpr seconds checkpoint_every{5};
inline constexpr std::size_t subscriptions_per_connection_max = 64;
// A subscription that lags by more is told so (fellBehind) instead of being left to guess.
inline constexpr std::size_t behind_events = 2 * page_events_max;
// Streams and type patterns in one filter.
inline constexpr std::size_t filter_streams_max = 128;
inline constexpr std::size_t filter_types_max = 64;
// Recent events of one tenant kept as ready texts, and of all tenants together: what a broadcast is
// served from. Older ones are read from the log.
inline constexpr std::size_t recent_events_max = 1024;
inline constexpr std::size_t recent_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t recent_bytes_max_all = 64 * 1024 * 1024;
static_assert(recent_events_max >= 2 * behind_events, "a live subscription is served from memory");
// Events taken from the log between two rounds of waking.
inline constexpr std::size_t distribute_events = page_events_max;
// Read ahead per stream while several are merged by position.
inline constexpr std::size_t merge_events_ahead = 16;
inline constexpr std::size_t merge_bytes_ahead = 32 * 1024;

// --- wire -----------------------------------------------------------------------------------
inline constexpr std::size_t http_header_bytes_max = 16 * 1024;
inline constexpr std::size_t message_bytes_max = 64 * 1024;  // From a client.
inline constexpr std::size_t response_bytes_max =
    512 * 1024;  // To a client: python3-websockets refuses 1 MiB.
inline constexpr std::size_t batch_entries_max = 50;
inline constexpr std::size_t in_flight_max = 64;  // Calls a connection may have open.
inline constexpr std::size_t json_depth_max = 64;
inline constexpr std::size_t outbox_messages_max = 256;
inline constexpr std::size_t outbox_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t connections_max = 20'000;
// From one IPv4 address or one IPv6 /64: a proxy on another machine needs its setting raised.
inline constexpr std::size_t connections_per_network_max = 100;
inline constexpr std::size_t trusted_proxies_max = 64;    // Addresses and networks.
inline constexpr std::size_t admin_connections_max = 64;  // A few scrapers and probes.
inline constexpr seconds header_deadline{10};
inline constexpr seconds tls_handshake_deadline{10};  // Two round trips and a signature.
inline constexpr seconds authenticate_deadline{10};
// A session outlives its token by clocks that differ: from here on requests are refused and streams
// rest, then it is closed. Both after the token's end; there is time for a new token before.
inline constexpr seconds token_notice{60};
inline constexpr seconds token_pause_after{30};
inline constexpr seconds token_close_after{60};
static_assert(token_pause_after < token_close_after);
// However often its token was renewed: who sits there is asked to log in once a working day.
inline constexpr seconds session_age_max{12 * 3600};
static_assert(browser_session_age_max < session_age_max);
inline constexpr seconds write_deadline{30};
inline constexpr seconds ping_every{25};
inline constexpr seconds idle_deadline{60};
inline constexpr seconds drain_deadline{20};
// Calls of one principal over all its connections, per second and at once (a token bucket): far
// more than a person makes, far less than what others would notice. Batch entries count each.
inline constexpr std::size_t reads_per_second = 50;
inline constexpr std::size_t reads_at_once = 100;
inline constexpr std::size_t commands_per_second = 10;
inline constexpr std::size_t commands_at_once = 20;
// Of services: imports and benchmarks go as fast as the machine, and this is above it.
inline constexpr std::size_t service_calls_per_second = 50'000;
// Refused calls are to be repeated no earlier. Whoever comes back sooner, for this long, is cut.
inline constexpr milliseconds rate_retry_min{1000};
inline constexpr seconds rate_abuse_max{5};
inline constexpr std::size_t principals_max = 100'000;  // Whose calls are counted at a time.
// Browsers on their way to an issuer and back, from one address: a municipality behind one address
// comes to work at eight. Two requests each.
inline constexpr std::size_t logins_per_second = 10;
inline constexpr std::size_t logins_at_once = 200;
// Codes of invitations, right or wrong: a class that is let in together, and nobody who guesses.
inline constexpr seconds code_attempt_every{10};
inline constexpr std::size_t code_attempts_at_once = 20;
inline constexpr std::size_t addresses_counted_max = 100'000;  // Then all begin anew.
inline constexpr std::size_t connections_per_user_max = 20;
inline constexpr std::size_t subscriptions_per_user_max = 256;
// Pings and pongs of a client, a token bucket for each connection: well-behaved ones send two a
// minute.
inline constexpr std::size_t pings_per_second = 5;
inline constexpr std::size_t pings_at_once = 100;
// Logins and tokens that were ended before they expire; the oldest gives way.
inline constexpr std::size_t revocations_max = 100'000;
inline constexpr seconds revocation_kept{24 * 3600};  // As long as any access token may live.
inline constexpr seconds logout_token_age_max{300};
// Sessions part one by one, or all clients come back in one moment: so far apart, all within this.
inline constexpr milliseconds parting_gap{10};
inline constexpr seconds drain_spread{10};
static_assert(drain_spread < drain_deadline);
// The OpenRPC document, the one answer that grows with the modules and cannot be paged: clients
// that call rpc.discover over a WebSocket take 1 MiB at most (python3-websockets).
inline constexpr std::size_t open_rpc_bytes_max = 1000 * 1024;
static_assert(open_rpc_bytes_max < 1024 * 1024);
static_assert(access_waiting_max > connections_max);
static_assert(page_bytes_max < response_bytes_max);
static_assert(response_bytes_max < outbox_bytes_max);

}  // namespace samvev::base::limits

namespace samvev::limits {
using namespace base::limits;  // NOLINT(google-build-using-namespace): one short name for all
                               // layers.
}
