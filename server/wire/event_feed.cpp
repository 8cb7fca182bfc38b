#include "wire/event_feed.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "wire/subscribe_params.hpp"

namespace samvev::wire {
namespace {

constexpr std::uint8_t woken = 1;
constexpr std::uint8_t page_ready = 2;

}  // namespace

EventFeed::EventFeed(
    subscriptions::Hub& hub, subscriptions::ConnectionId id, std::shared_ptr<Mailbox> mailbox,
    FeedOutput& output
)
    : hub_(hub), id_(id), mailbox_(std::move(mailbox)), output_(&output) {}

Result<std::string> EventFeed::subscribe(const access::Actor& actor, const FrameEntry& entry) {
    SAMVEV_TRY(const subscriptions::SubscribeRequest request, read_subscribe_params(entry));
    if (!is_connected_) {
        hub_.connect(id_, *this);
        is_connected_ = true;
    }
    Result<std::string> subscription = hub_.subscribe(id_, actor, request);
    if (!subscription) {
        Error error = std::move(subscription.error());
        if (error.code == ErrorCode::overloaded) {
            error.data = R"({"reason":"subscriptions","retryAfterMs":)" +
                         std::to_string(limits::retry_after.count()) + "}";
        }
        return tl::unexpected<Error>(std::move(error));
    }
    // The first page is asked for in a later turn, so that this answer goes before it.
    signal(woken);
    return base::json_string(*subscription);
}

void EventFeed::change_actor(const access::Actor& actor) {
    if (is_connected_) {
        hub_.change_actor(id_, actor);
    }
}

Result<std::string> EventFeed::unsubscribe(const FrameEntry& entry) {
    SAMVEV_TRY(const std::string subscription, read_unsubscribe_params(entry));
    const bool stopped = is_connected_ && hub_.unsubscribe(id_, subscription);
    return std::string(stopped ? "true" : "false");
}

void EventFeed::close() {
    output_ = nullptr;
    if (is_connected_) {
        is_connected_ = false;
        hub_.disconnect(id_);
    }
}

void EventFeed::wake() {
    signal(woken);
}

void EventFeed::signal(std::uint8_t flag) {
    if (flags_.fetch_or(flag, std::memory_order_acq_rel) == 0) {
        mailbox_->deliver(shared_from_this());
    }
}

void EventFeed::arrive() {
    const std::uint8_t flags = flags_.exchange(0, std::memory_order_acq_rel);
    if ((flags & page_ready) != 0) {
        take_page();
    }
    if ((flags & woken) != 0) {
        ask();
    }
}

void EventFeed::give_up() noexcept {
    if (output_ != nullptr) {
        output_->give_up();
    }
}

void EventFeed::on_output_empty() {
    if (ask_again_ && !is_asking_) {
        signal(woken);  // A later turn: other connections come first.
    }
}

void EventFeed::ask() {
    if (output_ == nullptr || !is_connected_) {
        return;
    }
    if (is_asking_ || !output_->can_take_page()) {
        ask_again_ = true;
        return;
    }
    is_asking_ = true;
    ask_again_ = false;
    hub_.next(id_, [self = shared_from_this()](std::optional<std::string> params) {
        self->page_ = std::move(params);
        if (self->mailbox_->is_here()) {
            self->take_page();
        } else {
            self->signal(page_ready);
        }
    });
}

void EventFeed::resume() {
    if (std::exchange(holds_page_, false)) {
        take_page();
    } else {
        on_output_empty();
    }
}

void EventFeed::take_page() {
    if (page_ && output_ != nullptr && !output_->may_send_page()) {
        holds_page_ = true;
        return;
    }
    is_asking_ = false;
    const std::optional<std::string> page = std::exchange(page_, std::nullopt);
    if (output_ == nullptr) {
        return;
    }
    if (page) {
        ask_again_ = true;  // When the socket has taken it.
        output_->send_page(*page);
    } else if (ask_again_) {
        signal(woken);
    }
}

}  // namespace samvev::wire
