#include "app/key_fetcher.hpp"

#include <algorithm>
#include <fstream>

#include "app/client/endpoint.hpp"
#include "app/outgoing_request.hpp"
#include "base/limits.hpp"

namespace samvev::app {
namespace {

tl::unexpected<Error> not_fetched(const std::string& why) {
    return fail(ErrorCode::unavailable, why);
}

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
    SAMVEV_TRY(KeyAddress address, parse_key_address(source.place));
    SAMVEV_TRY(
        OutgoingAnswer answer, send_request(
                                   {.address = std::move(address),
                                    .accept = "application/jwk-set+json, application/json",
                                    .answer_bytes_max = limits::key_set_bytes_max}
                               )
    );
    constexpr int ok = 200;
    if (answer.status != ok) {
        return not_fetched("its answer has status " + std::to_string(answer.status));
    }
    return std::move(answer.body);
}

Result<access::TokenAnswer> ask_for_tokens(const access::TokenRequest& request) {
    SAMVEV_TRY(KeyAddress address, parse_key_address(request.address));
    SAMVEV_TRY(
        OutgoingAnswer answer, send_request(
                                   {.address = std::move(address),
                                    .answer_bytes_max = limits::token_response_bytes_max,
                                    .body = request.form,
                                    .content_type = "application/x-www-form-urlencoded",
                                    .authorization = request.authorization,
                                    .proof = request.proof}
                               )
    );
    return access::TokenAnswer{.body = std::move(answer.body), .nonce = std::move(answer.nonce)};
}

}  // namespace samvev::app
