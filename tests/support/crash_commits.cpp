#include "support/crash_commits.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/store_commits.hpp"

namespace samvev::test {

store::LogId crash_log(std::uint64_t shape) {
    return {store::TenantId(1), shape % 8 == 0 ? store::LogKind::access : store::LogKind::domain};
}

store::Idempotency crash_command(std::uint64_t command) {
    return {
        store::CommandId(numbered_uuid(command)), "staff/crash",
        base::sha256(std::to_string(command))
    };
}

store::Commit crash_commit(std::uint64_t command, std::uint64_t shape) {
    const std::uint64_t streams = 1 + (shape >> 8U) % 3;
    const std::uint64_t each = 1 + (shape >> 16U) % 4;
    const std::string payload = std::to_string(command) + "/" + std::to_string(streams * each) +
                                std::string((shape >> 40U) % 1500, '.');
    std::vector<store::StreamWrite> writes;
    std::uint64_t id = command * 16;
    for (std::uint64_t i = 0; i < streams; ++i) {
        store::StreamWrite write;
        write.stream = case_stream(((shape >> 24U) + i) % 20);
        for (std::uint64_t event = 0; event < each; ++event) {
            write.events.push_back(new_event(++id, payload));
        }
        writes.push_back(std::move(write));
    }
    store::Commit commit = commit_of(std::move(writes), crash_log(shape));
    commit.idempotency = crash_command(command);
    if (shape % 5 == 0) {
        commit.claims = {
            {store::ClaimChange::Kind::take, claim_key("crash", command), commit.writes[0].stream}
        };
    }
    if (shape % 3 == 0) {
        const auto due = static_cast<std::int64_t>(shape % 100'000);
        store::TimerSet timer = timer_of(0, "t" + std::to_string(shape % 7), due, id);
        timer.key.stream = commit.writes[0].stream;
        commit.timers.push_back(timer);
    }
    if (shape % 4 == 0) {
        commit.timer_clears.push_back(
            {{commit.writes[0].stream, "test", "t" + std::to_string(shape % 5)}, std::nullopt}
        );
    }
    return commit;
}

}  // namespace samvev::test
