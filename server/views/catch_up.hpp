#pragma once

#include <cstddef>
#include <span>

#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "store/table.hpp"
#include "views/event_window.hpp"
#include "views/parallel.hpp"
#include "views/tenant_view.hpp"
#include "views/view_catalog.hpp"

namespace samvev::views {

// A generation that is behind the log.
struct FoldTarget {
    TenantView* view = nullptr;
    Slot slot = Slot::active;
    [[nodiscard]] store::Position next() const noexcept { return view->next(slot); }
};

// Moves views forward by one window of the log. One thread at a time.
class CatchUp {
public:
    // All of them outlive it.
    CatchUp(
        const store::EventLog& log, const modules::Registry& registry, ViewCatalog& catalog,
        store::Table& table, const Workers& workers
    );

    struct Stretch {
        store::Position until;       // not further than this
        std::size_t events_max = 0;  // nor more than this
        store::Position head;        // of the log: who has reached it is up to date
    };
    // The targets are of one tenant and stand at one position: the log is read once for all of
    // them. What fails is paused and logged. True when one of them got further.
    bool run(std::span<const FoldTarget> targets, const Stretch& stretch);

private:
    [[nodiscard]] bool fold_into(
        const FoldTarget& target, const EventWindow& window, store::Position head
    );

    const store::EventLog& log_;
    const modules::Registry& registry_;
    ViewCatalog& catalog_;
    store::Table& table_;
    const Workers workers_;
};

// Stops that generation for a while, longer each time it fails at the same place.
struct PauseCause {
    store::Position position;
    std::string_view event_id;  // or empty
    const Error& error;
};
void pause_target(const FoldTarget& target, const PauseCause& cause);

}  // namespace samvev::views
