#include "app/sealing.hpp"

#include "base/digest.hpp"
#include "store/keys/pkcs11_master_key.hpp"
#include "store/keys/stream_seal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace samvev::app {
namespace {

namespace fs = std::filesystem;

bool lies_below(const std::string& path, const std::string& directory) {
    std::error_code error;
    const fs::path inner = fs::weakly_canonical(path, error);
    const fs::path outer = fs::weakly_canonical(directory, error);
    const std::string relative = inner.lexically_relative(outer).string();
    return !relative.empty() && relative.substr(0, 2) != "..";
}

std::string or_else(const std::string& given, const std::string& otherwise) {
    return given.empty() ? otherwise : given;
}

bool names_master_key(const Settings& settings) {
    return !settings.master_key_file.empty() || !settings.master_key_credential.empty() ||
           !settings.master_key_uri.empty();
}

KeyPlaces places_of(const Settings& settings, const DataPaths& data) {
    KeyPlaces out;
    out.directory = settings.keys_directory;
    out.erasure_register = or_else(settings.erasure_register, data.erasure_register());
    out.master_key_file = settings.master_key_file;
    out.master_key_credential = settings.master_key_credential;
    out.master_key_uri = settings.master_key_uri;
    out.previous_master_key_file = settings.previous_master_key_file;
    out.previous_master_key_uri = settings.previous_master_key_uri;
    return out;
}

KeyPlaces development_places(const Settings& settings, const DataPaths& data) {
    KeyPlaces out = places_of(settings, data);
    out.directory = or_else(out.directory, data.development_keys());
    if (!names_master_key(settings)) {
        out.master_key_file = data.development_master_key();
    }
    return out;
}

Result<std::unique_ptr<store::MasterKey>> load_master(const KeyPlaces& places) {
    if (!places.master_key_file.empty()) {
        return store::load_master_key_file(places.master_key_file);
    }
    if (!places.master_key_uri.empty()) {
        return store::open_pkcs11_master_key(places.master_key_uri);
    }
    const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");
    return store::load_master_key_credential(
        directory == nullptr ? "" : directory, places.master_key_credential
    );
}

class OpenSealing final : public Sealing {
public:
    Result<std::monostate> start(const Options& options) {
        SAMVEV_TRY(master_, load_master(options.places));
        store::KeyStoreOptions keys;
        keys.directory = options.places.directory;
        keys.register_path = options.places.erasure_register;
        keys.masters.push_back(master_.get());
        if (!options.places.previous_master_key_file.empty()) {
            SAMVEV_TRY(
                previous_, store::load_master_key_file(options.places.previous_master_key_file)
            );
        } else if (!options.places.previous_master_key_uri.empty()) {
            SAMVEV_TRY(
                previous_, store::open_pkcs11_master_key(options.places.previous_master_key_uri)
            );
        }
        if (previous_) {
            keys.masters.push_back(previous_.get());
        }
        keys.random = &random_;
        keys.mode = options.mode;
        keys.executor = options.executor;
        SAMVEV_TRY(keys_, store::open_key_store(keys));
        seal_ = store::make_payload_seal(*keys_, random_);
        return std::monostate();
    }
    store::KeyStore& keys() noexcept override { return *keys_; }
    store::PayloadSeal& seal() noexcept override { return *seal_; }

private:
    store::SystemRandom random_;
    std::unique_ptr<store::MasterKey> master_;
    std::unique_ptr<store::MasterKey> previous_;
    std::unique_ptr<store::KeyStore> keys_;
    std::unique_ptr<store::PayloadSeal> seal_;
};

bool is_sealed(const store::EventView& event) {
    return !event.key_id.empty() || event.payload_size == 0;
}

}  // namespace

Result<KeyPlaces> key_places(
    const Settings& settings, const DataPaths& data, KeyPlaces::Mode mode
) {
    if (mode == KeyPlaces::Mode::development) {
        return development_places(settings, data);
    }
    if (!names_master_key(settings)) {
        return fail(
            ErrorCode::invalid_argument,
            "No master key is given, without which nothing is stored outside --dev: make one with "
            "`openssl rand -hex 32`, keep it (mode 0600) and a copy of it where no backup of the "
            "data comes, and name it with keys.master_key_file, or pass it with systemd's "
            "LoadCredential= and name that with keys.master_key_credential, or keep it in a "
            "PKCS#11 token and name it with keys.master_key_uri."
        );
    }
    if (settings.keys_directory.empty() ||
        lies_below(settings.keys_directory, settings.data_directory)) {
        return fail(
            ErrorCode::invalid_argument,
            "The keys have no place of their own: name with keys.directory a directory outside "
            "data.directory and its backups, and keep its backups for a shorter time; an erasure "
            "is complete when the last copy of the keys is gone."
        );
    }
    if (!settings.master_key_file.empty() &&
        lies_below(settings.master_key_file, settings.data_directory)) {
        return fail(
            ErrorCode::invalid_argument,
            "The master key lies in data.directory, where every backup would take it along: move "
            "it and name its new place with keys.master_key_file."
        );
    }
    return places_of(settings, data);
}

std::optional<KeyPlaces> find_key_places(const Settings& settings, const DataPaths& data) {
    KeyPlaces out = development_places(settings, data);
    const bool has_key = out.master_key_file.empty() || fs::exists(out.master_key_file);
    return has_key && fs::exists(out.directory) ? std::optional(std::move(out)) : std::nullopt;
}

Result<std::unique_ptr<Sealing>> Sealing::open(const Options& options) {
    auto sealing = std::make_unique<OpenSealing>();
    SAMVEV_CHECK_OK(sealing->start(options));
    return std::unique_ptr<Sealing>(std::move(sealing));
}

Result<std::monostate> make_development_master_key(const std::string& path) {
    if (fs::exists(path)) {
        return std::monostate();
    }
    store::Secret secret;
    store::SystemRandom().fill(secret.writable());
    const auto* const bytes = reinterpret_cast<const char*>(secret.bytes().data());
    const std::string text = base::to_hex({bytes, store::Secret::size}) + "\n";
    const std::string temporary = path + ".new";
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    if (file >= 0) {
        ::close(file);
    }
    if (!written || ::rename(temporary.c_str(), path.c_str()) != 0) {
        return fail(
            ErrorCode::unavailable,
            path + " cannot be written: " + std::generic_category().message(errno) + "."
        );
    }
    return std::monostate();
}

Result<std::monostate> use_dictionaries(store::KeyStore& keys, const modules::Registry& registry) {
    for (const auto& module : registry.modules()) {
        std::vector<std::string> examples;
        for (const modules::EventType& event : module->manifest().events) {
            if (!event.example.empty()) {
                examples.push_back(event.example);
            }
        }
        if (const auto dictionary = store::train_dictionary(examples)) {
            SAMVEV_CHECK_OK(keys.use_dictionary(module->manifest().id, *dictionary));
        }
    }
    return std::monostate();
}

Result<std::monostate> check_all_sealed(const store::EventLog& stored) {
    bool sealed = true;
    const auto look = [&sealed](const store::EventView& event) {
        sealed = sealed && is_sealed(event);
        return store::Visit::more;
    };
    for (const store::LogId log : stored.logs()) {
        // Sealing never stops once it has begun: the first event tells.
        SAMVEV_CHECK_OK(stored.scan(log, store::Position(0), 1, look));
    }
    if (!sealed) {
        return fail(
            ErrorCode::unsupported,
            "This data directory holds payloads that are not sealed, from a server with --dev: it "
            "opens with --dev only. Name another one with data.directory."
        );
    }
    return std::monostate();
}

}  // namespace samvev::app
