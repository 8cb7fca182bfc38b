#pragma once

// A host that records what a module says, and events in the form of the C ABI.

#include <samvev/testing/outcome.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace samvev::testing::detail {

// The call object of this host: what the module says is recorded here.
struct Recording {
    Outcome outcome;
};
[[nodiscard]] inline Outcome& recorded(samvev_call* call) {
    return reinterpret_cast<Recording*>(call)->outcome;
}
[[nodiscard]] inline samvev_call* as_call(Recording& recording) {
    return reinterpret_cast<samvev_call*>(&recording);
}
[[nodiscard]] inline std::string text(samvev_str s) {
    return std::string(samvev::view(s));
}
// An output that is not JSON is the module's fault; nothing may be thrown through its frames.
[[nodiscard]] inline json parsed(Outcome& outcome, samvev_str s) noexcept {
    json value = json::parse(samvev::view(s), nullptr, false);
    if (value.is_discarded()) {
        outcome.fault += "output is not JSON: " + text(s) + "\n";
    }
    return value;
}

inline const samvev_host recording_host = {
    sizeof(samvev_host),
    SAMVEV_ABI_MINOR,
    {"samvev-testing", 14},
    [](const samvev_host*, std::uint32_t, samvev_str, samvev_str) noexcept {},
    [](const samvev_host*, const char*) noexcept -> const void* { return nullptr; },
    [](samvev_call* call, samvev_str type, std::uint32_t version, samvev_str entity,
       samvev_str data) noexcept {
        Outcome& out = recorded(call);
        out.events.push_back(event(text(type), parsed(out, data), text(entity), version));
        return samvev_status{SAMVEV_OK};
    },
    [](samvev_call* call, samvev_str name, std::int64_t due_us, samvev_str command,
       samvev_str data) noexcept {
        Outcome& out = recorded(call);
        out.timers.push_back(
            {text(name), Time(std::chrono::microseconds(due_us)), text(command), parsed(out, data)}
        );
        return samvev_status{SAMVEV_OK};
    },
    [](samvev_call* call, samvev_str name) noexcept {
        recorded(call).cleared.push_back(text(name));
        return samvev_status{SAMVEV_OK};
    },
    [](samvev_call* call, samvev_str name, samvev_str key) noexcept {
        recorded(call).claimed.emplace_back(text(name), text(key));
        return samvev_status{SAMVEV_OK};
    },
    [](samvev_call* call, samvev_str name, samvev_str key) noexcept {
        recorded(call).released.emplace_back(text(name), text(key));
        return samvev_status{SAMVEV_OK};
    },
    [](samvev_call* call, samvev_str code, samvev_str field, samvev_str params) noexcept {
        Outcome& out = recorded(call);
        out.rejections.push_back(
            {text(code), text(field), params.ptr == nullptr ? json() : parsed(out, params)}
        );
    },
    [](samvev_call* call, samvev_str label, samvev_str command, samvev_str kind, samvev_str id,
       samvev_str data) noexcept {
        Outcome& out = recorded(call);
        out.sent.push_back({text(label), text(command), text(kind), text(id), parsed(out, data)});
        return samvev_status{SAMVEV_OK};
    },
    [](samvev_call* call, samvev_str document) noexcept {
        Outcome& out = recorded(call);
        out.document = parsed(out, document);
        return samvev_status{SAMVEV_OK};
    },
    [](samvev_call* call) noexcept {
        recorded(call).dropped = true;
        return samvev_status{SAMVEV_OK};
    },
    [](samvev_call* call, samvev_str what) noexcept { recorded(call).fault += text(what) + "\n"; },
    [](samvev_call*) noexcept { return std::uint32_t{0}; },
};

// The C form of events; views into `events` and itself.
class RawEvents {
public:
    RawEvents(
        const std::vector<TestEvent>& events, std::string_view kind, std::string_view id,
        const std::function<bool(const TestEvent&)>& take, std::size_t from = 0
    ) {
        raw_.reserve(events.size());
        texts_.reserve(events.size() * 2);
        for (std::size_t i = from; i < events.size(); ++i) {
            const TestEvent& e = events[i];
            if (!take(e)) {
                continue;
            }
            texts_.push_back(e.data.is_null() ? "{}" : e.data.dump());
            const std::string& data = texts_.back();
            texts_.push_back("01890000-0000-7000-9000-" + number(i));
            raw_.push_back(
                {sizeof(samvev_event), e.version, i, e.recorded_at.time_since_epoch().count(),
                 str(texts_.back()), str(kind), str(id), str(e.type), optional(e.entity),
                 optional(e.occurred_on), str(e.actor), str(e.role), optional(e.unit),
                 e.withheld ? samvev_str{nullptr, 0} : str(data)}
            );
        }
        for (const samvev_event& e : raw_) {
            pointers_.push_back(&e);
        }
    }
    [[nodiscard]] const samvev_event* const* data() const noexcept { return pointers_.data(); }
    [[nodiscard]] std::uint32_t size() const noexcept {
        return static_cast<std::uint32_t>(pointers_.size());
    }

private:
    static std::string number(std::size_t i) {
        std::string digits = std::to_string(i);
        return std::string(12 - digits.size(), '0') + digits;
    }
    static samvev_str optional(const std::string& s) {
        return s.empty() ? samvev_str{nullptr, 0} : str(s);
    }
    std::vector<std::string> texts_;
    std::vector<samvev_event> raw_;
    std::vector<const samvev_event*> pointers_;
};

inline void must_be_ok(samvev_status status, const Outcome& outcome, const std::string& what) {
    if (status != SAMVEV_OK || !outcome.fault.empty()) {
        throw Mismatch(what + " answered status " + std::to_string(status) + ": " + outcome.fault);
    }
}

[[nodiscard]] inline bool matches(const std::string& pattern, std::string_view type) {
    return pattern == "*" || pattern == type ||
           (pattern.ends_with(".*") &&
            type.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1)));
}

// The object in `list` whose `member` is `name`, or null.
[[nodiscard]] inline json find_named(
    const json& manifest, const char* list, const char* member, std::string_view name
) {
    if (manifest.is_object() && manifest.contains(list)) {
        for (const json& item : manifest[list]) {
            if (item.value(member, "") == name) {
                return item;
            }
        }
    }
    return nullptr;
}

}  // namespace samvev::testing::detail
