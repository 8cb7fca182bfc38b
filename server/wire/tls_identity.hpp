#pragma once

#include <openssl/types.h>

#include <memory>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "wire/tls_channel.hpp"

namespace samvev::wire {

// Paths of PEM files: the server's certificate followed by those of its issuers, and its key.
struct TlsFiles {
    std::string certificate;
    std::string key;
    friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

// Who the server is to those who connect: TLS 1.2 and 1.3, forward secret and authenticated ciphers
// only, HTTP/1.1 by ALPN, no resumption (sessions last hours, and tickets would outlive the keys
// that protect them), no renegotiation.
// Concurrency: [any thread].
class TlsIdentity {
public:
    // Fails with invalid_argument: a file that cannot be read, is none of these, does not belong to
    // the other, or a key that others on this machine can read.
    [[nodiscard]] static Result<std::unique_ptr<TlsIdentity>> open(TlsFiles files);

    // Reads the files again. New connections get the new certificate; open ones keep theirs and
    // are not disturbed. Fails as open() does, and then nothing has changed.
    [[nodiscard]] Result<void> renew();

    [[nodiscard]] TlsChannel accept(int descriptor) const;
    // When the certificate in use ends.
    [[nodiscard]] base::Timestamp expires_at() const;

private:
    struct Free {
        void operator()(SSL_CTX* context) const noexcept;
    };
    struct Loaded {
        std::shared_ptr<SSL_CTX> context;
        base::Timestamp expires_at{};
    };
    explicit TlsIdentity(TlsFiles files) : files_(std::move(files)) {}
    [[nodiscard]] static Result<Loaded> load(const TlsFiles& files);

    const TlsFiles files_;
    mutable std::mutex mutex_;  // Guards loaded_.
    Loaded loaded_;
};

}  // namespace samvev::wire
