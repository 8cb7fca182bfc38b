#pragma once

#include <samvev/json.hpp>
#include <string>
#include <vector>

#include "base/calendar_text.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "store/event_log.hpp"
#include "subscriptions/hub.hpp"
#include "support/fake_module.hpp"
#include "support/store_commits.hpp"
#include "support/subscriber.hpp"

namespace samvev::test {

// An executor that can be full.
class RefusingExecutor final : public base::Executor {
public:
    [[nodiscard]] bool try_post(Work work) override {
        return !is_full && inner.try_post(std::move(work));
    }
    bool is_full = false;
    base::ManualExecutor inner;
};

// A hub over a memory log, a frozen clock and an executor that is stepped by hand.
struct HubBench {
    explicit HubBench(decltype(subscriptions::HubParts::permit) permit = nullptr)
        : log(store::make_memory_event_log()), tokens("a secret of thirty-two bytes, yes") {
        clock.freeze(*base::parse_timestamp("2027-03-23T08:00:00Z"));
        registry = make_fake_registry({});
        hub =
            subscriptions::make_hub({*log, *registry, executor, clock, tokens, std::move(permit)});
    }

    // One commit of `count` events of `type` to a case stream; a command of its own.
    void write(
        std::uint64_t stream, std::size_t count = 1, const std::string& type = "case.noted",
        std::uint32_t tenant = 9999, const std::string& payload = "{}"
    ) {
        std::vector<store::NewEvent> events = new_events(next_id, count);
        next_id += count;
        for (store::NewEvent& event : events) {
            event.type = type;
            event.payload = payload;
        }
        store::Commit commit = commit_of(
            {{case_stream(stream), store::ExpectedRevision::any(), std::move(events)}},
            domain_log(tenant)
        );
        if (!log->append(with_command(std::move(commit), next_id))) {
            throw std::runtime_error("the log refused a commit");
        }
    }

    // The ids of all events of the tenant for which `take` says yes, in order.
    [[nodiscard]] std::vector<std::string> log_ids(
        const std::function<bool(const store::EventView&)>& take = [](const auto&) { return true; }
    ) const {
        std::vector<std::string> ids;
        const auto scanned = log->scan(
            domain_log(), store::Position(0), SIZE_MAX,
            [&](const store::EventView& event) {
                if (take(event)) {
                    ids.push_back(event.id.value().text());
                }
                return store::Visit::more;
            }
        );
        if (!scanned) {
            throw std::runtime_error(scanned.error().message);
        }
        return ids;
    }

    [[nodiscard]] std::function<void()> work() {
        return [this] { executor.inner.drain(); };
    }
    [[nodiscard]] std::uint64_t position_of(const json& result) const {
        return tokens
            .read(
                store::TenantId(9999), log->head(domain_log()).epoch,
                result["position"].get<std::string>()
            )
            .value()
            .value();
    }

    base::AdjustableClock clock;
    RefusingExecutor executor;
    std::unique_ptr<store::EventLog> log;
    std::unique_ptr<modules::Registry> registry;
    subscriptions::PositionTokens tokens;
    std::unique_ptr<subscriptions::Hub> hub;
    std::uint64_t next_id = 1'000;
};

}  // namespace samvev::test
