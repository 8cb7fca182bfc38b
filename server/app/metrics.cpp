#include "app/metrics.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

namespace samvev::app {
namespace {

class PrometheusText {
public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        out_.append("# HELP ").append(name).append(" ").append(help).append("\n");
        out_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    }
    // `labels` like `state="live"`, or empty.
    void sample(const std::string& labels, std::uint64_t value) {
        out_.append(name_);
        if (!labels.empty()) {
            out_.append("{").append(labels).append("}");
        }
        out_.append(" ").append(std::to_string(value)).append("\n");
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    std::string name_;
    std::string out_;
};

void write_log(PrometheusText& text, const store::EventLog& log) {
    std::uint64_t events = 0;
    for (const store::LogId id : log.logs()) {
        events += log.head(id).next.value();
    }
    text.family("samvev_log_events", "gauge", "Events in all logs of all tenants.");
    text.sample("", events);
    text.family(
        "samvev_log_writable", "gauge", "1 while commits are taken, 0 while the log is read-only."
    );
    text.sample("", log.state() == store::LogState::writable ? 1 : 0);
}

// The tenant that is furthest behind stands for its view.
void write_views(PrometheusText& text, const views::Projector& projector) {
    std::map<std::string, std::uint64_t> lag_by_view;
    std::uint64_t paused = 0;
    for (const auto& lag : projector.lags()) {
        std::uint64_t& furthest = lag_by_view[lag.view];
        furthest = std::max(furthest, lag.events);
        paused += lag.paused.empty() ? 0U : 1U;
    }
    text.family(
        "samvev_view_lag_events", "gauge",
        "Events a view has not folded yet, in the tenant furthest behind."
    );
    for (const auto& [view, events] : lag_by_view) {
        text.sample("view=\"" + view + "\"", events);
    }
    text.family(
        "samvev_views_paused", "gauge",
        "Views of a tenant that wait because their module failed on an event."
    );
    text.sample("", paused);
}

}  // namespace

std::string metrics_text(const MetricsParts& parts) {
    PrometheusText text;
    write_log(text, parts.log);
    write_views(text, parts.projector);
    text.family(
        "samvev_reactions_parked", "gauge", "Reactions that were given up and wait for a human."
    );
    text.sample("", parts.reactor.parked().size());
    return text.take();
}

}  // namespace samvev::app
