#include "views/projector.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/wake_runner.hpp"
#include "views/catch_up.hpp"
#include "views/open_views.hpp"
#include "views/waiters.hpp"

namespace samvev::views {
namespace {

class ProjectorOverTable final : public Projector {
public:
    explicit ProjectorOverTable(const ProjectorParts& parts)
        : log_(parts.log),
          bulk_events_max_(parts.bulk_events_max),
          table_(parts.table),
          views_(parts.registry, parts.table, parts.index_key, parts.seal),
          catch_up_(
              parts.log, parts.registry, views_.catalog(), parts.table,
              Workers{parts.fold_executor, parts.fold_threads}
          ),
          runner_([this] { return step(); }) {
        const std::lock_guard stepping(step_mutex_);
        open_tenants();
    }

    bool step() override {
        const std::lock_guard stepping(step_mutex_);
        open_tenants();
        bool moved = false;
        bool paused = false;
        std::vector<FoldTarget> far;
        for (const auto& [tenant, views] : views_.all()) {
            const store::LogHead head = log_.head(domain_log(tenant));
            const auto settled = settled_.find(tenant);
            if (settled != settled_.end() && settled->second == head.next) {
                continue;  // Most tenants at most times.
            }
            std::vector<FoldTarget> near;
            for (const auto& view : views) {
                moved = make_ready(*view, head) || moved;
                sort_targets(*view, head.next, near, far);
                paused = paused || is_paused(*view);
            }
            moved = run_groups(near, head.next, limits::projector_batch_events) || moved;
            const bool is_settled = std::ranges::all_of(views, [&](const auto& view) {
                return view->is_settled(head.next);
            });
            if (is_settled) {
                settled_[tenant] = head.next;
            }
        }
        moved = run_far(std::move(far)) || moved;
        any_paused_ = paused;
        return moved;
    }

    void wake() override { runner_.wake(); }

    void tick(std::chrono::steady_clock::time_point now) override {
        waiters_.tick(now);
        if (any_paused_) {
            runner_.wake();
        } else {
            runner_.retry();
        }
    }

    void run_on(base::Executor& executor) override { runner_.run_on(executor); }

    void stop() override { runner_.stop(); }

    Result<std::uint64_t> rebuild(store::TenantId tenant, std::string_view id) override {
        const CatalogView* const found = views_.find(id);
        if (found == nullptr) {
            return OpenViews::no_such_view(id);
        }
        TenantView* view = nullptr;
        GenerationNumber mine = 0;
        {
            const std::lock_guard stepping(step_mutex_);
            open_tenants();
            view = views_.find(tenant, *found);
            if (view == nullptr) {
                return std::uint64_t{0};  // No event, no document: as if done.
            }
            const store::LogHead head = log_.head(domain_log(tenant));
            if (!view->loaded()) {
                SAMVEV_CHECK_OK(view->load(head));
            }
            settled_.erase(tenant);
            SAMVEV_CHECK_OK(view->start_building(head));
            mine = view->number(Slot::building);
        }
        for (;;) {
            const std::lock_guard stepping(step_mutex_);
            const auto finished = continue_rebuild(*view, mine);
            if (finished) {
                return *finished;
            }
        }
    }

    Result<std::monostate> forget(store::TenantId tenant, const store::StreamId& stream) override {
        for (const CatalogView& view : views_.catalog().views()) {
            const auto& kinds = view.type->stream_kinds;
            if (kinds.empty() || std::ranges::find(kinds, stream.kind) != kinds.end()) {
                SAMVEV_CHECK_OK(rebuild(tenant, view.type->id));
            }
        }
        return table_.purge();
    }

    std::vector<Lag> lags() const override {
        std::vector<Lag> out;
        for (const TenantView* const view : views_.list()) {
            const std::uint64_t head = log_.head(domain_log(view->tenant())).next.value();
            const std::uint64_t next = view->position().value();
            out.push_back({
                .view = view->view().type->id,
                .tenant = view->tenant().value(),
                .events = head - std::min(head, next),
                .paused = view->paused(),
            });
        }
        return out;
    }

    Result<std::optional<Document>> get(
        store::TenantId tenant, std::string_view id, std::string_view key
    ) const override {
        return views_.get(tenant, id, key);
    }
    Result<ListPage> list(store::TenantId tenant, const ListQuery& query) const override {
        return views_.list(tenant, query);
    }
    Result<std::uint64_t> count(store::TenantId tenant, const ListQuery& query) const override {
        return views_.count(tenant, query);
    }
    store::Position position(store::TenantId tenant, std::string_view id) const override {
        const CatalogView* const found = views_.find(id);
        const TenantView* const view = found == nullptr ? nullptr : views_.find(tenant, *found);
        return view == nullptr ? store::Position(0) : view->position();
    }

    void when_at_least(
        store::TenantId tenant, std::string_view id, store::Position at_least,
        std::function<void(bool)> done
    ) override {
        const CatalogView* const found = views_.find(id);
        if (found == nullptr) {
            done(false);
            return;
        }
        if (at_least <= position(tenant, id)) {
            done(true);
            return;
        }
        Waiters::Waiter waiter{tenant, found->place, at_least, std::move(done)};
        if (!waiters_.try_add(waiter)) {
            waiter.done(false);
            return;
        }
        // The view may have got there before the waiter was in the list.
        waiters_.reached(tenant, found->place, position(tenant, id));
        runner_.wake();  // Somebody waits: not at the pace of who wakes us otherwise.
    }

private:
    static store::LogId domain_log(store::TenantId tenant) {
        return {tenant, store::LogKind::domain};
    }

    // --- Folding: with step_mutex_ held. ---

    void open_tenants() {
        for (const store::LogId& log : log_.logs()) {
            if (log.kind != store::LogKind::domain || views_.has(log.tenant)) {
                continue;
            }
            TenantViews views = views_.make(log.tenant);
            const store::LogHead head = log_.head(log);
            for (const auto& view : views) {
                load(*view, head);
            }
            views_.add(log.tenant, std::move(views));
        }
    }

    static bool load(TenantView& view, const store::LogHead& head) {
        const auto loaded = view.load(head);
        if (!loaded) {
            const FoldTarget target{&view, Slot::active};
            pause_target(
                target,
                {.position = view.state().active.position, .event_id = {}, .error = loaded.error()}
            );
        } else if (view.pause(Slot::active)) {
            view.set_pause(Slot::active, std::nullopt);
        }
        return loaded.has_value();
    }

    // Loads the view if that is due, and tidies up. True when that made something possible.
    static bool make_ready(TenantView& view, const store::LogHead& head) {
        if (!view.loaded()) {
            return is_due(view, Slot::active) && load(view, head);
        }
        if (const auto removed = view.remove_retired(); !removed) {
            base::logger("views").warn(
                "old rows not removed view={} tenant={} code={}", view.view().type->id,
                view.tenant().value(), base::to_text(removed.error().code)
            );
        }
        return false;
    }

    // Counts the steps of a pause down.
    static bool is_due(TenantView& view, Slot slot) {
        if (!view.pause(slot) || view.pause(slot)->steps_to_wait == 0) {
            return true;
        }
        Pause pause = *view.pause(slot);
        --pause.steps_to_wait;
        view.set_pause(slot, std::move(pause));
        return false;
    }

    static bool is_paused(const TenantView& view) {
        return view.pause(Slot::active).has_value() || view.pause(Slot::building).has_value();
    }

    static void sort_targets(
        TenantView& view, store::Position head, std::vector<FoldTarget>& near,
        std::vector<FoldTarget>& far
    ) {
        for (const Slot slot : {Slot::active, Slot::building}) {
            const bool is_build = slot == Slot::building;
            if (!view.folds(slot) || (!is_build && view.next(slot) >= head) ||
                !is_due(view, slot)) {
                continue;
            }
            const std::uint64_t behind = head.value() - std::min(head, view.next(slot)).value();
            const bool is_far = is_build || behind > limits::projector_batch_events;
            (is_far ? far : near).push_back({&view, slot});
        }
    }

    // What has failed is tried again with the one event it failed on, not with a long window whose
    // rest would be thrown away.
    static std::size_t window_max(std::span<const FoldTarget> group, std::size_t events_max) {
        const bool was_paused = std::ranges::any_of(group, [](const FoldTarget& target) {
            return target.view->pause(target.slot).has_value();
        });
        return was_paused ? 1 : events_max;
    }

    // One window for each group of targets that stand at one position; the log is read once for
    // all of them, and only as far as the next group stands, so that they join.
    bool run_groups(
        std::vector<FoldTarget>& targets, store::Position head, std::size_t events_max
    ) {
        std::ranges::stable_sort(targets, {}, &FoldTarget::next);
        bool moved = false;
        for (std::size_t from = 0; from < targets.size();) {
            std::size_t end = from + 1;
            while (end < targets.size() && targets[end].next() == targets[from].next()) {
                ++end;
            }
            const store::Position until = end < targets.size() ? targets[end].next() : head;
            const std::span group(targets.data() + from, end - from);
            moved = catch_up_.run(group, {until, window_max(group, events_max), head}) || moved;
            answer_waiters(group);
            from = end;
        }
        return moved;
    }

    // One window of one tenant, in turns, so that a rebuild of all of them holds nobody up.
    bool run_far(std::vector<FoldTarget> targets) {
        if (targets.empty()) {
            return false;
        }
        const auto tenant_of = [](const FoldTarget& target) { return target.view->tenant(); };
        auto first = std::ranges::upper_bound(targets, last_far_, {}, tenant_of);
        if (first == targets.end()) {
            first = targets.begin();
        }
        last_far_ = tenant_of(*first);
        std::vector<FoldTarget> group;
        std::ranges::copy_if(targets, std::back_inserter(group), [&](const FoldTarget& target) {
            return tenant_of(target) == last_far_;
        });
        std::ranges::stable_sort(group, {}, &FoldTarget::next);
        const store::Position head = log_.head(domain_log(last_far_)).next;
        const auto beyond = std::ranges::find_if(group, [&](const FoldTarget& target) {
            return target.next() != group.front().next();
        });
        const store::Position until = beyond == group.end() ? head : beyond->next();
        group.erase(beyond, group.end());
        const std::size_t events_max = window_max(group, bulk_events_max_);
        const bool moved = catch_up_.run(group, {until, events_max, head});
        answer_waiters(group);
        return moved;
    }

    void answer_waiters(std::span<const FoldTarget> targets) {
        for (const FoldTarget& target : targets) {
            const TenantView& view = *target.view;
            waiters_.reached(view.tenant(), view.view().place, view.position());
        }
    }

    // Absent: not finished.
    std::optional<Result<std::uint64_t>> continue_rebuild(TenantView& view, GenerationNumber mine) {
        const auto& state = view.state();
        if (view.loaded() && state.active.number == mine) {
            runner_.wake();  // To take away the old rows if somebody still reads them.
            SAMVEV_CHECK_OK(view.remove_retired());
            return state.active.position.value();
        }
        const bool is_mine = view.loaded() && state.building && state.building->number == mine;
        if (!is_mine) {
            return fail(ErrorCode::cancelled, "Another rebuild of the view took over.");
        }
        const FoldTarget target{&view, Slot::building};
        if (!view.pause(Slot::building)) {
            const store::Position head = log_.head(domain_log(view.tenant())).next;
            catch_up_.run({&target, 1}, {head, bulk_events_max_, head});
            answer_waiters({&target, 1});
        }
        if (!view.pause(Slot::building)) {
            return std::nullopt;
        }
        const std::string reason = view.pause(Slot::building)->reason;
        // A view of an older definition has to be built anyway: that goes on when it can.
        if (view.loaded() && view.folds(Slot::active)) {
            SAMVEV_CHECK_OK(view.abandon_building());
        }
        return fail(ErrorCode::module_fault, "The view could not be rebuilt: " + reason + ".");
    }

    const store::EventLog& log_;
    const std::size_t bulk_events_max_;
    store::Table& table_;
    OpenViews views_;
    Waiters waiters_;

    std::mutex step_mutex_;  // One step at a time; guards the following.
    CatchUp catch_up_;
    store::TenantId last_far_{};
    std::map<store::TenantId, store::Position> settled_;  // Heads at which nothing was left to do.

    std::atomic<bool> any_paused_ = false;
    base::WakeRunner runner_;  // Last: its destruction waits for a step that uses all of the above.
};

}  // namespace

std::unique_ptr<Projector> make_projector(const ProjectorParts& parts) {
    return std::make_unique<ProjectorOverTable>(parts);
}

}  // namespace samvev::views
