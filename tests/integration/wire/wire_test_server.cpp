// The real doors over a dispatcher and a hub without a store, for the raw-socket tests beside this
// file. Prints one JSON line when it accepts: {"url":…,"adminUrl":…,"tokens":{name: token…}};
// drains on SIGTERM and prints {"drained":true,"brokenPromises":n}.
//
// Arguments: name=value, durations in milliseconds (write, ping, idle, authenticate, header,
// handshake, drain,
// gap, close, answer, expiring, token_pause, token_close, age), log=1, connections, per_address,
// threads, reads, reads_at_once, commands, commands_at_once, sessions, subscriptions,
// document (bytes), admin=1, ready=0. With WIRE_TEST_TLS=folder it has certificate.pem and key.pem
// of that folder.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/log.hpp"
#include "support/page_hub.hpp"
#include "support/scripted_dispatcher.hpp"
#include "support/temporary_directory.hpp"
#include "wire/server.hpp"

using namespace samvev;

namespace {

constexpr const char* ada = "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40";
constexpr const char* lo = "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f41";

using Arguments = std::map<std::string, std::int64_t>;

Arguments read_arguments(int count, char** texts) {
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        const std::string text = texts[i];
        const std::size_t sign = text.find('=');
        arguments[text.substr(0, sign)] = std::stoll(text.substr(sign + 1));
    }
    return arguments;
}

wire::ServerSettings read_settings(const Arguments& arguments) {
    wire::ServerSettings settings;
    settings.port = 0;
    settings.version = "0.0.0-test";
    const auto milliseconds = [&arguments](const char* name, std::chrono::milliseconds& value) {
        if (const auto found = arguments.find(name); found != arguments.end()) {
            value = std::chrono::milliseconds(found->second);
        }
    };
    wire::Patience& patience = settings.patience;
    milliseconds("write", patience.write);
    milliseconds("ping", patience.ping_every);
    milliseconds("idle", patience.idle);
    milliseconds("authenticate", patience.authenticate);
    milliseconds("header", patience.header);
    milliseconds("handshake", patience.handshake);
    milliseconds("drain", patience.drain);
    milliseconds("gap", patience.parting_gap);
    milliseconds("close", patience.close);
    milliseconds("answer", patience.answer);
    milliseconds("expiring", patience.expiring);
    milliseconds("token_pause", patience.token_pause);
    milliseconds("token_close", patience.token_close);
    milliseconds("age", patience.session_age);
    const auto number = [&arguments](const char* name, std::size_t otherwise) {
        const auto found = arguments.find(name);
        return found == arguments.end() ? otherwise : static_cast<std::size_t>(found->second);
    };
    // Wide enough for any test that is not about them.
    settings.quotas.reads_per_second = number("reads", 1'000'000);
    settings.quotas.reads_at_once = number("reads_at_once", 1'000'000);
    settings.quotas.commands_per_second = number("commands", 1'000'000);
    settings.quotas.commands_at_once = number("commands_at_once", 1'000'000);
    settings.quotas.sessions = number("sessions", 20'000);
    settings.quotas.subscriptions = number("subscriptions", 20'000);
    settings.seats.main = number("connections", settings.seats.main);
    settings.seats.per_loopback = number("per_address", settings.seats.per_loopback);
    settings.io_threads = number("threads", settings.io_threads);
    if (const char* const folder = std::getenv("WIRE_TEST_TLS"); folder != nullptr) {
        settings.tls = {
            .certificate = std::string(folder) + "/certificate.pem",
            .key = std::string(folder) + "/key.pem"
        };
    }
    if (number("admin", 0) == 1) {
        settings.admin_host = "127.0.0.1";
    }
    return settings;
}

std::string make_token(
    const access::DevelopmentKey& key, const char* person, std::chrono::seconds lifetime,
    base::Timestamp now, const std::string& on_behalf_of = {}
) {
    access::DevelopmentToken token;
    token.actor.tenant = 301;
    token.actor.id = person;
    token.actor.on_behalf_of = on_behalf_of;
    token.actor.roles = {"coordinator"};
    token.actor.purpose = "coordination";
    token.lifetime = lifetime;
    return access::make_development_token(key, token, now).value();
}

std::string make_tokens(const access::DevelopmentKey& key, base::Timestamp now) {
    return nlohmann::json{
        {"ada", make_token(key, ada, std::chrono::hours(8), now)},
        {"adaForLo", make_token(key, ada, std::chrono::hours(8), now, std::string("person/") + lo)},
        {"lo", make_token(key, lo, std::chrono::hours(8), now)},
        {"expired", make_token(key, ada, std::chrono::seconds(60), now - std::chrono::hours(1))},
        {"justExpired",
         make_token(key, ada, std::chrono::seconds(60), now - std::chrono::seconds(65))},
    }
        .dump();
}

}  // namespace

int main(int count, char** texts) {
    // Blocked before any thread is made, so that sigwait below gets it.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    const Arguments arguments = read_arguments(count, texts);
    base::set_log_level(arguments.contains("log") ? "debug" : "error");
    const auto pool = base::make_thread_pool(2, 100'000);
    const base::SystemClock clock;
    const test::TemporaryDirectory directory;
    const access::DevelopmentKey key =
        access::load_or_make_development_key(directory.path()).value();
    const auto verifier = access::make_development_verifier(key, clock).value();
    test::ScriptedDispatcher dispatcher;
    if (const auto bytes = arguments.find("document"); bytes != arguments.end()) {
        dispatcher.document_bytes = static_cast<std::size_t>(bytes->second);
    }
    test::PageHub hub(*pool);
    dispatcher.more["test.token"] = [&key,
                                     &clock](const nlohmann::json& params) -> Result<std::string> {
        const std::chrono::seconds lifetime(params.at("seconds").get<int>());
        return nlohmann::json(make_token(key, ada, lifetime, clock.now())).dump();
    };
    dispatcher.more["test.command"] = [](const nlohmann::json&) -> Result<std::string> {
        return std::string("true");
    };
    dispatcher.more["test.count"] = [counted = std::make_shared<std::atomic<int>>(0
                                     )](const nlohmann::json&) -> Result<std::string> {
        return std::to_string(++*counted);
    };
    dispatcher.more["test.throw"] = [](const nlohmann::json&) -> Result<std::string> {
        throw std::runtime_error("a promise broken below");
    };
    dispatcher.more["test.append"] = [&hub](const nlohmann::json& params) -> Result<std::string> {
        hub.append(params.at("count").get<std::size_t>(), params.value("bytes", std::size_t{10}));
        return std::string("true");
    };
    const bool is_ready = !arguments.contains("ready") || arguments.at("ready") == 1;
    wire::Probes probes;
    probes.ready = [is_ready](std::string& why_not) {
        why_not = is_ready ? "" : "the log is read-only";
        return is_ready;
    };
    probes.metrics = [] {
        return std::string("# HELP samvev_test A test.\n# TYPE samvev_test gauge\nsamvev_test 1\n");
    };
    auto server =
        wire::start_server(read_settings(arguments), {dispatcher, hub, *verifier, clock, probes});
    if (!server) {
        std::fprintf(stderr, "%s\n", server.error().message.c_str());
        return 1;
    }
    std::printf(
        R"({"url":"%s","adminUrl":"%s","tokens":%s})"
        "\n",
        (*server)->url().c_str(), (*server)->admin_url().c_str(),
        make_tokens(key, clock.now()).c_str()
    );
    std::fflush(stdout);

    int signal = 0;
    sigwait(&signals, &signal);
    (*server)->drain();
    server->reset();
    std::printf(
        R"({"drained":true,"brokenPromises":%llu,"connected":%llu})"
        "\n",
        static_cast<unsigned long long>(hub.broken_promises.load()),
        static_cast<unsigned long long>(hub.connected.load())
    );
    return 0;
}
