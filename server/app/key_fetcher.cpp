#include "app/key_fetcher.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <exception>
#include <fstream>
#include <functional>
#include <optional>

#include "app/client/endpoint.hpp"
#include "base/limits.hpp"

namespace samvev::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

tl::unexpected<Error> not_fetched(const std::string& why) {
    return fail(ErrorCode::unavailable, why);
}

// One request on a loop of its own, each step started by the one before.
class Fetch {
public:
    explicit Fetch(const KeyAddress& address) : address_(address) {
        parser_.body_limit(limits::key_set_bytes_max);
        parser_.header_limit(limits::http_header_bytes_max);
        request_.method(http::verb::get);
        request_.target(address.target);
        request_.version(11);
        const std::string_view usual_port = address.is_encrypted ? "443" : "80";
        request_.set(
            http::field::host,
            address.port == usual_port ? address.host : address.host + ":" + address.port
        );
        request_.set(http::field::accept, "application/jwk-set+json, application/json");
        request_.set(http::field::user_agent, "samvev");
        request_.keep_alive(false);
    }

    Result<std::string> run() {
        if (address_.is_encrypted && !prepare_tls()) {
            return not_fetched("TLS cannot be set up: are the system's certificates installed?");
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
            return not_fetched(why_not_);
        }
        if (!is_done_) {
            return not_fetched("no answer within ten seconds");
        }
        if (parser_.get().result() != http::status::ok) {
            return not_fetched(
                "its answer has status " + std::to_string(parser_.get().result_int())
            );
        }
        return std::move(parser_.get().body());
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
    http::request<http::empty_body> request_;
    beast::flat_buffer buffer_;
    http::response_parser<http::string_body> parser_;
    std::string why_not_;
    bool is_done_ = false;
};

Result<std::string> read_keys(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return not_fetched("the file cannot be opened");
    }
    std::string text(limits::key_set_bytes_max + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

}  // namespace

Result<KeyAddress> parse_key_address(std::string_view address) {
    constexpr std::string_view encrypted = "https://";
    constexpr std::string_view plain = "http://";
    KeyAddress out;
    out.is_encrypted = address.starts_with(encrypted);
    if (!out.is_encrypted && !address.starts_with(plain)) {
        return fail(ErrorCode::invalid_argument, "write an address that begins with https://");
    }
    std::string_view rest = address.substr(out.is_encrypted ? encrypted.size() : plain.size());
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    out.target = slash == rest.size() ? "/" : std::string(rest.substr(slash));
    std::string authority(rest.substr(0, slash));
    if (authority.find(':', authority.rfind(']') + 1) == std::string::npos) {
        authority += out.is_encrypted ? ":443" : ":80";
    }
    const auto endpoint = client::parse_host_port(authority);
    if (!endpoint || authority.find('@') != std::string::npos ||
        address.find_first_of(" \t\r\n#") != std::string_view::npos) {
        return fail(
            ErrorCode::invalid_argument, "write an address like https://issuer.example/jwks"
        );
    }
    out.host = endpoint->host;
    out.port = std::to_string(endpoint->port);
    if (!out.is_encrypted && !client::is_loopback(out.host)) {
        return fail(
            ErrorCode::invalid_argument,
            "keys are fetched over https; plain http is for addresses of this machine"
        );
    }
    return out;
}

Result<std::string> fetch_keys(const access::KeySource& source) {
    if (source.kind == access::KeySource::Kind::file) {
        return read_keys(source.place);
    }
    SAMVEV_TRY(const KeyAddress address, parse_key_address(source.place));
    try {
        return Fetch(address).run();
    } catch (const std::exception& error) {  // Asio's own set-up: no descriptor, no memory for TLS.
        return not_fetched(error.what());
    }
}

}  // namespace samvev::app
