// The event log and the views in process, beside what the same disk and RocksDB do bare; prints one
// JSON object. Run by scripts/bench.

#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <latch>
#include <memory>
#include <random>
#include <samvev/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/limits.hpp"
#include "base/uuid.hpp"
#include "bench/percentiles.hpp"
#include "modules/in_process.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "store/table.hpp"
#include "views/projector.hpp"

struct samvev_entry;
namespace samvev::builtin {
const samvev_entry& person();
const samvev_entry& organisation();
const samvev_entry& case_();
const samvev_entry& coordination();
}  // namespace samvev::builtin

namespace {

using namespace samvev;
using SteadyClock = std::chrono::steady_clock;

constexpr store::LogId log_id{store::TenantId(9999), store::LogKind::domain};
constexpr std::size_t streams = 2000;

double seconds_since(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

template <typename T>
T must(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().message);
    }
    return std::move(*result);
}

double fdatasync_p50_us(const std::string& directory) {
    const std::string path = directory + "/fdatasync";
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const std::string block(600, 'x');
    std::vector<double> samples;
    for (int i = 0; i < 2000; ++i) {
        const auto start = SteadyClock::now();
        if (::write(file, block.data(), block.size()) < 0 || ::fdatasync(file) != 0) {
            throw std::runtime_error("fdatasync failed");
        }
        samples.push_back(seconds_since(start) * 1e6);
    }
    ::close(file);
    std::filesystem::remove(path);
    return bench::percentile(samples, 0.5);
}

// What a recorded activity looks like: about 490 bytes of JSON.
std::string payload(std::size_t number) {
    json out = {
        {"activityId", "0192f0c1-0000-7000-8000-0000000000aa"},
        {"name", "Confirmation of receipt, kind " + std::to_string(number % 27)},
        {"unitId", "0192f0c1-0000-7000-8000-00000000001" + std::to_string(number % 10)},
        {"staffId", "0192f0c1-0000-7000-8000-00000000002" + std::to_string(number % 10)},
        {"occurredOn", "2027-03-23T08:00:00Z"},
        {"externalReference", "receipt-" + std::to_string(number)},
        {"orderedAt", 1'800'000'000'000'000 + static_cast<std::int64_t>(number)},
        {"firstOfUnit", false},
        {"handovers", json::array()},
        {"handoverKeys", json::array()},
        {"note", std::string(120, 'n')}
    };
    return out.dump();
}

class Filler {
public:
    explicit Filler(store::EventLog& log) : log_(log), heads_(streams) {
        for (std::size_t i = 0; i < streams; ++i) {
            ids_of_.push_back(ids_.make(now_));
        }
    }

    // One commit of `count` events to the next stream.
    store::Commit next(std::size_t count) {
        const std::size_t stream = next_stream_++ % streams;
        store::Commit commit;
        commit.log = log_id;
        commit.actor = {"staff/0192f0c1-0000-7000-8000-0000000000a1", "coordinator", "", ""};
        commit.recorded_at = now_;
        commit.idempotency =
            store::Idempotency{store::CommandId(ids_.make(now_)), commit.actor.actor, {}};
        store::StreamWrite write{
            {"case", ids_of_[stream]}, store::ExpectedRevision::of(heads_[stream]), {}
        };
        for (std::size_t i = 0; i < count; ++i) {
            store::NewEvent event;
            event.id = store::EventId(ids_.make(now_));
            event.type = "coordination.activity-recorded";
            event.labels.topic = "coordination";
            event.payload = payload(number_++);
            bytes_ += event.payload.size();
            write.events.push_back(std::move(event));
        }
        const std::uint64_t before = heads_[stream] ? heads_[stream]->value() + 1 : 0;
        heads_[stream] = store::Revision(before + count - 1);
        commit.writes.push_back(std::move(write));
        return commit;
    }

    // Appends `total` events, `in_flight` commits of one event at a time; events per second.
    double fill(std::size_t total, std::size_t in_flight) {
        std::vector<store::Commit> ready;
        ready.reserve(total);
        for (std::size_t i = 0; i < total; ++i) {
            ready.push_back(next(1));
        }
        const auto start = SteadyClock::now();
        for (std::size_t done = 0; done < total;) {
            const std::size_t batch = std::min(in_flight, total - done);
            std::latch answered(static_cast<std::ptrdiff_t>(batch));
            for (std::size_t i = 0; i < batch; ++i) {
                log_.submit(
                    std::move(ready[done + i]),
                    [&answered](const Result<store::Committed>& outcome) {
                        if (!outcome) {
                            std::cerr << outcome.error().message << "\n";
                            std::abort();
                        }
                        answered.count_down();
                    }
                );
            }
            answered.wait();
            done += batch;
        }
        return static_cast<double>(total) / seconds_since(start);
    }

    [[nodiscard]] const base::Uuid& stream(std::size_t index) const {
        return ids_of_[index % streams];
    }
    [[nodiscard]] std::size_t json_bytes() const { return bytes_; }

private:
    store::EventLog& log_;
    base::RandomIdSource ids_;
    base::Timestamp now_{std::chrono::milliseconds(1'806'000'000'000)};
    std::vector<base::Uuid> ids_of_;
    std::vector<std::optional<store::Revision>> heads_;
    std::size_t next_stream_ = 0;
    std::size_t number_ = 0;
    std::size_t bytes_ = 0;
};

// The same bytes in plain synced WriteBatches, and a plain iterator over them.
json raw_rocksdb(const std::string& directory, std::size_t total) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* raw = nullptr;
    if (!rocksdb::DB::Open(options, directory, &raw).ok()) {
        throw std::runtime_error("cannot open " + directory);
    }
    const std::unique_ptr<rocksdb::DB> db(raw);
    rocksdb::WriteOptions sync;
    sync.sync = true;
    json out;
    std::uint64_t key = 0;
    for (const std::size_t batch_size : {1U, 8U, 64U}) {
        const std::size_t count = batch_size == 1 ? total / 8 : total;
        const auto start = SteadyClock::now();
        for (std::size_t i = 0; i < count; i += batch_size) {
            rocksdb::WriteBatch batch;
            for (std::size_t j = 0; j < batch_size; ++j) {
                std::string number(8, '\0');
                for (std::size_t b = 0; b < 8; ++b) {
                    number[b] = static_cast<char>(key >> (8 * (7 - b)));
                }
                ++key;
                batch.Put(number, payload(i + j) + std::string(150, 'e'));
            }
            if (!db->Write(sync, &batch).ok()) {
                throw std::runtime_error("raw write failed");
            }
        }
        out["appendsPerSecond"][std::to_string(batch_size)] =
            static_cast<double>(count) / seconds_since(start);
    }
    const auto start = SteadyClock::now();
    std::size_t rows = 0;
    const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator({}));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
        rows += it->value().size() > 0 ? 1U : 0U;
    }
    out["scanPerSecond"] = static_cast<double>(rows) / seconds_since(start);
    return out;
}

json stream_read(const store::EventLog& log, const Filler& filler) {
    std::mt19937 random(7);
    std::vector<double> samples;
    std::size_t events = 0;
    for (int i = 0; i < 2000; ++i) {
        const store::StreamId stream{"case", filler.stream(static_cast<std::size_t>(random()))};
        const auto start = SteadyClock::now();
        must(log.scan_stream(
            log_id, stream, store::Revision(0), 100,
            [&events](const store::EventView&) {
                ++events;
                return store::Visit::more;
            }
        ));
        samples.push_back(seconds_since(start) * 1e6);
    }
    return {
        {"p50Us", bench::percentile(samples, 0.5)},
        {"p99Us", bench::percentile(samples, 0.99)},
        {"eventsPerRead", static_cast<double>(events) / 2000}
    };
}

double replay(const store::EventLog& log) {
    std::size_t events = 0;
    const auto start = SteadyClock::now();
    must(log.scan(log_id, store::Position(0), SIZE_MAX, [&events](const store::EventView&) {
        ++events;
        return store::Visit::more;
    }));
    return static_cast<double>(events) / seconds_since(start);
}

double rebuild(const store::EventLog& log, const std::string& directory, const std::string& view) {
    std::vector<std::unique_ptr<modules::Module>> modules;
    modules.push_back(must(modules::make_builtin_module(builtin::person())));
    modules.push_back(must(modules::make_builtin_module(builtin::organisation())));
    modules.push_back(must(modules::make_builtin_module(builtin::case_())));
    modules.push_back(must(modules::make_builtin_module(builtin::coordination())));
    const auto registry = must(modules::Registry::make(std::move(modules)));
    const auto table = must(store::open_rocks_table(directory));
    const std::size_t threads = std::max(2U, std::thread::hardware_concurrency());
    const auto pool = base::make_thread_pool(threads, limits::worker_queue_max);
    const auto projector =
        views::make_projector({log, *registry, *table, std::string(32, 'k'), pool.get(), threads});
    const auto start = SteadyClock::now();
    const std::uint64_t events = must(projector->rebuild(log_id.tenant, view));
    return static_cast<double>(events) / seconds_since(start);
}

std::uintmax_t size_of(const std::string& directory) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        bytes += entry.is_regular_file() ? entry.file_size() : 0;
    }
    return bytes;
}

json run(const std::string& directory, std::size_t events) {
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    json out;
    out["fdatasyncP50Us"] = fdatasync_p50_us(directory);
    out["raw"] = raw_rocksdb(directory + "/raw", events / 4);
    store::RocksOptions options;
    options.directory = directory + "/log";
    auto log = must(store::open_rocks_event_log(options));
    auto filler = std::make_unique<Filler>(*log);
    out["appendsPerSecond"]["1"] = filler->fill(events / 40, 1);
    out["appendsPerSecond"]["8"] = filler->fill(events / 8, 8);
    std::size_t done = events / 40 + events / 8;
    double rate = 0;
    while (done < events) {
        const std::size_t part = std::min<std::size_t>(100'000, events - done);
        rate = filler->fill(part, 64);
        done += part;
    }
    out["appendsPerSecond"]["64"] = rate;
    out["events"] = done;
    out["replayPerSecond"] = replay(*log);
    out["streamRead100"] = stream_read(*log, *filler);
    out["viewRebuildPerSecond"]["coordination.activity-counts"] =
        rebuild(*log, directory + "/views", "coordination.activity-counts");
    log.reset();
    const auto start = SteadyClock::now();
    log = must(store::open_rocks_event_log(options));
    out["openAfterCleanStopMs"] = seconds_since(start) * 1e3;
    out["diskBytesPerJsonByte"] = static_cast<double>(size_of(directory + "/log")) /
                                  static_cast<double>(filler->json_bytes());
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("The event log in process");
    std::string directory;
    std::size_t events = 1'000'000;
    app.add_option("--data", directory)->required();
    app.add_option("--events", events);
    CLI11_PARSE(app, argc, argv);
    try {
        std::cout << run(directory, events).dump() << "\n";
    } catch (const std::exception& e) {
        std::cerr << "samvev-bench-store: " << e.what() << "\n";
        return 1;
    }
    return 0;
}
