// Load over real sockets against a running server; prints one JSON object. Run by scripts/bench.

#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "bench/percentiles.hpp"
#include "bench/raw_client.hpp"

namespace {

using namespace samvev;
using Clock = std::chrono::steady_clock;

struct Target {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string token;
};

std::vector<std::string> read_lines(const std::string& path) {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) {
            lines.push_back(line);
        }
    }
    return lines;
}

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Waits until one of the clients can be read, at most `timeout`.
void wait_readable(std::vector<pollfd>& descriptors, std::chrono::milliseconds timeout) {
    ::poll(descriptors.data(), descriptors.size(), static_cast<int>(timeout.count()));
}

std::vector<pollfd> descriptors_of(const std::vector<std::unique_ptr<bench::RawClient>>& clients) {
    std::vector<pollfd> out;
    for (const auto& client : clients) {
        out.push_back({client->descriptor(), POLLIN, 0});
    }
    return out;
}

// The template with every @ID@ replaced by one fresh id.
std::string with_new_id(std::string text, base::IdSource& ids) {
    const std::string id =
        ids.make(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()))
            .text();
    for (std::size_t at = text.find("@ID@"); at != std::string::npos; at = text.find("@ID@", at)) {
        text.replace(at, 4, id);
    }
    return text;
}

// The answer to request `id`; other messages (hello, pages) are skipped.
bool is_answer(std::string_view message) {
    return message.find("\"id\":") < 40;
}

// Each client keeps one command in flight for `seconds`; `templates` hold @ID@ for the command id.
class CommandLoad {
public:
    CommandLoad(const Target& target, std::vector<std::string> templates, std::size_t clients)
        : templates_(std::move(templates)) {
        for (std::size_t i = 0; i < clients; ++i) {
            clients_.push_back(
                std::make_unique<bench::RawClient>(target.host, target.port, target.token)
            );
        }
        sent_at_.resize(clients);
    }

    void run(double warm_up_seconds, double seconds) {
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            send(i);
        }
        pump(warm_up_seconds);
        latencies_ms_.clear();
        errors_ = 0;
        const auto start = Clock::now();
        pump(seconds);
        elapsed_ = seconds_since(start);
    }

    void print() {
        const double count = static_cast<double>(latencies_ms_.size());
        std::printf(
            "{\"clients\":%zu,\"commandsPerSecond\":%.0f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"answers\":"
            "%.0f,\"errors\":%zu}\n",
            clients_.size(), count / elapsed_, bench::percentile(latencies_ms_, 0.5),
            bench::percentile(latencies_ms_, 0.99), count, errors_
        );
    }

private:
    void send(std::size_t client) {
        const std::string& text = templates_[client % templates_.size()];
        const std::string frame = with_new_id(text, ids_);
        sent_at_[client] = Clock::now();
        clients_[client]->send_text(frame);
    }

    void pump(double seconds) {
        std::vector<pollfd> descriptors = descriptors_of(clients_);
        const auto start = Clock::now();
        while (seconds_since(start) < seconds) {
            wait_readable(descriptors, std::chrono::milliseconds(200));
            for (std::size_t i = 0; i < clients_.size(); ++i) {
                if ((descriptors[i].revents & (POLLIN | POLLHUP)) == 0) {
                    continue;
                }
                if (!clients_[i]->receive()) {
                    throw std::runtime_error("the server closed a connection under load");
                }
                for (auto message = clients_[i]->next_message(); !message.empty();
                     message = clients_[i]->next_message()) {
                    take(i, message);
                }
            }
        }
    }

    void take(std::size_t client, std::string_view message) {
        if (!is_answer(message)) {
            return;
        }
        latencies_ms_.push_back(
            std::chrono::duration<double, std::milli>(Clock::now() - sent_at_[client]).count()
        );
        if (message.find("\"error\"") != std::string_view::npos) {
            if (errors_++ == 0) {
                std::cerr << "first error: " << message << "\n";
            }
        }
        send(client);
    }

    std::vector<std::string> templates_;
    std::vector<std::unique_ptr<bench::RawClient>> clients_;
    std::vector<Clock::time_point> sent_at_;
    std::vector<double> latencies_ms_;
    base::RandomIdSource ids_;
    std::size_t errors_ = 0;
    double elapsed_ = 1;
};

// Sends `request` and waits for its answer on one client.
void call(bench::RawClient& client, const std::string& request) {
    client.send_text(request);
    pollfd descriptor{client.descriptor(), POLLIN, 0};
    for (int tries = 0; tries < 100; ++tries) {
        ::poll(&descriptor, 1, 100);
        if (!client.receive()) {
            throw std::runtime_error("the server closed the connection");
        }
        for (auto message = client.next_message(); !message.empty();
             message = client.next_message()) {
            if (is_answer(message)) {
                if (message.find("\"error\"") != std::string_view::npos) {
                    throw std::runtime_error(std::string(message));
                }
                return;
            }
        }
    }
    throw std::runtime_error("no answer to " + request);
}

void fan_out(
    const Target& target, const std::string& command, std::size_t subscribers, std::size_t rounds
) {
    std::vector<std::unique_ptr<bench::RawClient>> clients;
    for (std::size_t i = 0; i < subscribers; ++i) {
        clients.push_back(std::make_unique<bench::RawClient>(target.host, target.port, target.token)
        );
        call(
            *clients.back(),
            R"({"jsonrpc":"2.0","id":1,"method":"events.subscribe","params":{"filter":{},"from":"head"}})"
        );
    }
    bench::RawClient writer(target.host, target.port, target.token);
    std::vector<pollfd> descriptors = descriptors_of(clients);
    base::RandomIdSource ids;
    std::vector<double> latencies_ms;
    for (std::size_t round = 0; round < rounds; ++round) {
        const std::string request = with_new_id(command, ids);
        std::vector<bool> got(clients.size(), false);
        std::size_t missing = clients.size();
        const auto start = Clock::now();
        writer.send_text(request);
        while (missing > 0 && seconds_since(start) < 10) {
            wait_readable(descriptors, std::chrono::milliseconds(100));
            for (std::size_t i = 0; i < clients.size(); ++i) {
                if ((descriptors[i].revents & POLLIN) == 0 || !clients[i]->receive()) {
                    continue;
                }
                for (auto message = clients[i]->next_message(); !message.empty();
                     message = clients[i]->next_message()) {
                    if (!got[i] && message.find("\"kind\":\"events\"") != std::string_view::npos) {
                        got[i] = true;
                        --missing;
                        latencies_ms.push_back(
                            std::chrono::duration<double, std::milli>(Clock::now() - start).count()
                        );
                    }
                }
            }
        }
        if (missing > 0) {
            throw std::runtime_error(std::to_string(missing) + " subscribers got nothing");
        }
    }
    std::printf(
        "{\"subscribers\":%zu,\"rounds\":%zu,\"p50Ms\":%.2f,\"p99Ms\":%.2f,\"lastMs\":%.2f}\n",
        subscribers, rounds, bench::percentile(latencies_ms, 0.5),
        bench::percentile(latencies_ms, 0.99), bench::percentile(latencies_ms, 1)
    );
}

// Holds `count` idle connections until stdin is closed; scripts/bench reads the server's RSS
// meanwhile.
void idle(const Target& target, std::size_t count) {
    std::vector<std::unique_ptr<bench::RawClient>> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<bench::RawClient>(target.host, target.port, target.token)
        );
    }
    std::printf("{\"connections\":%zu}\n", clients.size());
    std::fflush(stdout);
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Load on a running Samvev server");
    Target target;
    std::string token_file;
    std::string templates;
    std::size_t count = 1;
    std::size_t rounds = 20;
    double seconds = 5;
    app.require_subcommand(1);
    app.add_option("--port", target.port)->required();
    app.add_option("--token-file", token_file)->required();
    CLI::App* const commands =
        app.add_subcommand("commands", "clients with one command in flight each");
    CLI::App* const fan = app.add_subcommand("fanout", "one event to many subscribers");
    CLI::App* const idling = app.add_subcommand("idle", "connections that do nothing");
    for (CLI::App* const command : {commands, fan, idling}) {
        command->add_option("--count", count)->required();
    }
    for (CLI::App* const command : {commands, fan}) {
        command->add_option("--requests", templates, "file of JSON-RPC requests with @ID@")
            ->required();
    }
    commands->add_option("--seconds", seconds);
    fan->add_option("--rounds", rounds);
    CLI11_PARSE(app, argc, argv);
    try {
        target.token = read_lines(token_file).at(0);
        if (commands->parsed()) {
            CommandLoad load(target, read_lines(templates), count);
            load.run(1.0, seconds);
            load.print();
        } else if (fan->parsed()) {
            fan_out(target, read_lines(templates).at(0), count, rounds);
        } else {
            idle(target, count);
        }
    } catch (const std::exception& e) {
        std::cerr << "samvev-bench-load: " << e.what() << "\n";
        return 1;
    }
    return 0;
}
