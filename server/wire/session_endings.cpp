// The ways a session ends, and the deadlines that make it.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/socket_base.hpp>

#include "base/log.hpp"
#include "wire/fence.hpp"
#include "wire/session_class.hpp"
#include "wire/session_notices.hpp"

namespace samvev::wire {
namespace {

// How soon a socket notices that its browser's session has ended or its roles have changed.
constexpr std::chrono::seconds browser_look_every{1};

// Few sessions part at once, many one after the other, in no order that a client could tell.
std::chrono::milliseconds parting_wait(
    std::uint64_t connection, std::uint64_t sessions, const Patience& patience
) {
    constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;  // spreads consecutive numbers evenly
    constexpr std::uint64_t steps = 1 << 16;
    const auto all = std::min<std::chrono::milliseconds>(
        patience.parting_gap * (sessions - std::min<std::uint64_t>(sessions, 1)),
        limits::drain_spread
    );
    return all * ((connection * golden) >> 48) / steps;
}

}  // namespace

void Session::close(Goodbye goodbye) {
    if (!stream_ || is_closing()) {
        return;
    }
    closed_by_ = Initiator::server;
    close_deadline_ = SteadyClock::now() + state().settings.patience.close;
    stream_->outbox.close_frame(static_cast<std::uint16_t>(goodbye.code), goodbye.reason);
    stream_->room.cancel();  // Reading goes on, for the peer's answer.
    settle_soon();
}

void Session::cut(CloseCode code) {
    cut_ = code;
    closed_by_ = Initiator::server;
    error_code ignored;
    // A reset frees what the kernel still holds for a peer that does not read.
    socket().set_option(asio::socket_base::linger(true, 0), ignored);
    socket().close(ignored);
    stream_->room.cancel();
}

void Session::abort() {
    if (stream_ && socket().is_open()) {
        cut(CloseCode::abnormal);
    }
}

void Session::give_up() noexcept {
    fenced(
        "session", [this] { close({CloseCode::failed, "the server failed: connect again"}); },
        [this] { abort(); }
    );
}

void Session::drain() {
    if (!is_open_ || is_leaving()) {
        return;  // A handshake under way drains when it is done.
    }
    parting_ = {CloseCode::going_away, "the server is shutting down: connect again"};
    const std::chrono::milliseconds wait = parting_wait(
        id_, state().metrics.sockets_open.load(std::memory_order_relaxed), state().settings.patience
    );
    part_at_ = SteadyClock::now() + wait;
    write({draining_notice(wait)});
    part_when_idle();
}

void Session::part_when_idle() {
    if (parting_ && calls_in_flight() == 0 && SteadyClock::now() >= part_at_) {
        close(*parting_);
    }
}

void Session::tick(SteadyTime now) {
    const Patience& patience = state().settings.patience;
    if (!stream_ || !socket().is_open()) {
        return;
    }
    if (is_closing()) {
        if (now >= *close_deadline_) {
            cut(CloseCode::abnormal);
        }
        return;
    }
    if (!is_open_) {
        if (now - started_ > patience.header) {
            cut(CloseCode::abnormal);
        }
        return;
    }
    const auto stuck_since = stream_->outbox.stuck_since();
    if (stuck_since && now - *stuck_since > patience.write) {
        return cut_slow_reader();
    }
    tick_browser(now);
    tick_token(now);
    tick_liveness(now);
    part_when_idle();
}

void Session::cut_slow_reader() {
    state().metrics.slow_readers_cut.fetch_add(1, std::memory_order_relaxed);
    base::logger("wire").warn(
        "event=slow_reader_cut connection=cx_{} actor={} remote={} pending_bytes={} "
        "calls_in_flight={} "
        "last_method={}",
        id_, actor() ? actor()->text() : "none", remote(), stream_->outbox.pending_bytes(),
        calls_in_flight(), last_method()
    );
    cut(CloseCode::slow_reader);
}

void Session::tick_token(SteadyTime now) {
    const Patience& patience = state().settings.patience;
    if (!actor()) {
        if (now - started_ > patience.authenticate) {
            close({CloseCode::authenticate_late, "no token in time"});
        }
        return;
    }
    const base::Timestamp wall = state().parts.clock.now();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        started_ + patience.session_age - now
    );
    if (left.count() <= 0) {
        return close({CloseCode::token_ended, "the session has lasted long enough: log in again"});
    }
    if (actor()->expires_at + patience.token_close <= wall) {
        return close({CloseCode::token_ended, "the token has expired: get a new one"});
    }
    if (!has_told_age_ && left <= patience.expiring) {
        has_told_age_ = true;
        write({expiring_notice(wall + left, wall, Expiring::session)});
    }
    if (!has_told_expiring_ && actor()->expires_at <= wall + patience.expiring) {
        has_told_expiring_ = true;
        write({expiring_notice(actor()->expires_at, wall, Expiring::token)});
    }
}

// A message is a use of the browser's session, and its actor has the roles of now.
void Session::look_at_browser(SteadyTime now) {
    if (browser_.empty() || now - browser_used_ < browser_look_every) {
        return;
    }
    browser_used_ = now;
    const access::Capacity capacity{.unit = actor()->unit, .purpose = actor()->purpose};
    auto found = state().parts.logins->use(browser_, capacity);
    if (!found || !is_same_principal(*actor(), *found)) {
        return close({CloseCode::token_ended, "the session has ended: log in again"});
    }
    set_actor(std::make_shared<const access::VerifiedActor>(std::move(*found)));
    feed_->change_actor(*actor());
}

void Session::tick_browser(SteadyTime now) {
    if (browser_.empty() || is_closing() || now - browser_seen_ < browser_look_every) {
        return;
    }
    browser_seen_ = now;
    if (!state().parts.logins->is_alive(browser_)) {
        close({CloseCode::token_ended, "the session has ended: log in again"});
    }
}

bool Session::is_resting() const {
    return actor() &&
           actor()->expires_at + state().settings.patience.token_pause <= state().parts.clock.now();
}

void Session::on_abuse() {
    goodbye_ = {CloseCode::rate_abuse, "too many calls, and no pause: come back in a minute"};
}

void Session::end_login(const access::EndedLogin& ended) {
    if (actor() && ended.covers(actor()->token)) {
        close({CloseCode::token_ended, "logged out: log in again"});
    }
}

void Session::tick_liveness(SteadyTime now) {
    const Patience& patience = state().settings.patience;
    const auto silent = now - last_received_;
    if (is_waiting_for_room_ || is_closing()) {
        return;  // Not reading: the write deadline watches.
    }
    if (silent > patience.idle) {
        close({CloseCode::idle, "nothing received, not even a pong"});
    } else if (silent > patience.ping_every && now - last_ping_ > patience.ping_every) {
        last_ping_ = now;
        stream_->outbox.ping();
        settle_soon();
    }
}

}  // namespace samvev::wire
