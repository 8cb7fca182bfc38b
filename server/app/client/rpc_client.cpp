#include "app/client/rpc_client.hpp"

#include "app/client/web_socket.hpp"
#include "base/json_text.hpp"

#include <samvev/json.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <utility>

namespace samvev::client {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds reconnect_first{50};
constexpr std::chrono::milliseconds reconnect_max{2000};
constexpr std::chrono::milliseconds retry_default{250};
constexpr std::chrono::milliseconds turn{100};  // How often deadlines are looked at.
constexpr std::chrono::milliseconds goodbye_max{1000};

// Answers that mean "the same call again, later". On the wire: never renumber.
[[nodiscard]] bool is_temporary(int code) noexcept {
    switch (code) {
        case 40903:  // consumer busy
        case 42901:  // rate limited
        case 42902:  // too many in flight
        case 50301:  // draining
        case 50302:  // read-only
        case 50304:  // overloaded
        case 50305:  // outcome unknown
            return true;
        default:
            return false;
    }
}

[[nodiscard]] bool is_about_token(int code) noexcept {
    return code == 40101 || code == 40102 || code == 40103;
}

[[nodiscard]] std::chrono::milliseconds retry_after(const std::string& data) {
    const json parsed = json::parse(data, nullptr, false);
    if (parsed.is_object() && parsed.contains("retryAfterMs") &&
        parsed["retryAfterMs"].is_number_unsigned()) {
        const auto wanted = std::chrono::milliseconds(parsed["retryAfterMs"].get<std::int64_t>());
        return std::clamp(
            wanted, std::chrono::milliseconds(1),
            std::chrono::milliseconds(std::chrono::seconds(10))
        );
    }
    return retry_default;
}

class WebSocketRpcClient final : public RpcClient {
public:
    explicit WebSocketRpcClient(RpcClientSettings settings)
        : settings_(std::move(settings)), last_progress_(Clock::now()) {}

    ~WebSocketRpcClient() override {
        if (open_) {
            socket_->close();
            const auto until = Clock::now() + goodbye_max;
            while (open_ && Clock::now() < until) {
                io_.run_one_for(turn);
            }
        }
        socket_.reset();
    }

    void send(std::string method, std::string params, Done done) override {
        const std::uint64_t id = ++last_id_;
        calls_.emplace(
            id,
            Call{
                std::move(method), std::move(params), std::move(done), Clock::time_point::min(),
                false
            }
        );
    }

    std::size_t open_calls() const noexcept override { return calls_.size(); }

    Result<std::monostate> run_until(std::size_t open_calls_max) override {
        // Time spent elsewhere (reading a file) is not the server's silence.
        last_progress_ = Clock::now();
        io_.restart();
        while (!failure_ && calls_.size() > open_calls_max) {
            connect_if_due();
            write_next();
            io_.run_one_for(std::min<Clock::duration>(turn, until_next_retry()));
            io_.restart();
            give_up_if_due();
        }
        if (failure_) {
            return tl::unexpected<Error>(*failure_);
        }
        return {};
    }

private:
    struct Call {
        std::string method;
        std::string params;
        Done done;
        Clock::time_point not_before;
        bool sent = false;
    };

    [[nodiscard]] Clock::duration until_next_retry() const {
        Clock::duration shortest = turn;
        const auto now = Clock::now();
        for (const auto& [id, call] : calls_) {
            if (!call.sent && call.not_before > now) {
                shortest = std::min(shortest, call.not_before - now);
            }
        }
        return shortest;
    }

    void connect_if_due() {
        if (socket_ || Clock::now() < connect_at_) {
            return;
        }
        socket_ = connect_web_socket(
            io_, settings_.endpoint, settings_.token,
            {[this] { opened(); }, [this](std::string_view message) { received(message); },
             [this] {
                 writing_ = false;
                 write_next();
             },
             [this](const Error& error) { failed(error); }}
        );
    }

    void opened() {
        open_ = true;
        reached_ = true;
        backoff_ = reconnect_first;
        write_next();
    }

    // Sends the oldest call that may be sent now.
    void write_next() {
        if (!open_ || writing_ || in_flight_ >= settings_.in_flight_max) {
            return;
        }
        const auto now = Clock::now();
        for (auto& [id, call] : calls_) {
            if (call.sent || call.not_before > now) {
                continue;
            }
            call.sent = true;
            ++in_flight_;
            writing_ = true;
            socket_->write(base::JsonObject()
                               .text("jsonrpc", "2.0")
                               .number("id", static_cast<std::int64_t>(id))
                               .text("method", call.method)
                               .raw("params", call.params)
                               .take());
            return;
        }
    }

    void received(std::string_view message) {
        const json frame = json::parse(message, nullptr, false);
        if (!frame.is_object()) {
            fail_for_good(
                ErrorCode::internal, "the server sent something that is not a JSON-RPC message"
            );
            return;
        }
        if (frame.contains("method")) {
            return;  // session.hello, session.draining, …: nothing to do but to go on.
        }
        const auto id = frame.find("id");
        if (id == frame.end() || !id->is_number_unsigned()) {
            fail_for_good(
                ErrorCode::internal,
                "the server could not read a call: " + std::string(message.substr(0, 400))
            );
            return;
        }
        const auto found = calls_.find(id->get<std::uint64_t>());
        if (found == calls_.end() || !found->second.sent) {
            return;  // An answer to a call that was sent again meanwhile.
        }
        --in_flight_;
        answer(found, to_reply(frame));
        write_next();
    }

    [[nodiscard]] static RpcReply to_reply(const json& frame) {
        if (const auto error = frame.find("error"); error != frame.end() && error->is_object()) {
            const auto data = error->find("data");
            return {
                {},
                RpcError{
                    error->value("code", 0), error->value("message", ""),
                    data == error->end() ? "" : data->dump()
                }
            };
        }
        return {frame.value("result", json()).dump(), std::nullopt};
    }

    void answer(std::map<std::uint64_t, Call>::iterator found, const RpcReply& reply) {
        if (reply.error && is_about_token(reply.error->code)) {
            fail_for_good(
                ErrorCode::unauthenticated, "the server refuses the token: " + to_text(*reply.error)
            );
            return;
        }
        if (reply.error && is_temporary(reply.error->code)) {
            last_error_ = to_text(*reply.error);
            found->second.sent = false;
            found->second.not_before = Clock::now() + retry_after(reply.error->data);
            return;
        }
        last_progress_ = Clock::now();
        const Done done = std::move(found->second.done);
        calls_.erase(found);
        done(reply);
    }

    void failed(const Error& error) {
        open_ = false;
        writing_ = false;
        in_flight_ = 0;
        for (auto& [id, call] : calls_) {
            call.sent = false;
        }
        last_error_ = error.message;
        // Jitter: many clients of a restarted server must not come back in the same instant.
        std::uniform_int_distribution<std::int64_t> part(backoff_.count() / 2, backoff_.count());
        connect_at_ = Clock::now() + std::chrono::milliseconds(part(random_));
        backoff_ = std::min(backoff_ * 2, reconnect_max);
        if (error.code != ErrorCode::unavailable) {
            failure_ = error;
        }
        // The WebSocket is calling: it may be destroyed only after it has returned.
        finished_ = std::move(socket_);
    }

    void give_up_if_due() {
        finished_.reset();
        const auto patience = reached_ ? settings_.patience : settings_.first_patience;
        if (!failure_ && Clock::now() - last_progress_ > patience) {
            fail_for_good(
                ErrorCode::unavailable, settings_.endpoint.url() + " has not answered for " +
                                            std::to_string(patience.count()) + " s (" +
                                            (last_error_.empty() ? "silence" : last_error_) +
                                            "). Start the server and run the same command again"
            );
        }
    }

    void fail_for_good(ErrorCode code, std::string message) {
        if (!failure_) {
            failure_ = Error{code, std::move(message), {}};
        }
    }

    RpcClientSettings settings_;
    boost::asio::io_context io_{1};
    std::unique_ptr<WebSocket> socket_;
    std::unique_ptr<WebSocket> finished_;
    std::map<std::uint64_t, Call> calls_;  // by id, which is the order of send()
    std::uint64_t last_id_ = 0;
    std::size_t in_flight_ = 0;
    bool open_ = false;
    bool reached_ = false;
    bool writing_ = false;
    Clock::time_point connect_at_ = Clock::time_point::min();
    Clock::time_point last_progress_;
    std::chrono::milliseconds backoff_ = reconnect_first;
    std::minstd_rand random_{std::random_device{}()};
    std::string last_error_;
    std::optional<Error> failure_;
};

}  // namespace

Result<RpcReply> RpcClient::call(const std::string& method, const std::string& params) {
    std::optional<RpcReply> answer;
    send(method, params, [&answer](const RpcReply& reply) { answer = reply; });
    SAMVEV_CHECK_OK(run_until(0));
    return std::move(*answer);
}

std::unique_ptr<RpcClient> make_rpc_client(RpcClientSettings settings) {
    return std::make_unique<WebSocketRpcClient>(std::move(settings));
}

std::string to_text(const RpcError& error) {
    std::string text = std::to_string(error.code) + " " + error.message;
    const json data = json::parse(error.data, nullptr, false);
    if (!data.is_object()) {
        return text;
    }
    if (const auto detail = data.find("detail"); detail != data.end() && detail->is_string()) {
        text += ": " + detail->get<std::string>();
    }
    const auto reasons = data.find("rejections");
    if (reasons != data.end() && reasons->is_array()) {
        for (const json& reason : *reasons) {
            if (!reason.is_object()) {
                continue;
            }
            text += "; " + reason.value("code", "?");
            if (const std::string field = reason.value("field", ""); !field.empty()) {
                text += " (" + field + ")";
            }
        }
    }
    return text;
}

}  // namespace samvev::client
