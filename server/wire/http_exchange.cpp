// What a connection does with one request, between reading it and writing the answer.
#include <boost/beast/http/error.hpp>

#include "wire/http_connection.hpp"
#include "wire/http_routes.hpp"
#include "wire/rpc_runner.hpp"
#include "wire/session.hpp"
#include "wire/upgrade.hpp"

namespace samvev::wire {

namespace http = boost::beast::http;

HttpDecision HttpConnection::decide() {
    if (reply_.closes) {
        return std::move(reply_);  // The header could not be read.
    }
    merge_list_lines(parser_->get());
    const HttpHeader& header = parser_->get();
    trace_ = read_traceparent(header["traceparent"]).value_or(TraceId());
    if (!sit_for_client(header)) {
        HttpReply reply = too_many_connections_reply();
        reply.closes = true;
        return reply;
    }
    HttpDecision decision = decide_http(
        state_, {.header = header,
                 .listener = listener_,
                 .has_body = parser_->chunked() || parser_->content_length().value_or(0) > 0,
                 .has_more_bytes = buffer_.size() > 0,
                 .trace = trace_,
                 .remote = remote_,
                 .network = network_of(client_address_)}
    );
    return decision;
}

// A proxy's connection counts as its client's while it serves that one.
bool HttpConnection::sit_for_client(const HttpHeader& header) {
    const TrustedProxies& proxies = state_.settings.proxies;
    if (listener_ != ListenerKind::main || !proxies.trusts(peer_address_)) {
        return true;
    }
    const AddressBytes client =
        proxies.client_of(peer_address_, joined_lines(header, proxies.header_name()));
    client_address_ = client;
    remote_ = client == peer_address_ ? peer_ : to_text(client);
    return seat_.move_to(state_.network_for(client));
}

void HttpConnection::sit_for_peer() {
    remote_ = peer_;
    client_address_ = peer_address_;
    // Should the proxy have its share, the seat stays the client's until the next request.
    static_cast<void>(seat_.move_to(state_.network_for(peer_address_)));
}

HttpReply HttpConnection::reply_to_broken(const error_code& error) const {
    Problem problem{400, "bad-request", "Bad request", "this is not HTTP/1.1: " + error.message()};
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        problem = {
            431, "header-too-large", "Request header fields too large",
            "send at most 16 KiB of header"
        };
    } else if (error == http::error::body_limit) {
        problem = {
            413, "body-too-large", "Content too large", "send at most 64 KiB in one request"
        };
    }
    HttpReply reply = problem_reply(problem);
    reply.closes = true;
    return reply;
}

void HttpConnection::run_rpc(std::shared_ptr<const access::VerifiedActor> actor) {
    std::string body = std::move(parser_->get().body());
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    post_ = std::make_shared<RpcPost>(state_, loop_, answered_);
    post_->set_actor(std::move(actor));
    post_->set_traceparent(parser_->get()["traceparent"]);
    post_->set_remote(remote_);
    run_frame(*post_, body);
}

namespace {

class ReplyArrival final : public Arrival {
public:
    explicit ReplyArrival(std::shared_ptr<HttpConnection> connection)
        : connection_(std::move(connection)) {}
    void put(AnswerLater::MakeReply make_reply) { make_reply_ = std::move(make_reply); }
    void arrive() override {
        connection_->on_answer(make_reply_);
        connection_.reset();
    }
    void give_up() noexcept override { connection_->abort(); }

private:
    std::shared_ptr<HttpConnection> connection_;
    AnswerLater::MakeReply make_reply_;
};

}  // namespace

void HttpConnection::begin(const AnswerLater& answer) {
    has_reply_ = false;
    const auto arrival = std::make_shared<ReplyArrival>(shared_from_this());
    answer.begin([arrival, mailbox = loop_.mailbox()](AnswerLater::MakeReply make_reply) {
        arrival->put(std::move(make_reply));
        mailbox->deliver(arrival);
    });
}

void HttpConnection::on_answer(const AnswerLater::MakeReply& make_reply) {
    reply_ = make_reply();
    has_reply_ = true;
    answered_.cancel();
}

void HttpConnection::become_session(BecomeSession wish) {
    UpgradeRequest request(std::move(static_cast<HttpHeader&>(parser_->get())));
    SessionStart start(std::move(bytes_), std::move(seat_), std::move(request));
    start.offers_subprotocol = wish.offers_subprotocol;
    start.actor = std::move(wish.actor);
    start.place = std::move(wish.place);
    start.remote = std::move(remote_);
    start.browser = std::move(wish.browser);
    deadline_.reset();
    loop_.expect_connection();
    start_session(state_, loop_, std::move(start));
}

}  // namespace samvev::wire
