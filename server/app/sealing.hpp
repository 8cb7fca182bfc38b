#pragma once

#include <memory>
#include <string>

#include "app/data_directory.hpp"
#include "app/settings.hpp"
#include "base/executor.hpp"
#include "base/result.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "store/keys/key_store.hpp"
#include "store/payload_seal.hpp"

namespace samvev::app {

// Where the key store lies and what opens it, from the settings; with `--dev` everything has a
// default below the data directory, a master key that is made when missing included.
struct KeyPlaces {
    enum class Mode { production, development };

    std::string directory;
    std::string erasure_register;
    std::string master_key_file;        // or
    std::string master_key_credential;  // of systemd, or
    std::string master_key_uri;         // of a PKCS#11 token
    std::string previous_master_key_file;
    std::string previous_master_key_uri;
};
// Fails with invalid_argument: a sentence that says what to set, when no master key is given or the
// keys would lie in the backup of the data.
[[nodiscard]] Result<KeyPlaces> key_places(
    const Settings& settings, const DataPaths& data, KeyPlaces::Mode mode
);
// Those of a data directory that is only read: the settings' where they are given, else those of
// `--dev`. Absent when there are none: then payloads stay sealed.
[[nodiscard]] std::optional<KeyPlaces> find_key_places(
    const Settings& settings, const DataPaths& data
);

// The master keys, the key store and what seals with it.
class Sealing {
public:
    struct Options {
        KeyPlaces places;
        store::KeyFilesMode mode = store::KeyFilesMode::write;
        base::Executor* executor = nullptr;  // makes keys ahead
    };
    // Fails as load_master_key_file and open_key_store.
    [[nodiscard]] static Result<std::unique_ptr<Sealing>> open(const Options& options);
    virtual ~Sealing() = default;
    Sealing(const Sealing&) = delete;
    Sealing& operator=(const Sealing&) = delete;

    [[nodiscard]] virtual store::KeyStore& keys() noexcept = 0;
    [[nodiscard]] virtual store::PayloadSeal& seal() noexcept = 0;

protected:
    Sealing() = default;
};

// Makes a master key for `--dev`, unless there is one.
[[nodiscard]] Result<std::monostate> make_development_master_key(const std::string& path);

// Texts of each module are compressed with a dictionary of the examples in its manifest.
[[nodiscard]] Result<std::monostate> use_dictionaries(
    store::KeyStore& keys, const modules::Registry& registry
);

// Fails with unsupported when a payload lies there unsealed: such data is for `--dev` only.
[[nodiscard]] Result<std::monostate> check_all_sealed(const store::EventLog& stored);

}  // namespace samvev::app
