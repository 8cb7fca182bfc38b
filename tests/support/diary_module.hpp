#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "modules/module.hpp"
#include "store/event_log.hpp"

namespace samvev::test {

// A module for tests of views: one document shape, folded by each kind of key.
//   diary.noted {tags, who, dueOn, amount, names, people}   any of them may be missing
//   diary.erased                                            drops the documents it goes to
//   diary.broken                                            cannot be folded while `is_broken`
//   diary.unseen                                            no view takes it
// Views diary.by-stream (all indexes), diary.by-entity, diary.by-event, diary.by-person (pointer
// /people, an array). Indexes byWho ["/who","/dueOn"], byTag ["/tags"], byAmount ["/amount"],
// byName personal ["/names","/count"].
// A document: the last value of each field, the union of tags and names, and how many events.
struct DiaryOptions {
    std::uint32_t view_version = 1;  // written into every document
    const std::atomic<bool>* is_broken = nullptr;
    std::atomic<std::uint64_t>* folded = nullptr;  // events that went through fold
};
[[nodiscard]] std::unique_ptr<modules::Module> make_diary_module(const DiaryOptions& options = {});

// Appends events to a tenant's domain log, one commit each.
class DiaryWriter {
public:
    DiaryWriter(store::EventLog& log, std::uint32_t tenant, std::uint64_t seed);

    struct Entry {
        std::string type = "diary.noted";
        std::string data = "{}";
        std::string kind = "diary";
        std::size_t stream = 0;
        std::string entity{};
        std::uint32_t version = 2;
    };
    // The position it got.
    store::Position write(const Entry& entry);
    // Like what a module might get: many kinds of values, several streams and entities.
    [[nodiscard]] Entry random_entry();
    void write_random(std::size_t count);

    [[nodiscard]] static std::string stream_id(std::size_t stream);

private:
    store::EventLog& log_;
    store::TenantId tenant_;
    std::mt19937_64 random_;
    std::uint64_t written_ = 0;
};

}  // namespace samvev::test
