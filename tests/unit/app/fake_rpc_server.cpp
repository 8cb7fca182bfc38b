#include "unit/app/fake_rpc_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace samvev::test {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;

struct FakeRpcServer::State {
    State(Answer answer_in, Admit admit_in)
        : answer(std::move(answer_in)),
          admit(std::move(admit_in)),
          acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}

    void run() {
        while (!stopping.load()) {
            beast::error_code error;
            tcp::socket socket(io);
            acceptor.accept(socket, error);
            if (error || stopping.load()) {
                return;
            }
            connections.fetch_add(1);
            {
                const std::lock_guard lock(mutex);
                handle = socket.native_handle();
            }
            serve(std::move(socket));
            const std::lock_guard lock(mutex);
            handle = -1;
        }
    }

    void serve(tcp::socket socket) {
        beast::error_code error;
        beast::flat_buffer buffer;
        http::request<http::string_body> request;
        http::read(socket, buffer, request, error);
        if (error) {
            return;
        }
        const int status = admit(std::string(request[http::field::authorization]));
        if (status != 101) {
            http::response<http::empty_body> refusal(
                static_cast<http::status>(status), request.version()
            );
            refusal.prepare_payload();
            http::write(socket, refusal, error);
            return;
        }
        websocket::stream<tcp::socket> stream(std::move(socket));
        stream.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
            response.set(http::field::sec_websocket_protocol, "samvev.v1");
        }));
        stream.accept(request, error);
        while (!error) {
            buffer.clear();
            stream.read(buffer, error);
            if (error) {
                return;
            }
            const std::string reply = answer(beast::buffers_to_string(buffer.data()));
            if (reply.empty()) {
                return;
            }
            stream.write(asio::buffer(reply), error);
        }
    }

    Answer answer;
    Admit admit;
    asio::io_context io;
    tcp::acceptor acceptor;
    std::atomic<bool> stopping{false};
    std::atomic<int> connections{0};
    std::mutex mutex;  // Guards handle.
    int handle = -1;   // Of the connection being served.
    std::thread thread;
};

FakeRpcServer::FakeRpcServer(Answer answer, Admit admit)
    : state_(std::make_shared<State>(std::move(answer), std::move(admit))) {
    state_->thread = std::thread([state = state_.get()] { state->run(); });
}

FakeRpcServer::~FakeRpcServer() {
    state_->stopping.store(true);
    // shutdown() wakes the blocking accept and read; closing would race with them.
    ::shutdown(state_->acceptor.native_handle(), SHUT_RDWR);
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->handle >= 0) {
            ::shutdown(state_->handle, SHUT_RDWR);
        }
    }
    state_->thread.join();
}

client::Endpoint FakeRpcServer::endpoint() const {
    return {"127.0.0.1", state_->acceptor.local_endpoint().port()};
}

int FakeRpcServer::connections() const {
    return state_->connections.load();
}

}  // namespace samvev::test
