#pragma once

#include <memory>
#include <string>

#include "app/exposure.hpp"
#include "app/settings.hpp"
#include "base/result.hpp"

namespace samvev::app {

// A running server: all layers made, connected and, at the end, taken down in the right order.
// This is the only place where they meet.
class Application {
public:
    using Mode = app::Mode;

    struct Options {
        Settings settings;
        Mode mode = Mode::production;
        std::string demo_folder;  // whose data will be played: rpc.discover shows its examples
    };

    // Opens the data directory, loads the modules, recovers, and accepts connections. Fails with
    // what the part that failed says, as check_exposure(), and in production mode with unsupported
    // when no issuer is configured.
    [[nodiscard]] static Result<std::unique_ptr<Application>> start(const Options& options);
    virtual ~Application() = default;  // stops; drain() first lets clients go in peace
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    // "http://127.0.0.1:8470" with the real port, https with [tls].
    [[nodiscard]] virtual std::string url() const = 0;
    // Reads the files of [tls] again. Fails as wire::TlsIdentity::renew() does.
    [[nodiscard]] virtual Result<void> renew_certificate() = 0;
    // Refuses new connections, finishes what is in flight. Blocks until done. Once.
    virtual void drain() = 0;

protected:
    Application() = default;
};

// "0.1.0".
[[nodiscard]] std::string version_text();

}  // namespace samvev::app
