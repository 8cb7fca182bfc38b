#include "app/exposure.hpp"

#include "app/client/endpoint.hpp"

namespace samvev::app {

Result<void> check_exposure(const Settings& settings, Mode mode) {
    SAMVEV_TRY(const auto listen, client::parse_host_port(settings.listen));
    if (client::is_loopback(listen.host)) {
        return {};
    }
    if (mode == Mode::development) {
        return fail(
            ErrorCode::invalid_argument,
            "--dev is refused on " + settings.listen +
                ": development tokens and a settable clock are only for "
                "this machine. Listen on 127.0.0.1 or [::1]."
        );
    }
    if (settings.tls_certificate.empty() && settings.trusted_proxies.empty()) {
        return fail(
            ErrorCode::unsupported,
            "server.listen " + settings.listen +
                " can be reached from the network, and tokens would travel readable: name "
                "tls.certificate and tls.key; or name the proxy with TLS that stands in front in "
                "server.trusted_proxies; or listen on 127.0.0.1."
        );
    }
    return {};
}

Result<wire::TrustedProxies> proxies_of(const Settings& settings) {
    return wire::TrustedProxies::parse(
        settings.trusted_proxies, settings.forwarded_header == "forwarded"
                                      ? wire::TrustedProxies::Header::forwarded
                                      : wire::TrustedProxies::Header::x_forwarded_for
    );
}

std::optional<wire::TlsFiles> tls_files_of(const Settings& settings) {
    if (settings.tls_certificate.empty()) {
        return std::nullopt;
    }
    return wire::TlsFiles{.certificate = settings.tls_certificate, .key = settings.tls_key};
}

}  // namespace samvev::app
