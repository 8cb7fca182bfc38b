#include "app/replay_record.hpp"

#include "access/reading.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/uuid.hpp"
#include "dispatch/access_log/access_log.hpp"
#include "dispatch/access_log/record.hpp"
#include "store/event_log.hpp"
#include "store/sealed_event_log.hpp"

namespace samvev::app {

namespace {

// Whether there is anything to read: what is not there leaves no trace.
Result<bool> has_history(const store::EventLog& log, const ReplayRecord& replay) {
    const auto stream = store::StreamId::parse(replay.stream);
    if (!stream) {
        return log.head(replay.log).next.value() > 0;
    }
    SAMVEV_TRY(const auto head, log.stream_head(replay.log, *stream));
    return head.has_value();
}

}  // namespace

Result<std::monostate> record_replay(const ReplayRecord& replay) {
    SAMVEV_TRY(const auto held, DataDirectory::open(replay.data.root));
    SAMVEV_TRY(const auto sealing, Sealing::open({.places = replay.keys}));
    store::RocksOptions options;
    options.directory = replay.data.log();
    SAMVEV_TRY(auto engine, store::open_rocks_event_log(options));
    const auto log = store::make_sealed_event_log(std::move(engine), sealing->seal());
    SAMVEV_TRY(const bool is_there, has_history(*log, replay));
    if (!is_there) {
        return std::monostate{};
    }
    const base::SystemClock clock;
    base::RandomIdSource ids;
    base::InlineExecutor executor;
    dispatch::AccessLog access_log({*log, clock, ids, executor});

    access::Reading reading;
    reading.reader = access::system_actor(replay.log.tenant.value(), "replay", "system:operator");
    reading.method = "samvev replay";
    reading.show(
        replay.stream.empty() ? dispatch::nobodys_stream().text() : replay.stream,
        {.rule = "operator.disk", .duty = access::LogDuty::audit}
    );
    Result<std::monostate> outcome = fail(ErrorCode::unavailable, "the log has not answered");
    access_log.record(std::move(reading), [&outcome](const Result<std::monostate>& recorded) {
        outcome = recorded;
    });
    log->stop();  // Whatever was handed in has been answered.
    return outcome;
}

}  // namespace samvev::app
