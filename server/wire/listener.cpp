#include "wire/listener.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "wire/http_door.hpp"

namespace samvev::wire {
namespace {

using Loops = std::vector<std::unique_ptr<IoLoop>>;

// How long to leave a full process alone before the next accept.
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::seconds accept_log_every{10};
// Enough for a page on a slow line, little enough that thousands of stuck readers fit into memory.
constexpr int send_buffer_bytes = 256 * 1024;

class Listener final : public Connection, public std::enable_shared_from_this<Listener> {
public:
    Listener(ServerState& state, const Loops& loops, Acceptor acceptor, ListenerKind kind)
        : state_(state),
          loops_(loops),
          acceptor_(std::move(acceptor)),
          pause_(loops.front()->executor()),
          kind_(kind) {}

    static Task<> run(std::shared_ptr<Listener> self);
    void on_run_end() { loops_.front()->remove(*this); }

    void tick(SteadyTime /*now*/) override {}
    void drain() override { abort(); }
    void abort() override {
        error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
    }

private:
    [[nodiscard]] IoLoop& emptiest_loop() const;
    void welcome(IoLoop& loop, Socket socket);
    void hand_over(IoLoop& loop, Arrived arrived);
    void refuse(Socket socket, HttpReply reply);
    void note_failure(const error_code& error);

    ServerState& state_;
    const Loops& loops_;
    Acceptor acceptor_;
    Timer pause_;
    const ListenerKind kind_;
    SteadyTime last_log_{};
};

Task<> Listener::run(std::shared_ptr<Listener> self) {
    while (self->acceptor_.is_open()) {
        IoLoop& loop = self->emptiest_loop();
        const LoopExecutor executor = loop.executor();
        auto [error, socket] = co_await self->acceptor_.async_accept(executor, as_result);
        if (!self->acceptor_.is_open()) {
            break;
        }
        if (error) {
            self->note_failure(error);
            self->pause_.expires_after(accept_pause);
            co_await self->pause_.async_wait(as_result);
        } else {
            self->welcome(loop, std::move(socket));
        }
    }
}

// Tokens would travel readable between this peer and us.
HttpReply not_a_proxy() {
    return problem_reply(
        {403, "not-through-the-proxy", "Forbidden",
         "this address is for the proxies in front of the server: connect to theirs, over https"}
    );
}

HttpReply no_seat(Seats::Refusal why) {
    return why == Seats::Refusal::network_full
               ? too_many_connections_reply()
               : busy_reply("too many connections: try again in a moment");
}

IoLoop& Listener::emptiest_loop() const {
    const auto emptiest =
        std::min_element(loops_.begin(), loops_.end(), [](const auto& left, const auto& right) {
            return left->size() < right->size();
        });
    return **emptiest;
}

AddressBytes bytes_of(const asio::ip::address& address) {
    const auto v6 = address.is_v6()
                        ? address.to_v6()
                        : asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4());
    return v6.to_bytes();
}

void Listener::welcome(IoLoop& loop, Socket socket) {
    error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error) {
        return;  // It has gone already.
    }
    const AddressBytes peer = bytes_of(remote.address());
    const RemoteNetwork network = state_.network_for(peer);
    if (kind_ == ListenerKind::main && state_.only_proxies && !network.is_proxy &&
        !network.is_loopback) {
        return refuse(std::move(socket), not_a_proxy());
    }
    Seats::Answer answer = state_.seats.take(kind_, network);
    if (!answer.seat) {
        return refuse(std::move(socket), no_seat(answer.refusal));
    }
    Arrived arrived(std::move(socket), std::move(*answer.seat), kind_, peer);
    arrived.remote = remote.address().to_string() + ":" + std::to_string(remote.port());
    hand_over(loop, std::move(arrived));
}

void Listener::hand_over(IoLoop& loop, Arrived arrived) {
    error_code ignored;
    arrived.socket.set_option(tcp::no_delay(true), ignored);
    arrived.socket.set_option(asio::socket_base::send_buffer_size(send_buffer_bytes), ignored);
    loop.expect_connection();
    // Not `this`: draining may let the listener go before the other loop gets here.
    asio::post(loop.executor(), [&state = state_, &loop, moved = std::move(arrived)]() mutable {
        start_http(state, loop, std::move(moved));
    });
}

// Best effort: what the kernel takes at once, then goodbye. Behind TLS there is no answer without a
// handshake, which would cost more than a seat does.
void Listener::refuse(Socket socket, HttpReply reply) {
    state_.metrics.connections_refused.fetch_add(1, std::memory_order_relaxed);
    if (kind_ == ListenerKind::main && state_.tls) {
        return;
    }
    reply.closes = true;
    const std::string text = to_text(
        reply, {.body_part = BodyPart::sent, .keeps_alive = false, .now = state_.parts.clock.now()}
    );
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    socket.shutdown(Socket::shutdown_both, ignored);
}

void Listener::note_failure(const error_code& error) {
    state_.metrics.accept_failures.fetch_add(1, std::memory_order_relaxed);
    const SteadyTime now = SteadyClock::now();
    if (now - last_log_ > accept_log_every) {
        last_log_ = now;
        base::logger("wire").warn("event=accept_failed reason=\"{}\"", error.message());
    }
}

std::string place_text(const ListenAddress& address) {
    return address.host + ":" + std::to_string(address.port);
}

}  // namespace

Result<Listening> listen(ServerState& state, const Loops& loops, const ListenAddress& address) {
    IoLoop& first = *loops.front();
    error_code error;
    asio::ip::basic_resolver<tcp, LoopExecutor> resolver(first.executor());
    const auto found = resolver.resolve(
        address.host, std::to_string(address.port),
        tcp::resolver::passive | tcp::resolver::numeric_service, error
    );
    if (error || found.empty()) {
        return fail(
            ErrorCode::unavailable,
            address.host + " is no address of this machine: " + error.message()
        );
    }
    const tcp::endpoint endpoint = found.begin()->endpoint();
    Acceptor acceptor(first.executor());
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(asio::socket_base::reuse_address(true), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error == asio::error::address_in_use) {
        return fail(
            ErrorCode::unavailable,
            place_text(address) + " is in use: stop the other server, or choose another port"
        );
    }
    if (error) {
        return fail(
            ErrorCode::unavailable,
            "cannot listen on " + place_text(address) + ": " + error.message()
        );
    }
    const tcp::endpoint bound = acceptor.local_endpoint(error);
    first.expect_connection();
    const auto listener =
        std::make_shared<Listener>(state, loops, std::move(acceptor), address.kind);
    first.add(listener);
    asio::co_spawn(
        first.executor(), Listener::run(listener),
        [listener](const std::exception_ptr& /*failure*/) { listener->on_run_end(); }
    );
    return Listening{bound};
}

}  // namespace samvev::wire
