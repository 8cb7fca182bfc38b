#include "views/catch_up.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "views/window_fold.hpp"

namespace samvev::views {
namespace {

constexpr unsigned steps_to_wait_max = 64;

}  // namespace

void pause_target(const FoldTarget& target, const PauseCause& cause) {
    const auto& before = target.view->pause(target.slot);
    const bool is_again = before && before->position == cause.position;
    Pause pause;
    pause.position = cause.position;
    pause.failures = is_again ? before->failures + 1 : 1;
    pause.steps_to_wait = std::min(steps_to_wait_max, 1U << std::min(pause.failures, 16U));
    pause.reason = std::string(base::to_text(cause.error.code));
    if (!cause.event_id.empty()) {
        pause.reason += " at event " + std::string(cause.event_id);
    }
    // The message may come from a module and quote the event: logged by code and ids only.
    const auto level = is_again ? spdlog::level::debug : spdlog::level::warn;
    base::logger("views").log(
        level, "view paused view={} module={} tenant={} position={} event={} code={} failures={}",
        target.view->view().type->id, target.view->view().module->manifest().id,
        target.view->tenant().value(), cause.position.value(), cause.event_id,
        base::to_text(cause.error.code), pause.failures
    );
    target.view->set_pause(target.slot, std::move(pause));
}

CatchUp::CatchUp(
    const store::EventLog& log, const modules::Registry& registry, ViewCatalog& catalog,
    store::Table& table, const Workers& workers
)
    : log_(log), registry_(registry), catalog_(catalog), table_(table), workers_(workers) {}

bool CatchUp::run(std::span<const FoldTarget> targets, const Stretch& stretch) {
    const store::Position from = targets.front().next();
    const std::size_t distance = stretch.until.value() - std::min(from, stretch.until).value();
    const WindowBounds bounds{
        .tenant = targets.front().view->tenant(),
        .from = from,
        .events_max = std::min(stretch.events_max, distance),
    };
    const auto wanted = [&](const EventInterest& interest) {
        return std::ranges::any_of(targets, [&](const FoldTarget& target) {
            return interest.taken_by[target.view->view().place];
        });
    };
    const auto window = read_window(log_, catalog_, bounds, wanted);
    if (!window) {
        for (const FoldTarget& target : targets) {
            pause_target(target, {.position = from, .event_id = {}, .error = window.error()});
        }
        return false;
    }
    upcast_window(**window, registry_, workers_);
    bool moved = false;
    for (const FoldTarget& target : targets) {
        moved = fold_into(target, **window, stretch.head) || moved;
    }
    return moved;
}

bool CatchUp::fold_into(const FoldTarget& target, const EventWindow& window, store::Position head) {
    TenantView& view = *target.view;
    const StoredGeneration generation{table_, view.prefix(), view.number(target.slot), view.seal()};
    FoldedWindow folded = fold_window(window, view.coder(), generation, workers_);
    const bool is_build = target.slot == Slot::building;
    // A build that stands at the head has nothing to fold, but still has to take over.
    const bool moves = folded.next > window.from || (is_build && folded.next >= head);
    if (moves) {
        if (auto written = view.advance(target.slot, std::move(folded.changes), folded.next, head);
            !written) {
            pause_target(
                target, {.position = window.from, .event_id = {}, .error = written.error()}
            );
            return false;
        }
    }
    if (folded.failure) {
        pause_target(
            target, {.position = folded.failure->position,
                     .event_id = folded.failure->event_id,
                     .error = folded.failure->error}
        );
    } else if (view.pause(target.slot)) {
        view.set_pause(target.slot, std::nullopt);
    }
    return moves;
}

}  // namespace samvev::views
