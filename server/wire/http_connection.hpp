#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "wire/byte_stream.hpp"
#include "wire/http_decision.hpp"
#include "wire/http_door.hpp"
#include "wire/login_door.hpp"
#include "wire/rpc_post.hpp"

// The class behind http_door.hpp; included by http_door.cpp and http_exchange.cpp only.
namespace samvev::wire {

// One coroutine reads a request, has it decided, and writes the answer; again until one side ends,
// or until the socket becomes a session's.
class HttpConnection final : public Connection,
                             public std::enable_shared_from_this<HttpConnection> {
public:
    HttpConnection(ServerState& state, IoLoop& loop, Arrived arrived);

    static Task<> run(std::shared_ptr<HttpConnection> self);
    void on_run_end(const std::exception_ptr& failure);

    void tick(SteadyTime now) override;
    void drain() override;
    void abort() override;
    // What the reply is made of is there, see begin().
    void on_answer(const AnswerLater::MakeReply& make_reply);

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    [[nodiscard]] Socket& socket() noexcept { return bytes_.socket(); }
    static Task<bool> shake_hands(std::shared_ptr<HttpConnection> self);
    static Task<bool> read_header(std::shared_ptr<HttpConnection> self);
    static Task<bool> read_body(std::shared_ptr<HttpConnection> self);
    static Task<> wait_for_answer(std::shared_ptr<HttpConnection> self);
    static Task<bool> write_reply(std::shared_ptr<HttpConnection> self);
    static Task<> hang_up(std::shared_ptr<HttpConnection> self);
    void watch_for_end();

    [[nodiscard]] HttpDecision decide();
    [[nodiscard]] bool sit_for_client(const HttpHeader& header);
    void sit_for_peer();
    [[nodiscard]] HttpReply reply_to_broken(const error_code& error) const;
    static Task<> wait_for_reply(std::shared_ptr<HttpConnection> self);
    void begin(const AnswerLater& answer);
    void run_rpc(std::shared_ptr<const access::VerifiedActor> actor);
    void become_session(BecomeSession wish);
    void allow(std::chrono::milliseconds patience) { deadline_ = SteadyClock::now() + patience; }

    ServerState& state_;
    IoLoop& loop_;
    ByteStream bytes_;
    Seat seat_;
    const ListenerKind listener_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    HttpReply reply_;
    std::string reply_head_;
    TraceId trace_;
    const AddressBytes peer_address_;
    const std::string peer_;
    AddressBytes client_address_;  // the next, as bytes
    std::string remote_;           // whom the peer speaks for, when it is a trusted proxy
    std::shared_ptr<RpcPost> post_;
    bool has_reply_ = false;  // that was to come later
    Timer answered_;          // Cancelled when the post's answer, or that reply, is there.
    bool is_between_requests_ = true;
    bool is_client_gone_ = false;  // while its call was in flight
    std::optional<SteadyTime> deadline_;
};

}  // namespace samvev::wire
