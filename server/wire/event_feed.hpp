#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "subscriptions/hub.hpp"
#include "wire/frame.hpp"
#include "wire/mailbox.hpp"
#include "wire/peer.hpp"

namespace samvev::wire {

// What the feed asks of the session it belongs to. [loop]
class FeedOutput {
public:
    FeedOutput() = default;
    FeedOutput(const FeedOutput&) = delete;
    FeedOutput& operator=(const FeedOutput&) = delete;
    virtual ~FeedOutput() = default;
    // Whether a page may be sent now: nothing else waits, and the session is not leaving.
    [[nodiscard]] virtual bool can_take_page() const = 0;
    // Whether pages may be sent at all; a page that cannot waits for resume().
    [[nodiscard]] virtual bool may_send_page() const = 0;
    // The params of an events.event notification.
    virtual void send_page(std::string_view params) = 0;
    // A page was lost: ends the session, so that the client resumes from what it has.
    virtual void give_up() noexcept = 0;
};

// The subscriptions of one session: events.subscribe and events.unsubscribe, and the pump that asks
// the hub for one page at a time and for the next when the socket has taken the last.
//
// Concurrency: wake() [any thread]; the rest [loop]. Held by shared_ptr since wake-ups and pages
// may be on their way when the session ends.
class EventFeed final : public subscriptions::EventSink,
                        public Arrival,
                        public std::enable_shared_from_this<EventFeed> {
public:
    // `hub` and `output` outlive the feed, `output` until close().
    EventFeed(
        subscriptions::Hub& hub, subscriptions::ConnectionId id, std::shared_ptr<Mailbox> mailbox,
        FeedOutput& output
    );
    ~EventFeed() override = default;

    // The subscription's id as JSON. Errors as of Hub::subscribe, and for params.
    [[nodiscard]] Result<std::string> subscribe(
        const access::Actor& actor, const FrameEntry& entry
    );
    // The same principal with a new token.
    void change_actor(const access::Actor& actor);
    // true or false as JSON.
    [[nodiscard]] Result<std::string> unsubscribe(const FrameEntry& entry);
    // The socket has taken everything: the next page may come.
    void on_output_empty();
    // Pages may be sent again.
    void resume();
    // No page is asked for any more; the hub forgets the connection.
    void close();

    void wake() override;
    void arrive() override;
    void give_up() noexcept override;

private:
    void ask();
    void take_page();
    void signal(std::uint8_t flag);

    subscriptions::Hub& hub_;
    const subscriptions::ConnectionId id_;
    const std::shared_ptr<Mailbox> mailbox_;
    FeedOutput* output_;  // null after close()
    bool is_connected_ = false;
    bool is_asking_ = false;   // Hub::next has not answered yet
    bool holds_page_ = false;  // page_ came while none may be sent; still asking then
    bool ask_again_ = false;  // a wake-up came meanwhile, or a page is due when the output is empty
    std::optional<std::string> page_;     // written by Hub::next's answer, read after its signal
    std::atomic<std::uint8_t> flags_{0};  // what the next arrival is about
};

}  // namespace samvev::wire
