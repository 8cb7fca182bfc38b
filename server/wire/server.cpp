#include "wire/server.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/calendar_text.hpp"
#include "base/log.hpp"
#include "wire/io_loop.hpp"
#include "wire/listener.hpp"
#include "wire/server_state.hpp"

namespace samvev::wire {
namespace {

// Deadlines are looked at this often at most and least.
constexpr std::chrono::milliseconds tick_max{500};
constexpr std::chrono::milliseconds tick_min{10};
// For connections to vanish after they were cut; they do at once unless something is broken.
constexpr std::chrono::seconds abort_patience{10};

std::chrono::milliseconds tick_for(const Patience& patience) {
    const auto shortest = std::min(
        {patience.header, patience.handshake, patience.authenticate, patience.write,
         patience.ping_every, patience.idle, patience.close, patience.drain, patience.expiring,
         patience.session_age}
    );
    return std::clamp(shortest / 5, tick_min, tick_max);
}

std::string url_of(const tcp::endpoint& endpoint, std::string_view scheme) {
    const std::string address = endpoint.address().to_string();
    const bool is_v6 = endpoint.address().is_v6();
    return std::string(scheme) + "://" + (is_v6 ? "[" + address + "]" : address) + ":" +
           std::to_string(endpoint.port());
}

class WireServer final : public Server {
public:
    WireServer(const ServerSettings& settings, const ServerParts& parts) : state_(settings, parts) {
        const auto tick = tick_for(settings.patience);
        for (std::size_t i = 0; i < std::max<std::size_t>(1, settings.io_threads); ++i) {
            loops_.push_back(std::make_unique<IoLoop>(tick, [this] { on_loop_empty(); }));
        }
        if (!settings.admin_host.empty()) {
            admin_loops_.push_back(std::make_unique<IoLoop>(tick, [this] { on_loop_empty(); }));
        }
    }
    ~WireServer() override {
        state_.draining.store(true, std::memory_order_relaxed);
        for (const Loops* loops : {&loops_, &admin_loops_}) {
            abort_all(*loops);
            for (const auto& loop : *loops) {
                loop->stop();
            }
        }
    }

    Result<void> start();
    std::string url() const override { return state_.url; }
    std::string admin_url() const override { return state_.admin_url; }
    Result<void> renew_certificate() override;
    void end_sessions(const access::EndedLogin& ended) override;
    void drain() override;

private:
    void on_loop_empty();
    using Loops = std::vector<std::unique_ptr<IoLoop>>;
    [[nodiscard]] bool wait_until_empty(const Loops& loops, std::chrono::milliseconds patience);
    void abort_all(const Loops& loops);

    ServerState state_;
    std::mutex mutex_;  // For the waiting only; the sizes are the loops'.
    std::condition_variable emptied_;
    Loops loops_;
    Loops admin_loops_;  // one, or none: it neither waits for the main doors nor closes with them
    bool has_started_ = false;
};

Result<void> WireServer::start() {
    const ServerSettings& settings = state_.settings;
    if (settings.tls) {
        SAMVEV_TRY(state_.tls, TlsIdentity::open(*settings.tls));
    }
    SAMVEV_TRY(
        const Listening main,
        listen(
            state_, loops_,
            {.host = settings.host, .port = settings.port, .kind = ListenerKind::main}
        )
    );
    state_.url = url_of(main.endpoint, state_.tls ? "https" : "http");
    state_.only_proxies = !state_.tls && !main.endpoint.address().is_loopback();
    state_.metrics_on_main = settings.admin_host.empty() && main.endpoint.address().is_loopback();
    if (!settings.admin_host.empty()) {
        SAMVEV_TRY(
            const Listening admin, listen(
                                       state_, admin_loops_,
                                       {.host = settings.admin_host,
                                        .port = settings.admin_port,
                                        .kind = ListenerKind::admin}
                                   )
        );
        state_.admin_url = url_of(admin.endpoint, "http");
    }
    SAMVEV_CHECK_OK(state_.learn_methods());
    state_.end_sessions = [this](const access::EndedLogin& ended) { end_sessions(ended); };
    for (const Loops* loops : {&loops_, &admin_loops_}) {
        for (const auto& loop : *loops) {
            loop->start();
        }
    }
    has_started_ = true;
    base::logger("wire").info("event=listening url={} io_threads={}", state_.url, loops_.size());
    return {};
}

Result<void> WireServer::renew_certificate() {
    if (!state_.tls) {
        return fail(ErrorCode::unsupported, "this server has no certificate to read again");
    }
    SAMVEV_CHECK_OK(state_.tls->renew());
    base::logger("wire").info(
        "event=certificate_renewed expires={}", base::to_text(state_.tls->expires_at())
    );
    return {};
}

void WireServer::on_loop_empty() {
    const std::lock_guard lock(mutex_);
    emptied_.notify_all();
}

void WireServer::end_sessions(const access::EndedLogin& ended) {
    for (const auto& loop : loops_) {
        loop->run_here([&loop, ended] { loop->end_login(ended); });
    }
}

bool WireServer::wait_until_empty(const Loops& loops, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_for(lock, patience, [&loops] {
        return std::all_of(loops.begin(), loops.end(), [](const auto& loop) {
            return loop->size() == 0;
        });
    });
}

void WireServer::drain() {
    const auto started = SteadyClock::now();
    state_.draining.store(true, std::memory_order_relaxed);
    for (const auto& loop : loops_) {
        loop->run_here([&loop] { loop->drain_all(); });
    }
    const bool drained = wait_until_empty(loops_, state_.settings.patience.drain);
    if (!drained) {
        base::logger("wire").warn("event=drain_deadline_passed");
        abort_all(loops_);
    }
    abort_all(admin_loops_);
    base::logger("wire").info(
        "event=drained milliseconds={}",
        std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - started).count()
    );
}

// Again and again, since an accepted socket may be on its way to its loop.
void WireServer::abort_all(const Loops& loops) {
    if (!has_started_) {
        return;
    }
    const auto deadline = SteadyClock::now() + abort_patience;
    do {
        for (const auto& loop : loops) {
            loop->run_here([&loop] { loop->abort_all(); });
        }
    } while (!wait_until_empty(loops, std::chrono::milliseconds(50)) &&
             SteadyClock::now() < deadline);
}

}  // namespace

Result<std::unique_ptr<Server>> start_server(const ServerSettings& settings, ServerParts parts) {
    auto server = std::make_unique<WireServer>(settings, parts);
    SAMVEV_CHECK_OK(server->start());
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace samvev::wire
