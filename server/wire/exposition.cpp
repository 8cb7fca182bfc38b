#include "wire/exposition.hpp"

#include <array>
#include <charconv>

namespace samvev::wire {
namespace {

std::string_view to_text(MetricType type) noexcept {
    switch (type) {
        case MetricType::counter:
            return "counter";
        case MetricType::gauge:
            return "gauge";
        case MetricType::histogram:
            return "histogram";
    }
    return "untyped";
}

void append_escaped(std::string& out, std::string_view value) {
    for (const char c : value) {
        if (c == '\\' || c == '"') {
            out.push_back('\\');
        }
        out.append(c == '\n' ? "\\n" : std::string_view(&c, 1));
    }
}

template <typename Number>
void append_line(std::string& out, std::string_view name, Labels labels, Number value) {
    out.append(name);
    char separator = '{';
    for (const auto& [label, text] : labels) {
        out.push_back(separator);
        out.append(label).append("=\"");
        append_escaped(out, text);
        out.push_back('"');
        separator = ',';
    }
    if (labels.size() > 0) {
        out.push_back('}');
    }
    out.push_back(' ');
    std::array<char, 32> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), written.ptr);
    out.push_back('\n');
}

}  // namespace

void append_family(
    std::string& out, std::string_view name, std::string_view help, MetricType type
) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name);
    out.append(" ").append(to_text(type)).append("\n");
}

void append_sample(std::string& out, std::string_view name, Labels labels, std::uint64_t value) {
    append_line(out, name, labels, value);
}

void append_sample(std::string& out, std::string_view name, Labels labels, double value) {
    append_line(out, name, labels, value);
}

void append_counter(
    std::string& out, std::string_view name, std::string_view help, std::uint64_t value
) {
    append_family(out, name, help, MetricType::counter);
    append_sample(out, name, {}, value);
}

void append_gauge(
    std::string& out, std::string_view name, std::string_view help, std::uint64_t value
) {
    append_family(out, name, help, MetricType::gauge);
    append_sample(out, name, {}, value);
}

}  // namespace samvev::wire
