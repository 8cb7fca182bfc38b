#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace samvev::wire {

// Writing Prometheus text exposition 0.0.4 (checked by promtool).
enum class MetricType { counter, gauge, histogram };

// # HELP and # TYPE; once per family, before its samples.
void append_family(std::string& out, std::string_view name, std::string_view help, MetricType type);

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
void append_sample(std::string& out, std::string_view name, Labels labels, std::uint64_t value);
void append_sample(std::string& out, std::string_view name, Labels labels, double value);

// A family with one sample without labels.
void append_counter(
    std::string& out, std::string_view name, std::string_view help, std::uint64_t value
);
void append_gauge(
    std::string& out, std::string_view name, std::string_view help, std::uint64_t value
);

}  // namespace samvev::wire
