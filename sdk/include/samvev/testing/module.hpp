#pragma once

#include <samvev/testing/outcome.hpp>
#include <samvev/testing/recording.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace samvev::testing {

// A module behind its table, with a host that records.
class TestModule {
public:
    // `entry` must outlive it. Without a manifest in the entry, names are not checked.
    explicit TestModule(const samvev_entry& entry);
    TestModule(const TestModule&) = delete;
    TestModule& operator=(const TestModule&) = delete;
    ~TestModule();

    [[nodiscard]] const samvev_entry& entry() const noexcept { return *entry_; }
    [[nodiscard]] const samvev_plugin* instance() const noexcept { return instance_; }
    [[nodiscard]] const json& manifest() const noexcept { return manifest_; }

    // The document after folding; null = dropped or never made.
    [[nodiscard]] json project(
        std::string_view view, std::string_view key, const std::vector<TestEvent>& events,
        json document = nullptr, std::string_view stream_kind = "test",
        std::string_view stream_id = default_stream_id
    ) const;
    // The data of the next version.
    [[nodiscard]] json upcast(const TestEvent& event, std::string_view stream_kind = "test") const;
    [[nodiscard]] std::vector<TestCommand> react(
        const TestEvent& event, std::string_view stream_kind = "test",
        std::string_view stream_id = default_stream_id
    ) const;

    // Throws Mismatch when the outcome has names that the manifest does not declare for `command`.
    void check_declared(const Outcome& outcome, std::string_view command) const;
    [[nodiscard]] bool folds(std::string_view stream_kind, std::string_view event_type) const;

private:
    const samvev_entry* entry_;
    samvev_plugin* instance_ = nullptr;
    json manifest_ = nullptr;
};

inline TestModule::TestModule(const samvev_entry& entry) : entry_(&entry) {
    if (entry.create(&detail::recording_host, &instance_) != SAMVEV_OK) {
        throw Mismatch("create failed");
    }
    if (entry.manifest.len != 0) {
        manifest_ = json::parse(samvev::view(entry.manifest));
    }
}

inline TestModule::~TestModule() {
    entry_->destroy(instance_);
}

inline json TestModule::project(
    std::string_view view, std::string_view key, const std::vector<TestEvent>& events,
    json document, std::string_view stream_kind, std::string_view stream_id
) const {
    const detail::RawEvents raw(events, stream_kind, stream_id, [](const TestEvent&) {
        return true;
    });
    detail::Recording recording;
    const std::string before = document.dump();
    const samvev_status status = entry_->fold(
        instance_, detail::as_call(recording), str(view), str(key),
        document.is_null() ? samvev_str{nullptr, 0} : str(before), raw.data(), raw.size()
    );
    detail::must_be_ok(status, recording.outcome, "fold of " + std::string(view));
    return recording.outcome.document.value_or(json());
}

inline json TestModule::upcast(const TestEvent& event, std::string_view stream_kind) const {
    const std::vector<TestEvent> events{event};
    const detail::RawEvents raw(events, stream_kind, default_stream_id, [](const TestEvent&) {
        return true;
    });
    detail::Recording recording;
    const samvev_status status = entry_->upcast(instance_, detail::as_call(recording), *raw.data());
    detail::must_be_ok(status, recording.outcome, "upcast of " + event.type);
    const auto& out = recording.outcome.events;
    if (out.size() != 1 || out[0].type != event.type || out[0].version != event.version + 1) {
        throw Mismatch(
            "upcast must give one event of the next version\n" + as_text(recording.outcome)
        );
    }
    return out[0].data;
}

inline std::vector<TestCommand> TestModule::react(
    const TestEvent& event, std::string_view stream_kind, std::string_view stream_id
) const {
    const std::vector<TestEvent> events{event};
    const detail::RawEvents raw(events, stream_kind, stream_id, [](const TestEvent&) {
        return true;
    });
    detail::Recording recording;
    const samvev_status status = entry_->react(instance_, detail::as_call(recording), *raw.data());
    detail::must_be_ok(status, recording.outcome, "react to " + event.type);
    return recording.outcome.sent;
}

inline void TestModule::check_declared(const Outcome& outcome, std::string_view command) const {
    if (manifest_.is_null()) {
        return;
    }
    const json type = detail::find_named(manifest_, "commands", "name", command);
    if (type.is_null()) {
        throw Mismatch("command '" + std::string(command) + "' is not in the manifest");
    }
    const auto need = [&](const char* list, const std::string& name) {
        const json names = type.value(list, json::array());
        if (std::find(names.begin(), names.end(), json(name)) == names.end()) {
            throw Mismatch(
                std::string(command) + " does not declare '" + name + "' in its " + list
            );
        }
    };
    for (const TestEvent& e : outcome.events) {
        need("emits", e.type + "@" + std::to_string(e.version));
    }
    for (const TestTimer& t : outcome.timers) {
        need("timers", t.name);
    }
    for (const std::string& name : outcome.cleared) {
        need("timers", name);
    }
    for (const auto& [name, key] : outcome.claimed) {
        need("claims", name);
    }
    for (const auto& [name, key] : outcome.released) {
        need("claims", name);
    }
    for (const TestRejection& r : outcome.rejections) {
        need("rejects", r.code);
    }
}

inline bool TestModule::folds(std::string_view stream_kind, std::string_view event_type) const {
    const json fold = detail::find_named(manifest_, "folds", "stream", stream_kind);
    if (fold.is_null()) {
        return true;
    }
    const json patterns = fold.value("events", json::array());
    return std::any_of(patterns.begin(), patterns.end(), [&](const json& pattern) {
        return detail::matches(pattern.get<std::string>(), event_type);
    });
}

}  // namespace samvev::testing
