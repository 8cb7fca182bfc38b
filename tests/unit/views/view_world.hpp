#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <samvev/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "store/event_log.hpp"
#include "store/table.hpp"
#include "support/diary_module.hpp"
#include "support/fake_module.hpp"
#include "support/view_rows.hpp"
#include "views/projector.hpp"

namespace samvev::test {

inline const store::TenantId tenant_one{9999};
inline const std::vector<std::string> diary_views = {
    "diary.by-stream", "diary.by-entity", "diary.by-event", "diary.by-person"
};

// A log, a table and the views of the diary module over them. The projector can be ended and made
// again over the same table, as a restart does.
class ViewWorld {
public:
    explicit ViewWorld(store::EventLog& log, store::Table& table) : log_(log), table_(table) {
        start();
    }

    void start(const DiaryOptions& options = {}) {
        projector_.reset();
        std::vector<std::unique_ptr<modules::Module>> modules;
        modules.push_back(make_diary_module(options));
        registry_ = make_fake_registry(std::move(modules));
        projector_ = views::make_projector({
            .log = log_,
            .registry = *registry_,
            .table = table_,
            .index_key = "a secret of the server",
            .fold_executor = fold_executor,
            .fold_threads = fold_threads,
            .bulk_events_max = bulk_events_max,
            .seal = seal,
        });
    }
    void stop() { projector_.reset(); }

    // Steps until nothing is left to do.
    void catch_up() {
        int steps = 0;
        while (projector_->step()) {
            ++steps;
            REQUIRE(steps < 100'000);
        }
    }
    views::Projector& projector() { return *projector_; }

    [[nodiscard]] json document(std::string_view view, std::string_view key) {
        const auto found = projector_->get(tenant_one, view, key);
        REQUIRE(found.has_value());
        return *found ? json::parse((*found)->json) : json();
    }
    // The keys of all pages, and how many pages there were.
    [[nodiscard]] std::vector<std::string> keys(views::ListQuery query) {
        std::vector<std::string> out;
        do {
            const auto page = projector_->list(tenant_one, query);
            REQUIRE(page.has_value());
            for (const views::Document& document : page->documents) {
                out.push_back(document.key);
            }
            query.cursor = page->next_cursor;
        } while (!query.cursor.empty());
        return out;
    }

    base::Executor* fold_executor = nullptr;
    std::size_t fold_threads = 1;
    std::size_t bulk_events_max = 64;
    store::PayloadSeal* seal = nullptr;  // for the next start()

private:
    store::EventLog& log_;
    store::Table& table_;
    std::unique_ptr<modules::Registry> registry_;
    std::unique_ptr<views::Projector> projector_;
};

// Documents and index rows of all diary views of the tenant that answer in `table`.
[[nodiscard]] inline std::string views_as_text(
    const store::Table& table, store::TenantId tenant = tenant_one
) {
    std::string out;
    for (const std::string& view : diary_views) {
        out += view + "\n" + view_as_text(table, tenant, view);
    }
    return out;
}

// The same, folded from the whole log at once into a fresh table.
[[nodiscard]] inline std::string views_from_zero(
    store::EventLog& log, const DiaryOptions& options = {}, store::TenantId tenant = tenant_one
) {
    const auto table = store::make_memory_table();
    ViewWorld world(log, *table);
    world.bulk_events_max = 1'000'000;
    world.start(options);
    world.catch_up();
    return views_as_text(*table, tenant);
}

[[nodiscard]] inline std::string stream_key(std::size_t stream) {
    return "diary/" + DiaryWriter::stream_id(stream);
}

}  // namespace samvev::test
