#pragma once

#include "store/event_log.hpp"

namespace samvev::test {

// An event log that hands everything on to another: to be derived from where a test wants one call
// to fail or to be counted.
class ForwardingLog : public store::EventLog {
public:
    explicit ForwardingLog(store::EventLog& log) : log_(log) {}

    void submit(store::Commit commit, Completion done) override {
        log_.submit(std::move(commit), std::move(done));
    }
    void stop() override { log_.stop(); }
    store::LogHead head(store::LogId log) const override { return log_.head(log); }
    std::vector<store::LogId> logs() const override { return log_.logs(); }
    Result<std::optional<store::StreamHead>> stream_head(
        store::LogId log, const store::StreamId& stream
    ) const override {
        return log_.stream_head(log, stream);
    }
    Result<store::Position> scan(
        store::LogId log, store::Position from, std::size_t limit, const store::EventVisitor& visit
    ) const override {
        return log_.scan(log, from, limit, visit);
    }
    Result<store::Revision> scan_stream(
        store::LogId log, const store::StreamId& stream, store::Revision from, std::size_t limit,
        const store::EventVisitor& visit
    ) const override {
        return log_.scan_stream(log, stream, from, limit, visit);
    }
    Result<std::monostate> scan_stream_back(
        store::LogId log, const store::StreamId& stream, store::Revision from, std::size_t limit,
        const store::EventVisitor& visit
    ) const override {
        return log_.scan_stream_back(log, stream, from, limit, visit);
    }
    Result<std::optional<store::EventView>> find_event(
        store::LogId log, store::EventId id, std::string& storage
    ) const override {
        return log_.find_event(log, id, storage);
    }
    Result<std::optional<store::Committed>> find_result(
        store::LogId log, const store::Idempotency& command
    ) const override {
        return log_.find_result(log, command);
    }
    Result<std::optional<store::StreamId>> find_claim(
        store::LogId log, const store::ClaimKey& claim
    ) const override {
        return log_.find_claim(log, claim);
    }
    Result<std::vector<store::ClaimKey>> claims_of(store::LogId log, const store::StreamId& owner)
        override {
        return log_.claims_of(log, owner);
    }
    Result<std::vector<store::DueTimer>> due_timers(base::Timestamp until, std::size_t limit)
        const override {
        return log_.due_timers(until, limit);
    }
    Result<std::optional<base::Timestamp>> next_timer() const override { return log_.next_timer(); }
    void put_snapshot(
        store::LogId log, const store::StreamId& stream, const store::Snapshot& snapshot
    ) override {
        log_.put_snapshot(log, stream, snapshot);
    }
    Result<std::optional<store::Snapshot>> find_snapshot(
        store::LogId log, const store::StreamId& stream, std::string_view module
    ) const override {
        return log_.find_snapshot(log, stream, module);
    }
    Result<std::monostate> remove_payload(store::LogId log, store::Position position) override {
        return log_.remove_payload(log, position);
    }
    store::LogState state() const override { return log_.state(); }
    void on_commit(Wake wake) override { log_.on_commit(std::move(wake)); }
    void set_guard(store::CommitGuard* guard) override { log_.set_guard(guard); }
    void set_listener(store::CommitListener* listener) override { log_.set_listener(listener); }

private:
    store::EventLog& log_;
};

}  // namespace samvev::test
