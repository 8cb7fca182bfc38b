#include "wire/cookies.hpp"

#include <algorithm>

namespace samvev::wire {
namespace {

std::string attributes(Transport transport) {
    return std::string("; Path=/; HttpOnly; SameSite=Lax") +
           (transport == Transport::tls ? "; Secure" : "");
}

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t");
    return from == std::string_view::npos
               ? std::string_view()
               : text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

}  // namespace

std::string cookie_name(Cookie cookie, Transport transport) {
    const std::string name = cookie == Cookie::session ? "samvev_session" : "samvev_login";
    return (transport == Transport::tls ? "__Host-" : "") + name;
}

std::string find_cookie(const HttpHeader& header, Cookie cookie, Transport transport) {
    const std::string name = cookie_name(cookie, transport);
    std::string found;
    const auto lines = header.equal_range(boost::beast::http::field::cookie);
    for (auto line = lines.first; line != lines.second; ++line) {
        std::string_view rest = line->value();
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(';'), rest.size());
            const std::string_view pair = trimmed(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            const std::size_t equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != name) {
                continue;
            }
            if (!found.empty()) {
                return {};
            }
            found = pair.substr(equals + 1);
        }
    }
    return found;
}

std::string set_cookie_text(
    Cookie cookie, Transport transport, std::string_view value, std::chrono::seconds age
) {
    std::string out = cookie_name(cookie, transport) + "=";
    out.append(value).append(attributes(transport));
    if (age.count() > 0) {
        out += "; Max-Age=" + std::to_string(age.count());
    }
    return out;
}

std::string drop_cookie_text(Cookie cookie, Transport transport) {
    return cookie_name(cookie, transport) + "=" + attributes(transport) + "; Max-Age=0";
}

}  // namespace samvev::wire
