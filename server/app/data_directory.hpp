#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

namespace samvev::app {

// The names inside a data directory, for whoever only reads.
struct DataPaths {
    std::string root;
    [[nodiscard]] std::string log() const { return root + "/log"; }
    [[nodiscard]] std::string views() const { return root + "/views"; }
    // How far the modules have reacted: small, and not to be removed as views may be.
    [[nodiscard]] std::string reactions() const { return root + "/reactions"; }
    // Browsers' sessions, and logins that were ended: not to be removed either.
    [[nodiscard]] std::string logins() const { return root + "/logins"; }
    [[nodiscard]] std::string secret() const { return root + "/secret"; }
    // What has been erased. Not where the keys are: restored from a backup, they are purged by it.
    [[nodiscard]] std::string erasure_register() const { return root + "/erasures"; }
    // With --dev, where nothing else is said.
    [[nodiscard]] std::string development_keys() const { return root + "/dev-keys"; }
    [[nodiscard]] std::string development_master_key() const { return root + "/dev-master.key"; }
    [[nodiscard]] std::string lock() const { return root + "/lock"; }
    [[nodiscard]] std::string demo_progress() const { return root + "/demo-progress"; }
};

// A server's data directory, held for this process alone until destroyed (or until the process
// dies, however).
class DataDirectory {
public:
    // Creates what is missing: the directory (made 0700 whoever made it) and the secret (32 random
    // bytes, 0600). Fails with unavailable (another process holds it: the message names its pid),
    // corrupt (the secret is missing although there is a history, or has the wrong size),
    // invalid_argument (not a directory, no permission).
    [[nodiscard]] static Result<std::unique_ptr<DataDirectory>> open(const std::string& root);
    virtual ~DataDirectory() = default;
    DataDirectory(const DataDirectory&) = delete;
    DataDirectory& operator=(const DataDirectory&) = delete;

    [[nodiscard]] virtual const DataPaths& paths() const noexcept = 0;
    // A secret of 32 bytes for one purpose, derived: knowing one tells nothing of the others.
    [[nodiscard]] virtual std::string secret_for(const std::string& purpose) const = 0;

protected:
    DataDirectory() = default;
};

}  // namespace samvev::app
