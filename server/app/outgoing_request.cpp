#include "app/outgoing_request.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <exception>
#include <functional>

#include "base/limits.hpp"

namespace samvev::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

tl::unexpected<Error> not_answered(const std::string& why) {
    return fail(ErrorCode::unavailable, why);
}

// One request on a loop of its own, each step started by the one before.
class Exchange {
public:
    explicit Exchange(const OutgoingRequest& wish) : address_(wish.address) {
        parser_.body_limit(wish.answer_bytes_max);
        parser_.header_limit(limits::http_header_bytes_max);
        request_.method(wish.body.empty() ? http::verb::get : http::verb::post);
        request_.target(wish.address.target);
        request_.version(11);
        const std::string_view usual_port = address_.is_encrypted ? "443" : "80";
        request_.set(
            http::field::host,
            address_.port == usual_port ? address_.host : address_.host + ":" + address_.port
        );
        request_.set(http::field::accept, wish.accept);
        request_.set(http::field::user_agent, "samvev");
        request_.keep_alive(false);
        if (!wish.authorization.empty()) {
            request_.set(http::field::authorization, wish.authorization);
        }
        if (!wish.proof.empty()) {
            request_.set("DPoP", wish.proof);
        }
        if (!wish.body.empty()) {
            request_.set(http::field::content_type, wish.content_type);
            request_.body() = wish.body;
            request_.prepare_payload();
        }
    }

    Result<OutgoingAnswer> run() {
        if (address_.is_encrypted && !prepare_tls()) {
            return not_answered("TLS cannot be set up: are the system's certificates installed?");
        }
        resolver_.async_resolve(
            address_.host, address_.port,
            [this](error_code error, const auto& found) {
                if (!failed(error, "its name is not found")) {
                    connect(found);
                }
            }
        );
        loop_.run_for(limits::key_fetch_deadline);
        if (!why_not_.empty()) {
            return not_answered(why_not_);
        }
        if (!is_done_) {
            return not_answered("no answer within ten seconds");
        }
        return OutgoingAnswer{
            .status = static_cast<int>(parser_.get().result_int()),
            .body = std::move(parser_.get().body()),
            .nonce = std::string(parser_.get()["DPoP-Nonce"])
        };
    }

private:
    bool prepare_tls() {
        error_code no_paths;
        error_code no_mode;
        error_code no_name;
        context_.set_default_verify_paths(no_paths);
        // On the stream: it was made from the context before this, and would not see a later
        // change.
        stream_.set_verify_mode(asio::ssl::verify_peer, no_mode);
        stream_.set_verify_callback(asio::ssl::host_name_verification(address_.host), no_name);
        return !no_paths && !no_mode && !no_name &&
               SSL_set_min_proto_version(stream_.native_handle(), TLS1_2_VERSION) == 1 &&
               names_server(address_.host);
    }

    // What the macro SSL_set_tlsext_host_name does, without its old-style cast; the name is copied.
    bool names_server(std::string name) {
        return SSL_ctrl(
                   stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                   name.data()
               ) == 1;
    }

    bool failed(error_code error, const std::string& what) {
        if (error) {
            why_not_ = what + " (" + error.message() + ")";
        }
        return static_cast<bool>(error);
    }

    void connect(const tcp::resolver::results_type& found) {
        asio::async_connect(
            stream_.next_layer(), found,
            [this](error_code error, const tcp::endpoint&) {
                if (failed(error, "it cannot be reached")) {
                    return;
                }
                if (!address_.is_encrypted) {
                    send(stream_.next_layer());
                    return;
                }
                stream_.async_handshake(asio::ssl::stream_base::client, [this](error_code refused) {
                    if (!failed(refused, "its certificate or handshake is not good")) {
                        send(stream_);
                    }
                });
            }
        );
    }

    template <typename Stream>
    void send(Stream& stream) {
        http::async_write(stream, request_, [this, &stream](error_code error, std::size_t) {
            if (failed(error, "it hung up")) {
                return;
            }
            http::async_read(stream, buffer_, parser_, [this](error_code broken, std::size_t) {
                is_done_ = !failed(broken, "its answer is broken or too large");
            });
        });
    }

    const KeyAddress& address_;
    asio::io_context loop_{1};
    asio::ssl::context context_{asio::ssl::context::tls_client};
    asio::ssl::stream<tcp::socket> stream_{loop_, context_};
    tcp::resolver resolver_{loop_};
    http::request<http::string_body> request_;
    beast::flat_buffer buffer_;
    http::response_parser<http::string_body> parser_;
    std::string why_not_;
    bool is_done_ = false;
};

}  // namespace

Result<OutgoingAnswer> send_request(const OutgoingRequest& request) {
    try {
        return Exchange(request).run();
    } catch (const std::exception& error) {  // Asio's own set-up: no descriptor, no memory for TLS.
        return not_answered(error.what());
    }
}

}  // namespace samvev::app
