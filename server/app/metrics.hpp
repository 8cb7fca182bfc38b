#pragma once

#include <string>

#include "store/event_log.hpp"
#include "timers/reactor.hpp"
#include "views/projector.hpp"

namespace samvev::app {

struct MetricsParts {
    const store::EventLog& log;
    const views::Projector& projector;
    const timers::Reactor& reactor;
};

// What wire cannot know of: the log, views and reactions, as Prometheus text 0.0.4: no tenant, no
// id, a bounded number of series. [any thread]
[[nodiscard]] std::string metrics_text(const MetricsParts& parts);

}  // namespace samvev::app
