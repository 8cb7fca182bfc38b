#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "app/key_fetcher.hpp"
#include "base/result.hpp"

namespace samvev::app {

// What this server asks of an issuer's: its keys, its metadata, tokens for a code.
struct OutgoingRequest {
    KeyAddress address;
    std::string_view accept = "application/json";
    std::size_t answer_bytes_max = 0;
    std::string body{};  // empty: GET, else POST
    std::string_view content_type{};
    std::string authorization{};  // the header, or empty
    std::string proof{};          // the header DPoP, or empty
};
struct OutgoingAnswer {
    int status = 0;
    std::string body;
    std::string nonce;  // the header DPoP-Nonce, or empty
};
// No redirections, within limits::key_fetch_deadline. The server's certificate must be valid for
// its name and issued by an authority that this machine trusts. Blocks: for a worker. Fails with
// unavailable.
[[nodiscard]] Result<OutgoingAnswer> send_request(const OutgoingRequest& request);

}  // namespace samvev::app
