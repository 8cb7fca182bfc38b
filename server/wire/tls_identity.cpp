#include "wire/tls_identity.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <ctime>
#include <string_view>

namespace samvev::wire {
namespace {

// Of TLS 1.2; those of 1.3 are all of this kind.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* groups = "X25519:P-256:P-384";
constexpr std::string_view http_1_1 = "http/1.1";

tl::unexpected<Error> refuse(std::string message) {
    ERR_clear_error();
    return fail(ErrorCode::invalid_argument, std::move(message));
}

std::string reason() {
    const char* const text = ERR_reason_error_string(ERR_peek_error());  // the first cause
    return text == nullptr ? std::string("it cannot be opened") : std::string(text);
}

// OpenSSL would ask the terminal for the passphrase.
int no_passphrase(char* /*into*/, int /*size*/, int /*for_writing*/, void* /*user*/) {
    return -1;
}

// A client that names protocols and not this one would not understand the answer.
int choose_protocol(
    SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
    const unsigned char* offered, unsigned int size, void* /*user*/
) {
    for (unsigned int at = 0; at < size; at += 1U + offered[at]) {
        const unsigned int length = offered[at];
        if (at + 1 + length > size) {
            break;
        }
        const auto* const name = offered + at + 1;
        if (std::string_view(reinterpret_cast<const char*>(name), length) == http_1_1) {
            *chosen = name;
            *chosen_size = static_cast<unsigned char>(length);
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool configure(SSL_CTX* context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                     SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF
    );
    SSL_CTX_set_mode(
        context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                     SSL_MODE_RELEASE_BUFFERS
    );
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1);  // One system call for many records.
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_num_tickets(context, 0) == 1 &&
           SSL_CTX_set_cipher_list(context, ciphers) == 1 &&
           SSL_CTX_set1_groups_list(context, groups) == 1;
}

Result<void> check_key_file(const std::string& path) {
    struct stat file{};
    if (::stat(path.c_str(), &file) == 0 && (file.st_mode & (S_IROTH | S_IWOTH)) != 0) {
        return refuse(
            "tls.key " + path +
            " can be read by everybody on this machine: let its owner alone read it (chmod 600)"
        );
    }
    return {};
}

base::Timestamp end_of(const X509* certificate) {
    std::tm end{};
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) {
        return {};
    }
    return base::Timestamp(std::chrono::sys_seconds(std::chrono::seconds(timegm(&end))));
}

}  // namespace

void TlsIdentity::Free::operator()(SSL_CTX* context) const noexcept {
    SSL_CTX_free(context);
}

Result<TlsIdentity::Loaded> TlsIdentity::load(const TlsFiles& files) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), Free());
    if (!context || !configure(context.get())) {
        return refuse("TLS cannot be set up: " + reason());
    }
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
        return refuse(
            "tls.certificate " + files.certificate + ": " + reason() +
            "; name a PEM file with the server's certificate first, then those of its issuers"
        );
    }
    SAMVEV_CHECK_OK(check_key_file(files.key));
    if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        return refuse(
            "tls.key " + files.key + ": " + reason() +
            "; name a PEM file with the key of the certificate, without a passphrase"
        );
    }
    if (SSL_CTX_check_private_key(context.get()) != 1) {
        return refuse(
            "tls.key " + files.key + " is not the key of the certificate in " + files.certificate +
            ": name the two that were made together"
        );
    }
    const base::Timestamp end = end_of(SSL_CTX_get0_certificate(context.get()));
    return Loaded{.context = std::move(context), .expires_at = end};
}

Result<std::unique_ptr<TlsIdentity>> TlsIdentity::open(TlsFiles files) {
    std::unique_ptr<TlsIdentity> identity(new TlsIdentity(std::move(files)));
    SAMVEV_CHECK_OK(identity->renew());
    return identity;
}

Result<void> TlsIdentity::renew() {
    SAMVEV_TRY(Loaded loaded, load(files_));
    const std::lock_guard lock(mutex_);
    loaded_ = std::move(loaded);
    return {};
}

TlsChannel TlsIdentity::accept(int descriptor) const {
    const std::lock_guard lock(mutex_);
    return TlsChannel(*loaded_.context, descriptor);
}

base::Timestamp TlsIdentity::expires_at() const {
    const std::lock_guard lock(mutex_);
    return loaded_.expires_at;
}

}  // namespace samvev::wire
