// Every setting: where it stands, what it means, what it may be.
#include "app/settings.hpp"

namespace samvev::app {
namespace {

constexpr std::uint64_t mebibyte = 1024ULL * 1024;
constexpr std::uint64_t rate_max = 1'000'000;

const std::vector<SettingKey>& keys() {
    static const std::vector<SettingKey> all{
        {.section = "server",
         .name = "listen",
         .field = &Settings::listen,
         .meaning =
             "HOST:PORT for clients; port 0 picks a free one. With --dev only a loopback address."},
        {.section = "server",
         .name = "admin_listen",
         .field = &Settings::admin_listen,
         .meaning = "HOST:PORT for /metrics. Empty: on the listener above, when that is a loopback "
                    "address."},
        {.section = "server",
         .name = "public_url",
         .field = &Settings::public_url,
         .meaning =
             "What clients call this server behind a proxy, like https://samvev.example: proofs "
             "of possession (DPoP) name it. Empty: by the address above."},
        {.section = "server",
         .name = "trusted_proxies",
         .field = &Settings::trusted_proxies,
         .meaning =
             "Addresses of the proxies in front, like \"192.0.2.7, 10.0.0.0/8\": they, and nobody "
             "else, say whose request it is. Without TLS on an address of the network, only they "
             "may "
             "connect."},
        {.section = "server",
         .name = "forwarded_header",
         .field = &Settings::forwarded_header,
         .meaning = "The header in which they do: x-forwarded-for or forwarded (RFC 7239).",
         .choices = {"x-forwarded-for", "forwarded"}},
        {.section = "server",
         .name = "io_threads",
         .field = &Settings::io_threads,
         .meaning = "Threads that serve connections.",
         .number_min = 1,
         .number_max = 64},
        {.section = "server",
         .name = "worker_threads",
         .field = &Settings::worker_threads,
         .meaning = "Threads for what may wait for the disk. 0: one per core, at least two.",
         .number_max = 256},
        {.section = "server",
         .name = "connections_per_address",
         .field = &Settings::connections_per_address,
         .meaning =
             "Open connections from one address (IPv6: /64) other than this machine's. Behind "
             "trusted_proxies the client's address counts.",
         .number_min = 1,
         .number_max = limits::connections_max},
        {.section = "tls",
         .name = "certificate",
         .field = &Settings::tls_certificate,
         .meaning =
             "PEM file: the server's certificate, then those of its issuers. Empty: no TLS, so a "
             "proxy with TLS stands in front. SIGHUP has both files read again; open connections "
             "stay."},
        {.section = "tls",
         .name = "key",
         .field = &Settings::tls_key,
         .meaning = "PEM file: the certificate's key, without a passphrase, for its owner alone."},
        {.section = "limits",
         .name = "reads_per_second",
         .field = &Settings::reads_per_second,
         .meaning = "Reads of one user over all connections; more are refused with 42901.",
         .number_min = 1,
         .number_max = rate_max},
        {.section = "limits",
         .name = "reads_at_once",
         .field = &Settings::reads_at_once,
         .meaning = "Reads a user may have saved up.",
         .number_min = 1,
         .number_max = rate_max},
        {.section = "limits",
         .name = "commands_per_second",
         .field = &Settings::commands_per_second,
         .meaning = "Commands of one user, likewise.",
         .number_min = 1,
         .number_max = rate_max},
        {.section = "limits",
         .name = "commands_at_once",
         .field = &Settings::commands_at_once,
         .meaning = "Commands a user may have saved up.",
         .number_min = 1,
         .number_max = rate_max},
        {.section = "limits",
         .name = "service_calls_per_second",
         .field = &Settings::service_calls_per_second,
         .meaning =
             "Calls of one program (kind service, or a role that begins with service:) instead of "
             "all four above.",
         .number_min = 1,
         .number_max = rate_max},
        {.section = "limits",
         .name = "connections_per_user",
         .field = &Settings::connections_per_user,
         .meaning = "Open WebSocket sessions of one user.",
         .number_min = 1,
         .number_max = limits::connections_max},
        {.section = "limits",
         .name = "subscriptions_per_user",
         .field = &Settings::subscriptions_per_user,
         .meaning = "Subscriptions of one user over all sessions.",
         .number_min = 1,
         .number_max = limits::connections_max * limits::subscriptions_per_connection_max},
        {.section = "access",
         .name = "lookups_per_day",
         .field = &Settings::lookups_per_day,
         .meaning = "Persons and cases one member of staff may look up in a day before "
                    "access-log.patterns "
                    "shows it to the privacy officer. Nobody is stopped.",
         .number_min = 1,
         .number_max = limits::access_pattern_rows_max},
        {.section = "data",
         .name = "directory",
         .field = &Settings::data_directory,
         .meaning = "Where the history, its secret and the views lie. One server per directory."},
        {.section = "keys",
         .name = "master_key_file",
         .field = &Settings::master_key_file,
         .meaning =
             "File with the master key, 64 hexadecimal digits (openssl rand -hex 32), mode 0600, "
             "outside the data directory and its backups. Needed, this or one of the next two, but "
             "with --dev."},
        {.section = "keys",
         .name = "master_key_credential",
         .field = &Settings::master_key_credential,
         .meaning = "Instead: the name under which systemd's LoadCredential= passes it."},
        {.section = "keys",
         .name = "master_key_uri",
         .field = &Settings::master_key_uri,
         .meaning =
             "Instead: an AES-256 key that stays in its PKCS#11 token, as "
             "pkcs11:token=NAME;object=NAME?module-path=FILE&pin-source=FILE (RFC 7512); the file "
             "with the PIN has mode 0600."},
        {.section = "keys",
         .name = "previous_master_key_file",
         .field = &Settings::previous_master_key_file,
         .meaning = "While a master key is replaced: the one before, until all keys are wrapped by "
                    "the new one."},
        {.section = "keys",
         .name = "previous_master_key_uri",
         .field = &Settings::previous_master_key_uri,
         .meaning = "The same, when the one before is in a PKCS#11 token."},
        {.section = "keys",
         .name = "directory",
         .field = &Settings::keys_directory,
         .meaning =
             "Where the keys of what is stored lie: outside the data directory, with backups of "
             "their own. Needed but with --dev. One server per directory."},
        {.section = "keys",
         .name = "erasure_register",
         .field = &Settings::erasure_register,
         .meaning = "File that says what has been erased; copy it elsewhere after each erasure. "
                    "Empty: in the data directory."},
        {.section = "keys",
         .name = "backup_days",
         .field = &Settings::key_backup_days,
         .meaning =
             "How long backups of the keys are kept: an erasure is complete that much later.",
         .number_max = 3650},
        {.section = "store",
         .name = "cache_bytes",
         .field = &Settings::cache_bytes,
         .meaning = "Memory for blocks read from disk.",
         .number_min = mebibyte},
        {.section = "store",
         .name = "free_bytes_min",
         .field = &Settings::free_bytes_min,
         .meaning = "With less space left on the disk the server is read-only until there is more.",
         .number_min = 16 * mebibyte},
        {.section = "access",
         .name = "declaration_required_in",
         .field = &Settings::declaration_required_in,
         .meaning =
             "Tenants whose staff sign the declaration of confidentiality before anything else "
             "(organisation.sign-confidentiality), like \"9999, 9998\"; \"all\" for every tenant. "
             "Empty: none."},
        {.section = "plugins",
         .name = "directory",
         .field = &Settings::plugin_directory,
         .meaning = "Folder of the modules to load (*.so). Empty: beside the binary."},
        {.section = "log",
         .name = "level",
         .field = &Settings::log_level,
         .meaning = "What goes to stderr: trace, debug, info, warn or error.",
         .choices = {"trace", "debug", "info", "warn", "error"}},
    };
    return all;
}

}  // namespace

std::span<const SettingKey> setting_keys() {
    return keys();
}

}  // namespace samvev::app
