#include "app/application.hpp"

#include "app/client/endpoint.hpp"
#include "app/commit_wakes.hpp"
#include "app/data_directory.hpp"
#include "app/declaring_tenants.hpp"
#include "app/demo_examples.hpp"
#include "app/eraser.hpp"
#include "app/erasure_runner.hpp"
#include "app/identity.hpp"
#include "app/metrics.hpp"
#include "app/module_set.hpp"
#include "app/open_files.hpp"
#include "app/sealing.hpp"
#include "app/timer_loop.hpp"
#include "app/worker_pool.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "dispatch/access_log/access_log.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/gate/event_permit.hpp"
#include "dispatch/gate/gate.hpp"
#include "store/sealed_event_log.hpp"
#include "store/table.hpp"
#include "subscriptions/position_token.hpp"
#include "timers/reactor.hpp"
#include "views/projector.hpp"
#include "wire/server.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <variant>

namespace samvev::app {
namespace {

std::size_t worker_threads(const Settings& settings) {
    constexpr std::uint64_t workers_min = 2;
    const std::uint64_t cores =
        std::max<std::uint64_t>(workers_min, std::thread::hardware_concurrency());
    return static_cast<std::size_t>(settings.worker_threads == 0 ? cores : settings.worker_threads);
}

Result<wire::ServerSettings> wire_settings(const Settings& settings, Application::Mode mode) {
    SAMVEV_TRY(const auto listen, client::parse_host_port(settings.listen));
    SAMVEV_CHECK_OK(check_exposure(settings, mode));
    if (mode == Application::Mode::production && settings.issuers.empty()) {
        return fail(
            ErrorCode::unsupported,
            "Nobody's tokens are taken: name an [[issuer]] in the settings file and give it with "
            "--config, or add --dev to try Samvev with development tokens on this machine."
        );
    }
    wire::ServerSettings out;
    out.host = listen.host;
    out.port = listen.port;
    out.io_threads = static_cast<std::size_t>(settings.io_threads);
    out.quotas = {
        .reads_per_second = static_cast<std::size_t>(settings.reads_per_second),
        .reads_at_once = static_cast<std::size_t>(settings.reads_at_once),
        .commands_per_second = static_cast<std::size_t>(settings.commands_per_second),
        .commands_at_once = static_cast<std::size_t>(settings.commands_at_once),
        .service_calls_per_second = static_cast<std::size_t>(settings.service_calls_per_second),
        .sessions = static_cast<std::size_t>(settings.connections_per_user),
        .subscriptions = static_cast<std::size_t>(settings.subscriptions_per_user)
    };
    out.seats.per_network = static_cast<std::size_t>(settings.connections_per_address);
    out.version = version_text();
    out.public_url = settings.public_url;
    out.tls = tls_files_of(settings);
    SAMVEV_TRY(out.proxies, proxies_of(settings));
    if (!settings.admin_listen.empty()) {
        SAMVEV_TRY(const auto admin, client::parse_host_port(settings.admin_listen));
        out.admin_host = admin.host;
        out.admin_port = admin.port;
    }
    return out;
}

// Members from the bottom layer up: made in this order, destroyed in the other.
class ComposedApplication final : public Application {
public:
    ComposedApplication() = default;

    ~ComposedApplication() override {
        // First everything that begins work, then what is still queued (all layers are alive for
        // it), then the layers themselves from the top down.
        serve_committer(nullptr);
        server_.reset();
        timer_loop_.reset();
        wakes_.disconnect();
        if (projector_) {
            projector_->stop();
        }
        if (reactor_) {
            reactor_->stop();
        }
        if (erasures_) {
            erasures_->stop();
        }
        if (erasing_) {
            erasing_->stop();
        }
        if (background_) {
            background_->stop();
        }
        if (identity_) {
            identity_->stop();
        }
        if (workers_) {
            workers_->stop();
        }
        if (log_) {
            log_->stop();
        }
        if (facts_) {
            save_facts();
        }
    }

    Result<std::monostate> start(const Options& options) {
        SAMVEV_TRY(auto server_settings, wire_settings(options.settings, options.mode));
        server_settings.seats.main = connections_of(raise_open_files());
        make_pools(options.settings);
        SAMVEV_CHECK_OK(open_store(options.settings, options.mode));
        SAMVEV_TRY(registry_, load_modules(options.settings.plugin_directory));
        SAMVEV_CHECK_OK(use_dictionaries(sealing_->keys(), *registry_));
        std::map<std::string, dispatch::MethodExample> examples;
        if (!options.demo_folder.empty()) {
            SAMVEV_TRY(examples, read_demo_examples(options.demo_folder, *registry_, clock_.now()));
        }
        make_layers(options, std::move(examples));
        SAMVEV_CHECK_OK(eraser_->resume());
        wake_layers();
        if (!options.settings.previous_master_key_file.empty() ||
            !options.settings.previous_master_key_uri.empty()) {
            rewrap_some();
        }
        SAMVEV_CHECK_OK(learn_who_calls(options));
        SAMVEV_CHECK_OK(open_doors(server_settings));
        return {};
    }

    std::string url() const override { return server_->url(); }

    Result<void> renew_certificate() override { return server_->renew_certificate(); }

    void drain() override {
        draining_.store(true);
        server_->drain();
    }

private:
    void make_pools(const Settings& settings) {
        workers_ = std::make_unique<WorkerPool>(
            worker_threads(settings), limits::worker_queue_max, base::Urgency::foreground
        );
        background_ = std::make_unique<WorkerPool>(
            worker_threads(settings), limits::worker_queue_max, base::Urgency::background
        );
        erasing_ =
            std::make_unique<WorkerPool>(1, limits::worker_queue_max, base::Urgency::background);
    }

    Result<std::monostate> open_sealing(const Settings& settings, Mode mode) {
        const bool development = mode == Mode::development;
        SAMVEV_TRY(
            KeyPlaces places,
            key_places(
                settings, data_->paths(),
                development ? KeyPlaces::Mode::development : KeyPlaces::Mode::production
            )
        );
        if (development && places.master_key_file == data_->paths().development_master_key()) {
            SAMVEV_CHECK_OK(make_development_master_key(places.master_key_file));
        }
        SAMVEV_TRY(
            sealing_, Sealing::open({.places = std::move(places), .executor = background_.get()})
        );
        return {};
    }

    Result<std::monostate> open_store(const Settings& settings, Mode mode) {
        SAMVEV_TRY(data_, DataDirectory::open(settings.data_directory));
        SAMVEV_CHECK_OK(open_sealing(settings, mode));
        store::RocksOptions options;
        options.directory = data_->paths().log();
        options.cache_bytes = static_cast<std::size_t>(settings.cache_bytes);
        options.free_bytes_min = settings.free_bytes_min;
        SAMVEV_TRY(auto engine, store::open_rocks_event_log(options));
        if (mode == Mode::production) {
            SAMVEV_CHECK_OK(check_all_sealed(*engine));
        }
        stored_ = engine.get();
        log_ = store::make_sealed_event_log(std::move(engine), sealing_->seal());
        numbers_ = std::make_unique<dispatch::PersonNumbers>(data_->secret_for("person numbers"));
        SAMVEV_TRY(views_table_, store::open_rocks_table(data_->paths().views()));
        SAMVEV_TRY(auto declaring, tenants_named(settings.declaration_required_in));
        SAMVEV_TRY(
            facts_, dispatch::TenantFacts::follow(
                        *log_, std::move(declaring),
                        std::make_unique<dispatch::FactsRows>(*views_table_, &sealing_->seal()),
                        numbers_.get()
                    )
        );
        facts_->save_on(*background_);
        facts_->on_invitation_over([this](store::TenantId, const std::string& invitation) {
            shut_out(invitation);
        });
        SAMVEV_TRY(reactions_table_, store::open_rocks_table(data_->paths().reactions()));
        return {};
    }

    void make_layers(
        const Options& options, std::map<std::string, dispatch::MethodExample> examples
    ) {
        position_tokens_ =
            std::make_unique<subscriptions::PositionTokens>(data_->secret_for("position tokens"));
        views::ProjectorParts view_parts{
            *log_, *registry_, *views_table_, data_->secret_for("view index")
        };
        view_parts.fold_executor = background_.get();
        view_parts.fold_threads = worker_threads(options.settings);
        view_parts.seal = &sealing_->seal();
        projector_ = views::make_projector(view_parts);
        access_log_ = std::make_unique<dispatch::AccessLog>(
            dispatch::AccessLog::Parts{*log_, clock_, ids_, *workers_}
        );
        gate_ =
            std::make_unique<dispatch::Gate>(facts_.get(), *registry_, clock_, access_log_.get());
        subscriptions::HubParts hub_parts{*log_, *registry_, *workers_, clock_, *position_tokens_};
        hub_parts.permit = dispatch::event_permit(*gate_);
        hub_parts.admit = dispatch::event_admission(*gate_);
        hub_parts.record = [this](access::Reading reading, dispatch::AccessLog::Recorded recorded) {
            access_log_->record(std::move(reading), std::move(recorded));
        };
        hub_ = subscriptions::make_hub(hub_parts);
        dispatch::DispatcherParts parts{
            *log_,  *registry_, *projector_,       *workers_,
            clock_, ids_,       *position_tokens_, data_->secret_for("commands")
        };
        parts.facts = facts_.get();
        parts.access_log = access_log_.get();
        parts.lookups_per_day = static_cast<std::size_t>(options.settings.lookups_per_day);
        parts.settable_clock = options.mode == Mode::development ? &clock_ : nullptr;
        parts.examples = std::move(examples);
        dispatcher_ = dispatch::make_dispatcher(parts);
        reactor_ = timers::make_reactor(
            {*log_, *registry_, *dispatcher_, *reactions_table_, &sealing_->seal()}
        );
        timers_ = timers::make_timer_service({*log_, *registry_, *dispatcher_, clock_, ids_});

        eraser_ = make_eraser(
            {*log_, *stored_, sealing_->keys(), *views_table_, *projector_, system_clock_,
             [this](store::LogId log, const store::StreamId& stream) {
                 dispatcher_->forget(log, stream);
                 hub_->forget(log.tenant);
                 if (stream.kind == "person") {
                     numbers_->forget(log.tenant, stream.id);
                 }
             },
             [this](store::TenantId tenant) { return facts_->refold(tenant); }}
        );
        erasures_ = make_erasure_runner(
            {*log_, *stored_, sealing_->keys(), *eraser_, *dispatcher_, *reactions_table_,
             system_clock_, std::chrono::days(options.settings.key_backup_days)}
        );
    }

    void wake_layers() {
        projector_->run_on(*background_);
        reactor_->run_on(*background_);
        erasures_->run_on(*erasing_);
        wakes_.connect(*log_, [this] {
            projector_->wake();
            reactor_->wake();
            erasures_->wake();
        });
        // What was committed before this start.
        projector_->wake();
        reactor_->wake();
        timer_loop_ = std::make_unique<TimerLoop>(*timers_, clock_, [this] {
            const auto now = std::chrono::steady_clock::now();
            projector_->tick(now);
            reactor_->wake();
            erasures_->tick(now);
        });
    }

    void serve_committer(wire::Server* server) {
        const std::lock_guard lock(serving_mutex_);
        serving_ = server;
    }

    // What an invitation has let in goes at once. [committer]
    void shut_out(const std::string& invitation) {
        const std::lock_guard lock(serving_mutex_);
        if (serving_ != nullptr) {
            serving_->end_sessions(
                {.issuer = std::string(access::invitation_issuer),
                 .subject = {},
                 .session_id = invitation,
                 .at = system_clock_.now()}
            );
        }
    }

    void save_facts() {
        if (const auto saved = facts_->save(); !saved) {
            base::logger("app").error(
                "facts of access are not saved, the next start takes longer: code={} reason=\"{}\"",
                base::to_text(saved.error().code), saved.error().message
            );
        }
    }

    // A few keys at a time, so that whoever needs one meanwhile does not wait.
    void rewrap_some() {
        const bool taken = background_->try_post([this] {
            const auto count = sealing_->keys().rewrap(limits::rewrap_batch);
            if (!count) {
                base::logger("app").error(
                    "keys are not wrapped by the new master key: code={} reason=\"{}\"",
                    base::to_text(count.error().code), count.error().message
                );
            } else if (*count > 0) {
                rewrap_some();
            } else {
                base::logger("app").info(
                    "every key is wrapped by the new master key: the previous one can be "
                    "left out of the settings"
                );
            }
        });
        if (!taken) {
            base::logger("app").info("wrapping keys anew goes on at the next start");
        }
    }

    Result<std::monostate> learn_who_calls(const Options& options) {
        SAMVEV_TRY(
            identity_, open_identity(
                           {.settings = options.settings,
                            .mode = options.mode,
                            .data = *data_,
                            .dispatcher_secret = data_->secret_for("commands"),
                            .log = *log_,
                            .dispatcher = *dispatcher_,
                            .executor = *workers_,
                            .ids = ids_,
                            .facts = *facts_,
                            .numbers = *numbers_,
                            .clock = clock_,
                            .system_clock = system_clock_}
                       )
        );
        return {};
    }

    Result<std::monostate> open_doors(const wire::ServerSettings& settings) {
        wire::Probes probes;
        probes.ready = [this](std::string& why_not) { return is_ready(why_not); };
        probes.metrics = [this] { return metrics_text({*log_, *projector_, *reactor_}); };
        SAMVEV_TRY(
            server_, wire::start_server(
                         settings, {*dispatcher_, *hub_, identity_->tokens(), system_clock_,
                                    std::move(probes), identity_->logins(), workers_.get()}
                     )
        );
        serve_committer(server_.get());
        base::logger("app").info(
            "serving url={} data={} modules={}", server_->url(), data_->paths().root,
            registry_->modules().size()
        );
        return {};
    }

    [[nodiscard]] bool is_ready(std::string& why_not) const {
        if (draining_.load()) {
            why_not = "draining";
            return false;
        }
        switch (log_->state()) {
            case store::LogState::writable:
                return true;
            case store::LogState::read_only_space:
                why_not = "read-only: the disk is nearly full";
                return false;
            case store::LogState::read_only_failed:
                why_not = "read-only: a write has failed; an operator must look and restart";
                return false;
        }
        return false;
    }

    base::AdjustableClock clock_;     // Runs with the system clock until somebody sets it (--dev).
    base::SystemClock system_clock_;  // For tokens: nobody is locked out by setting the other.
    base::RandomIdSource ids_;
    std::atomic<bool> draining_{false};
    std::mutex serving_mutex_;         // Guards the next.
    wire::Server* serving_ = nullptr;  // server_ while it is there, for the committer
    CommitWakes wakes_;                // Outlives the log that calls it.
    std::unique_ptr<DataDirectory> data_;
    std::unique_ptr<WorkerPool> workers_;     // Somebody waits: queries, commands that must read.
    std::unique_ptr<WorkerPool> background_;  // Views and reactions: they may fall behind.
    std::unique_ptr<WorkerPool> erasing_;     // One thread, which an erasure holds for long.
    std::unique_ptr<Sealing> sealing_;
    const store::EventLog* stored_ = nullptr;  // What log_ seals, and owns.
    std::unique_ptr<store::EventLog> log_;
    std::unique_ptr<dispatch::PersonNumbers> numbers_;
    std::unique_ptr<store::Table> views_table_;
    std::unique_ptr<dispatch::TenantFacts> facts_;
    std::unique_ptr<store::Table> reactions_table_;
    std::unique_ptr<modules::Registry> registry_;
    std::unique_ptr<subscriptions::PositionTokens> position_tokens_;
    std::unique_ptr<views::Projector> projector_;
    std::unique_ptr<dispatch::AccessLog> access_log_;
    std::unique_ptr<dispatch::Gate> gate_;
    std::unique_ptr<subscriptions::Hub> hub_;
    std::unique_ptr<dispatch::Dispatcher> dispatcher_;
    std::unique_ptr<Eraser> eraser_;
    std::unique_ptr<ErasureRunner> erasures_;
    std::unique_ptr<timers::Reactor> reactor_;
    std::unique_ptr<timers::TimerService> timers_;
    std::unique_ptr<TimerLoop> timer_loop_;
    std::unique_ptr<Identity> identity_;
    std::unique_ptr<wire::Server> server_;
};

}  // namespace

Result<std::unique_ptr<Application>> Application::start(const Options& options) {
    auto application = std::make_unique<ComposedApplication>();
    SAMVEV_CHECK_OK(application->start(options));
    return std::unique_ptr<Application>(std::move(application));
}

std::string version_text() {
    return SAMVEV_VERSION;
}

}  // namespace samvev::app
