#include "app/eraser.hpp"

#include "access/facts_fold.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "store/bytes.hpp"
#include "store/keys/stream_seal.hpp"

#include <spdlog/spdlog.h>

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace samvev::app {
namespace {

// How many erasures of the register the views' table has been purged of. Stored: never change.
//   row = u64 count
constexpr std::string_view purged_key = "erasures";

constexpr std::string_view refused_timer_type = "timers.timer-refused";

class LayeredEraser final : public Eraser {
public:
    explicit LayeredEraser(EraserParts parts) : parts_(std::move(parts)) {}

    Result<std::monostate> erase(const Request& request) override {
        const std::lock_guard lock(mutex_);
        const store::LogId log{request.tenant, store::LogKind::domain};
        SAMVEV_TRY(const auto head, parts_.log.stream_head(log, request.stream));
        if (!head) {
            return fail(ErrorCode::not_found, "There is no stream " + request.stream.text() + ".");
        }
        SAMVEV_CHECK_OK(store::erase_stream(
            parts_.stored, parts_.keys, {{log, request.stream}, {}, request.basis, request.at}
        ));
        return purge();
    }

    Result<std::monostate> remove(const Removal& removal) override {
        const std::lock_guard lock(mutex_);
        const store::KeyOwner owner{{removal.tenant, store::LogKind::domain}, removal.stream};
        SAMVEV_TRY(const store::Position position, removable(owner, removal.event));
        SAMVEV_CHECK_OK(parts_.log.remove_payload(owner.log, position));
        drop_cached(owner);
        SAMVEV_CHECK_OK(remove_quotes(owner));
        SAMVEV_CHECK_OK(parts_.refold_facts(removal.tenant));
        SAMVEV_CHECK_OK(parts_.views.forget(removal.tenant, removal.stream));
        // Again, and the snapshots with it: somebody may have held what was read before.
        drop_cached(owner);
        SAMVEV_CHECK_OK(parts_.log.remove_payload(owner.log, position));
        base::logger("app").info(
            "removed payload tenant={} position={}", removal.tenant.value(), position.value()
        );
        return std::monostate();
    }

    Result<std::monostate> resume() override {
        const std::lock_guard lock(mutex_);
        return purge();
    }

private:
    Result<store::Position> removable(const store::KeyOwner& owner, store::EventId id) const {
        if (parts_.keys.is_closed(owner)) {
            return fail(ErrorCode::gone, owner.stream.text() + " has been erased.");
        }
        SAMVEV_TRY(const store::StreamKeysRow keys, parts_.keys.stream_keys(owner));
        if (keys.state == store::KeyState::held) {
            return fail(
                ErrorCode::rejected,
                owner.stream.text() + " is under a legal hold (" + keys.basis + ")."
            );
        }
        std::string storage;
        SAMVEV_TRY(const auto event, parts_.stored.find_event(owner.log, id, storage));
        if (!event || event->stream() != owner.stream) {
            return fail(
                ErrorCode::not_found,
                owner.stream.text() + " has no event " + id.value().text() + "."
            );
        }
        if (access::FactsFold::is_fact(event->stream_kind, event->type)) {
            return fail(
                ErrorCode::denied, "Access is decided by what " + std::string(event->type) +
                                       " says: correct it, or erase " + owner.stream.text() + "."
            );
        }
        return event->position;
    }

    // mutex_ is held.
    Result<std::monostate> purge() {
        SAMVEV_TRY(const std::uint64_t purged, purged_count());
        SAMVEV_CHECK_OK(erase_reads_since(purged));
        const std::vector<store::Erasure> erasures = parts_.keys.erasures();
        // Views are rebuilt once for all that is new, however much that is.
        std::map<std::pair<store::TenantId, std::string>, store::StreamId> one_of_each_kind;
        for (std::uint64_t i = purged; i < erasures.size(); ++i) {
            const store::KeyOwner& owner = erasures[i].owner;
            drop_cached(owner);
            SAMVEV_CHECK_OK(let_go(owner));
            SAMVEV_CHECK_OK(remove_unsealed(owner));
            SAMVEV_CHECK_OK(remove_quotes(owner));
            one_of_each_kind.emplace(std::pair(owner.log.tenant, owner.stream.kind), owner.stream);
        }
        // Before the views, which rewrite the files of the table that facts are kept in, too.
        for (auto it = one_of_each_kind.begin(); it != one_of_each_kind.end();) {
            const store::TenantId tenant = it->first.first;
            SAMVEV_CHECK_OK(parts_.refold_facts(tenant));
            for (; it != one_of_each_kind.end() && it->first.first == tenant; ++it) {
                SAMVEV_CHECK_OK(parts_.views.forget(tenant, it->second));
            }
        }
        for (std::uint64_t i = purged; i < erasures.size(); ++i) {
            // Again: somebody may have been reading while the fence went up.
            drop_cached(erasures[i].owner);
        }
        if (purged < erasures.size()) {
            SAMVEV_CHECK_OK(set_purged_count(erasures.size()));
            base::logger("app").info("erased streams={}", erasures.size() - purged);
        }
        return std::monostate();
    }

    // Who has read about the stream is forgotten with it, but for the envelopes: that somebody did.
    Result<std::monostate> erase_reads_since(std::uint64_t purged) {
        const std::vector<store::Erasure> erasures = parts_.keys.erasures();
        for (std::uint64_t i = purged; i < erasures.size(); ++i) {
            store::Erasure of_reads = erasures[i];
            store::LogId& log = of_reads.owner.log;
            if (log.kind != store::LogKind::domain) {
                continue;
            }
            log.kind = store::LogKind::access;
            of_reads.keys.clear();
            if (!parts_.keys.is_closed(of_reads.owner)) {
                SAMVEV_CHECK_OK(store::erase_stream(parts_.stored, parts_.keys, of_reads));
            }
        }
        return std::monostate();
    }

    void drop_cached(const store::KeyOwner& owner) const {
        if (parts_.drop_cached) {
            parts_.drop_cached(owner.log, owner.stream);
        }
    }

    // What the stream holds beside its events: unique keys, which somebody else may need, and
    // timers, which would be refused.
    Result<std::monostate> let_go(const store::KeyOwner& owner) {
        store::Commit commit = empty_commit(owner.log);
        SAMVEV_TRY(const auto claims, parts_.log.claims_of(owner.log, owner.stream));
        for (const store::ClaimKey& claim : claims) {
            commit.claims.push_back({store::ClaimChange::Kind::release, claim, owner.stream});
            SAMVEV_CHECK_OK(append_if_full(commit));
        }
        SAMVEV_TRY(const auto timers, parts_.stored.due_timers(base::Timestamp::max(), SIZE_MAX));
        for (const store::DueTimer& due : timers) {
            if (due.tenant == owner.log.tenant && due.timer.key.stream == owner.stream) {
                commit.timer_clears.push_back({due.timer.key, std::nullopt});
                SAMVEV_CHECK_OK(append_if_full(commit));
            }
        }
        return append(commit);
    }

    [[nodiscard]] store::Commit empty_commit(store::LogId log) const {
        store::Commit commit;
        commit.log = log;
        commit.actor.actor = "system/erasure";
        commit.actor.role = "system:erasure";
        commit.recorded_at = parts_.clock.now();
        return commit;
    }
    Result<std::monostate> append_if_full(store::Commit& commit) {
        const std::size_t entries = commit.claims.size() + commit.timer_clears.size();
        return entries < limits::commit_events_max ? Result<std::monostate>(std::monostate())
                                                   : append(commit);
    }
    Result<std::monostate> append(store::Commit& commit) {
        if (commit.claims.empty() && commit.timer_clears.empty()) {
            return std::monostate();
        }
        const store::LogId log = commit.log;
        SAMVEV_CHECK_OK(parts_.log.append(std::move(commit)));
        commit = empty_commit(log);
        return std::monostate();
    }

    // What was stored before there was sealing has no key to destroy.
    Result<std::monostate> remove_unsealed(const store::KeyOwner& owner) {
        std::vector<store::Position> found;
        const auto scanned = parts_.stored.scan_stream(
            owner.log, owner.stream, store::Revision(0), SIZE_MAX,
            [&found](const store::EventView& event) {
                if (event.key_id.empty() && event.payload_state == store::PayloadState::present) {
                    found.push_back(event.position);
                }
                return store::Visit::more;
            }
        );
        if (!scanned && scanned.error().code != ErrorCode::not_found) {
            return tl::unexpected(scanned.error());
        }
        return remove_payloads(owner.log, found);
    }

    Result<std::monostate> remove_payloads(
        store::LogId log, const std::vector<store::Position>& positions
    ) {
        for (const store::Position position : positions) {
            SAMVEV_CHECK_OK(parts_.log.remove_payload(log, position));
        }
        return std::monostate();
    }

    // Refused timers are told of in the system log, with what the module said against them.
    Result<std::monostate> remove_quotes(const store::KeyOwner& owner) {
        const store::LogId system{owner.log.tenant, store::LogKind::system};
        const std::string quoted = '"' + owner.stream.text() + '"';
        // By their envelopes: a key restored from a backup may be older than something else there.
        std::vector<store::Position> refusals;
        SAMVEV_CHECK_OK(parts_.stored.scan(
            system, store::Position(0), SIZE_MAX,
            [&refusals](const store::EventView& event) {
                if (event.type == refused_timer_type) {
                    refusals.push_back(event.position);
                }
                return store::Visit::more;
            }
        ));
        std::vector<store::Position> found;
        const auto look = [&](const store::EventView& event) {
            if (store::is_readable(event) && event.payload.find(quoted) != std::string_view::npos) {
                found.push_back(event.position);
            }
            return store::Visit::stop;
        };
        for (const store::Position position : refusals) {
            SAMVEV_CHECK_OK(parts_.log.scan(system, position, 1, look));
        }
        return remove_payloads(system, found);
    }

    Result<std::uint64_t> purged_count() const {
        SAMVEV_TRY(const auto row, parts_.views_table.get(purged_key));
        if (!row) {
            return std::uint64_t{0};
        }
        store::ByteReader reader(*row);
        const std::uint64_t count = reader.u64();
        return reader.ok() ? count : 0;
    }
    Result<std::monostate> set_purged_count(std::uint64_t count) {
        std::string row;
        store::ByteWriter(row).u64(count);
        store::TableBatch batch;
        batch.put(std::string(purged_key), std::move(row));
        return parts_.views_table.write(batch);
    }

    const EraserParts parts_;
    std::mutex mutex_;  // One erasure at a time.
};

}  // namespace

std::unique_ptr<Eraser> make_eraser(EraserParts parts) {
    return std::make_unique<LayeredEraser>(std::move(parts));
}

}  // namespace samvev::app
