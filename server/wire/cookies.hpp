#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "wire/http_reply.hpp"
#include "wire/upgrade.hpp"

namespace samvev::wire {

// The two cookies of this server. Behind https their names begin with __Host-, so that no other
// host can set them; in the clear, which is for one's own machine only, they cannot.
enum class Cookie {
    session,  // who has logged in
    login     // who is on the way to an issuer
};
[[nodiscard]] std::string cookie_name(Cookie cookie, Transport transport);
// Its value; empty when there is none, or more than one.
[[nodiscard]] std::string find_cookie(const HttpHeader& header, Cookie cookie, Transport transport);
// Set-Cookie: for this host and all its paths, not for scripts, not sent by other sites' pages but
// when they lead here. Without `age` until the browser ends.
[[nodiscard]] std::string set_cookie_text(
    Cookie cookie, Transport transport, std::string_view value, std::chrono::seconds age = {}
);
// Set-Cookie that takes it away.
[[nodiscard]] std::string drop_cookie_text(Cookie cookie, Transport transport);

}  // namespace samvev::wire
