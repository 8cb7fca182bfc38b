#include "subscriptions/hub.hpp"

#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "subscriptions/connection.hpp"
#include "subscriptions/subscription.hpp"
#include "subscriptions/tenant_feed.hpp"

namespace samvev::subscriptions {
namespace {

using Reach = Subscription::Reach;
using Found = Subscription::Found;

class HubImpl final : public Hub {
public:
    explicit HubImpl(const HubParts& parts)
        : parts_(parts),
          permit_(parts.permit ? parts.permit : [](const auto&, const auto&) { return true; }),
          delivered_(parts.registry, parts.tokens),
          anchor_(std::make_shared<Anchor>()) {
        anchor_->hub = this;
        parts_.log.on_commit([anchor = anchor_](store::LogId log, store::Position) {
            const std::shared_lock lock(anchor->mutex);
            if (anchor->hub != nullptr && log.kind == store::LogKind::domain) {
                anchor->hub->log_has_grown(log.tenant);
            }
        });
    }

    // Waits for reads under way; those still queued find neither hub nor subscriptions.
    ~HubImpl() override {
        const std::unique_lock lock(anchor_->mutex);
        anchor_->hub = nullptr;
        for (const auto& [id, connection] : connections_) {
            connection->waker()->detach();
            connection->remove_all();
        }
    }

    void connect(ConnectionId connection, EventSink& sink) override {
        const std::lock_guard lock(connections_mutex_);
        connections_.insert_or_assign(connection, std::make_shared<Connection>(sink));
    }

    void disconnect(ConnectionId connection) override {
        std::shared_ptr<Connection> gone;
        {
            const std::lock_guard lock(connections_mutex_);
            const auto found = connections_.find(connection);
            if (found == connections_.end()) {
                return;
            }
            gone = std::move(found->second);
            connections_.erase(found);
        }
        gone->waker()->detach();
        gone->remove_all();
    }

    Result<std::string> subscribe(
        ConnectionId connection, const access::Actor& actor, const SubscribeRequest& request
    ) override {
        const std::shared_ptr<Connection> of = find(connection);
        if (!of) {
            return fail(ErrorCode::unavailable, "The connection is closing.");
        }
        SAMVEV_TRY(EventFilter filter, EventFilter::parse(request.filter));
        if (parts_.admit) {
            SAMVEV_CHECK_OK(parts_.admit(actor));
        }
        TenantFeed& feed = feed_of(store::TenantId(actor.tenant));
        SAMVEV_TRY(const store::Position next, read_from(feed.log_id(), request.from));
        SAMVEV_TRY(std::string id, of->reserve_id());
        of->add(std::make_shared<Subscription>(
            Subscription::Parts{parts_.log, parts_.clock, delivered_, permit_, feed},
            Subscription::Start{
                id, actor, std::move(filter), next, request.from == "head", of->waker()
            }
        ));
        return id;
    }

    bool unsubscribe(ConnectionId connection, std::string_view subscription) override {
        const std::shared_ptr<Connection> of = find(connection);
        return of && of->remove(subscription);
    }

    void change_actor(ConnectionId connection, const access::Actor& actor) override {
        if (const std::shared_ptr<Connection> of = find(connection)) {
            of->change_actor(actor);
        }
    }

    void end_all(ConnectionId connection, std::string_view reason) override {
        if (const std::shared_ptr<Connection> of = find(connection)) {
            of->end_all(reason);
        }
    }

    void next(ConnectionId connection, Next done) override {
        const std::shared_ptr<Connection> of = find(connection);
        Subscription::Answer answer = of ? of->poll(Reach::memory) : Subscription::Answer{};
        if (answer.found == Found::needs_log) {
            post_read(of, std::move(done));
        } else {
            deliver(parts_.record, of, std::move(answer), std::move(done));
        }
    }

    void forget(store::TenantId tenant) override {
        const std::shared_lock lock(feeds_mutex_);
        if (const auto found = feeds_.find(tenant); found != feeds_.end()) {
            found->second->drop_recent();
        }
    }

    Counts counts() const override {
        Counts counts;
        const std::lock_guard lock(connections_mutex_);
        for (const auto& [id, connection] : connections_) {
            connection->count(counts.live, counts.behind);
        }
        return counts;
    }

private:
    // What may outlive the hub holds on to this and looks whether there is still a hub.
    struct Anchor {
        std::shared_mutex mutex;  // Guards hub; held shared by whoever uses it.
        HubImpl* hub = nullptr;
    };

    // Without the anchor's lock: what is recorded is a commit, and that wakes the hub.
    static void deliver(
        const Record& record, const std::shared_ptr<Connection>& to, Subscription::Answer answer,
        Next done
    ) {
        if (answer.found == Found::nothing) {
            done(std::nullopt);
        } else if (!record || !answer.reading.is_on_record()) {
            done(std::move(answer.params));
        } else {
            std::string id = answer.reading.key;
            record(
                std::move(answer.reading),
                [to, id = std::move(id), params = std::move(answer.params),
                 done = std::move(done)](const Result<std::monostate>& recorded) mutable {
                    send_recorded(*to, id, recorded, std::move(params), done);
                }
            );
        }
    }

    // The cursor stands behind the page: not sent, it would be lost without a word.
    static void send_recorded(
        Connection& to, const std::string& id, const Result<std::monostate>& recorded,
        std::string params, const Next& done
    ) {
        std::optional<std::string> out = recorded
                                             ? std::optional(std::move(params))
                                             : to.break_off(id, to_text(recorded.error().code));
        if (out && (!recorded || to.has(id))) {
            done(std::move(out));
            return;
        }
        // Unsubscribed meanwhile: the others have their turn.
        to.waker()->falls_asleep();
        done(std::nullopt);
        to.waker()->wake();
    }

    [[nodiscard]] std::shared_ptr<Connection> find(ConnectionId connection) const {
        const std::lock_guard lock(connections_mutex_);
        const auto found = connections_.find(connection);
        return found == connections_.end() ? nullptr : found->second;
    }

    TenantFeed& feed_of(store::TenantId tenant) {
        const std::unique_lock lock(feeds_mutex_);
        std::unique_ptr<TenantFeed>& feed = feeds_[tenant];
        if (!feed) {
            feed = std::make_unique<TenantFeed>(
                TenantFeed::Parts{parts_.log, delivered_, parts_.executor, budget_}, tenant
            );
        }
        return *feed;
    }

    void log_has_grown(store::TenantId tenant) {
        TenantFeed* feed = nullptr;
        {
            const std::shared_lock lock(feeds_mutex_);
            const auto found = feeds_.find(tenant);
            feed = found == feeds_.end() ? nullptr : found->second.get();
        }
        if (feed != nullptr) {
            feed->log_has_grown();
        }
    }

    // Where a reader who was at `from` goes on.
    [[nodiscard]] Result<store::Position> read_from(store::LogId log, std::string_view from) const {
        const store::LogHead head = parts_.log.head(log);
        if (from == "start") {
            return store::Position(0);
        }
        if (from == "head") {
            return head.next;
        }
        if (from.empty()) {
            return fail(
                ErrorCode::invalid_argument,
                "from is required: \"start\", \"head\", or the position of an event."
            );
        }
        SAMVEV_TRY(
            const store::Position position, parts_.tokens.read(log.tenant, head.epoch, from)
        );
        if (position.next() > head.next) {
            return fail(
                ErrorCode::gone,
                "The position lies beyond the end of this tenant's history: read anew from "
                "\"start\"."
            );
        }
        return position.next();
    }

    // --- reads from the log -----------------------------------------------------------------

    void post_read(const std::shared_ptr<Connection>& connection, Next done) {
        {
            const std::lock_guard lock(reads_mutex_);
            ++reads_under_way_;
        }
        const bool posted =
            parts_.executor.try_post([anchor = anchor_, connection, done, record = parts_.record] {
                Subscription::Answer answer;
                {
                    const std::shared_lock lock(anchor->mutex);
                    if (anchor->hub != nullptr) {
                        answer = connection->poll(Reach::log);
                        anchor->hub->end_read();
                    }
                }
                deliver(record, connection, std::move(answer), done);
            });
        if (!posted) {
            read_refused(connection, done);
        }
    }

    // The executor is full. When another read is under way, this one is tried again after it; else
    // it is done here and now: nobody would come to try it again.
    void read_refused(const std::shared_ptr<Connection>& connection, const Next& done) {
        bool is_put_off = false;
        {
            const std::lock_guard lock(reads_mutex_);
            is_put_off = reads_under_way_ > 1;
            if (is_put_off) {
                --reads_under_way_;
                connection->waker()->falls_asleep();
                put_off_.push_back(connection->waker());
            }
        }
        if (is_put_off) {
            done(std::nullopt);
            return;
        }
        auto answer = connection->poll(Reach::log);
        end_read();
        deliver(parts_.record, connection, std::move(answer), done);
    }

    // Whoever was put off because of this read has its turn.
    void end_read() {
        std::vector<std::shared_ptr<Waker>> put_off;
        {
            const std::lock_guard lock(reads_mutex_);
            --reads_under_way_;
            put_off.swap(put_off_);
        }
        for (const auto& waker : put_off) {
            waker->wake();
        }
    }

    const HubParts parts_;
    const Permit permit_;
    const DeliveredEvents delivered_;
    RecentBudget budget_;
    std::shared_mutex feeds_mutex_;  // Guards feeds_; a feed stays for as long as the hub.
    std::unordered_map<store::TenantId, std::unique_ptr<TenantFeed>> feeds_;
    mutable std::mutex connections_mutex_;  // Guards connections_.
    std::unordered_map<ConnectionId, std::shared_ptr<Connection>> connections_;
    std::mutex reads_mutex_;  // Guards the two below.
    std::size_t reads_under_way_ = 0;
    std::vector<std::shared_ptr<Waker>> put_off_;  // at most one per connection
    const std::shared_ptr<Anchor> anchor_;
};

}  // namespace

std::unique_ptr<Hub> make_hub(const HubParts& parts) {
    return std::make_unique<HubImpl>(parts);
}

}  // namespace samvev::subscriptions
