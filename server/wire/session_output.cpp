// How answers, pages and pings of a session leave.
#include "wire/fence.hpp"
#include "wire/session_class.hpp"

namespace samvev::wire {

void Session::write(std::initializer_list<std::string_view> pieces) {
    if (!stream_ || is_closing()) {
        return;
    }
    std::size_t size = 0;
    for (const std::string_view piece : pieces) {
        size += piece.size();
    }
    state().metrics.messages_sent.fetch_add(1, std::memory_order_relaxed);
    state().metrics.bytes_sent.fetch_add(size, std::memory_order_relaxed);
    stream_->outbox.text(pieces);
    settle_soon();
}

void Session::settle_soon() {
    if (!in_read_turn_ && !will_settle_) {
        will_settle_ = true;
        mailbox().settle_later(self());
    }
}

void Session::settle() {
    will_settle_ = false;
    flush();
}

void Session::before_read() {
    in_read_turn_ = false;
    flush();
}

void Session::flush() {
    if (!stream_ || is_waiting_writable_ || stream_->outbox.is_empty() || !socket().is_open()) {
        return;
    }
    const Outbox::Sent sent = stream_->outbox.send_to(bytes());
    stream_->room.cancel();
    if (sent == Outbox::Sent::blocked) {
        wait_until_writable();
    } else if (sent == Outbox::Sent::broken) {
        error_code ignored;
        socket().close(ignored);
    } else {
        feed_->on_output_empty();
    }
}

void Session::wait_until_writable() {
    is_waiting_writable_ = true;
    socket().async_wait(bytes().write_needs(), [session = self()](const error_code& error) {
        session->is_waiting_writable_ = false;
        if (!session->is_running_) {
            session->release();
        } else if (!error) {
            fenced("output", [&session] { session->flush(); }, [&session] { session->give_up(); });
        }
    });
}

bool Session::can_take_page() const {
    return stream_ && !is_leaving() && !is_resting() && stream_->outbox.is_empty();
}

void Session::send_page(std::string_view params) {
    write({R"({"jsonrpc":"2.0","method":"events.event","params":)", params, "}"});
}

}  // namespace samvev::wire
