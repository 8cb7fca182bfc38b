#pragma once

// Unit tests of a module without a server: events and commands go through its C table, as they do
// in production. Works with any test framework: a mismatch throws, with both sides in the text.
//
//   using namespace samvev::testing;
//   given<Checkin>({event("checkin.opened", {{"title", "Tur"}})})
//       .when("checkin.report", {{"status", "safe"}})
//       .then({event("checkin.reported", {{"who", ada}, {"status", "safe"}}, {}, 2)});
//   given<Checkin>().when("checkin.report", {{"status",
//   "safe"}}).then_rejected({"checkin.not-open"}); CHECK(project<Checkin>("checkin.board",
//   "roll/1", events)["open"] == true);
//
// With a module's entry instead of its type the manifest is at hand, so that names which it does
// not declare are refused: given(samvev_entry_v1, …), given(samvev::builtin::case_(), …).
// Schemas, roles and claims held by other streams are the server's business, not tested here.

#include <samvev/plugin.hpp>

#include <functional>
#include <initializer_list>

namespace samvev::testing {

// What was expected did not happen; the text has both sides.
struct Mismatch : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline constexpr const char* default_stream_id = "01890000-0000-7000-8000-0000000000aa";
inline constexpr const char* default_actor = "staff/01890000-0000-7000-8000-0000000000bb";

// An event, given or expected. Expected with null data: the data is not compared.
struct TestEvent {
    std::string type{};
    std::uint32_t version = 1;
    json data = nullptr;
    std::string entity{};
    std::string occurred_on{};
    std::string actor = default_actor;
    std::string role = "coordinator";
    std::string unit{};
    Time recorded_at =
        Time(std::chrono::sys_days(std::chrono::year(2026) / 9 / 1)) + std::chrono::hours(8);
    bool withheld = false;  // the payload has been removed: folding must accept that
};

[[nodiscard]] inline TestEvent event(
    std::string type, json data = nullptr, std::string entity = {}, std::uint32_t version = 1
) {
    TestEvent out;
    out.type = std::move(type);
    out.version = version;
    out.data = std::move(data);
    out.entity = std::move(entity);
    return out;
}
// The same event after its payload has been removed.
[[nodiscard]] inline TestEvent withheld(TestEvent event) {
    event.withheld = true;
    return event;
}

// Who sends a command, when, and what else the decision sees.
struct Sender {
    std::string actor = default_actor;
    std::vector<std::string> roles{"coordinator"};
    std::string unit{};
    Time now =
        Time(std::chrono::sys_days(std::chrono::year(2026) / 9 / 1)) + std::chrono::hours(10);
    std::string occurred_on{};
    std::optional<std::string> due_at{};
    json context = json::object();  // name in `reads` -> state of that stream
    json config = json::object();
    std::array<std::uint64_t, 2> seed{7, 11};
};

struct TestTimer {
    std::string name{};
    Time due{};
    std::string command{};
    json data{};
};
struct TestRejection {
    std::string code{};
    std::string field{};
    json params{};
};
struct TestCommand {
    std::string label{};
    std::string command{};
    std::string stream_kind{};
    std::string stream_id{};
    json data{};
};

// All that one call said.
struct Outcome {
    samvev_status status = SAMVEV_OK;
    std::vector<TestEvent> events{};
    std::vector<TestTimer> timers{};
    std::vector<std::string> cleared{};
    std::vector<std::pair<std::string, std::string>> claimed{};   // name, key
    std::vector<std::pair<std::string, std::string>> released{};  // name, key
    std::vector<TestRejection> rejections{};
    std::vector<TestCommand> sent{};
    std::optional<json> document{};
    bool dropped = false;
    std::string fault{};

    [[nodiscard]] bool rejected_with(std::string_view code) const {
        return std::any_of(rejections.begin(), rejections.end(), [&](const auto& r) {
            return r.code == code;
        });
    }
    [[nodiscard]] std::vector<std::string> codes() const {
        std::vector<std::string> out;
        for (const TestRejection& r : rejections) {
            out.push_back(r.code);
        }
        return out;
    }
};

// One line an event: "checkin.opened@1 roll-1 {…}".
[[nodiscard]] std::string as_text(const TestEvent& event);
[[nodiscard]] std::string as_text(const Outcome& outcome);

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

// One stream and the module's state of it: give events, send commands, look at the history.
class TestStream {
public:
    TestStream(const TestModule& module, std::string kind, std::string id = default_stream_id);
    TestStream(const TestStream&) = delete;
    TestStream& operator=(const TestStream&) = delete;
    ~TestStream() { close(); }

    void add(TestEvent event);
    // Decides; what was emitted becomes history. Also checks that the snapshot of the state is the
    // same when it is folded anew and when it is saved and opened again.
    Outcome send(
        std::string_view command, const json& data = json::object(), const Sender& sender = {}
    );
    // The same decision without a trace.
    [[nodiscard]] Outcome decide(
        std::string_view command, const json& data, const Sender& sender = {}
    ) const;
    // The state as its snapshot: also what another stream's command sees as context.
    [[nodiscard]] json state() const;
    void check_refold() const;

    [[nodiscard]] const std::vector<TestEvent>& history() const noexcept { return history_; }
    [[nodiscard]] const std::string& kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& id() const noexcept { return id_; }

private:
    [[nodiscard]] samvev_state* open(std::optional<std::string> snapshot) const;
    [[nodiscard]] json save(const samvev_state* state) const;
    void fold(samvev_state* state, std::size_t from) const;
    void close() noexcept;

    const TestModule* module_;
    std::string kind_;
    std::string id_;
    std::vector<TestEvent> history_;
    samvev_state* state_ = nullptr;
};

// given(…).when(…).then(…)
class Then {
public:
    explicit Then(Outcome outcome) : outcome_(std::move(outcome)) {}
    [[nodiscard]] const Outcome& outcome() const noexcept { return outcome_; }

    // Exactly these events, in this order.
    const Then& then(const std::vector<TestEvent>& expected) const;
    // Exactly events of these types, in this order.
    const Then& then_types(const std::vector<std::string>& expected) const;
    // Accepted, and nothing to write.
    const Then& then_nothing() const { return then({}); }
    // Exactly these codes, in any order.
    const Then& then_rejected(std::vector<std::string> codes) const;
    const Then& then_unsupported() const;
    const Then& then_fault() const;
    const Then& and_timer(std::string_view name) const;
    const Then& and_claimed(std::string_view name, std::string_view key) const;

private:
    void expect(bool held, const std::string& what) const;
    Outcome outcome_;
};

class Given {
public:
    Given(
        std::shared_ptr<const TestModule> module, std::string kind,
        const std::vector<TestEvent>& events
    )
        : module_(std::move(module)),
          stream_(std::make_unique<TestStream>(*module_, std::move(kind))) {
        for (const TestEvent& e : events) {
            stream_->add(e);
        }
    }
    Given& as(Sender sender) {
        sender_ = std::move(sender);
        return *this;
    }
    [[nodiscard]] Then when(std::string_view command, const json& data = json::object()) {
        return Then(stream_->send(command, data.is_null() ? json::object() : data, sender_));
    }
    [[nodiscard]] json state() const { return stream_->state(); }

private:
    std::shared_ptr<const TestModule> module_;
    std::unique_ptr<TestStream> stream_;
    Sender sender_;
};

namespace detail {
template <typename M>
[[nodiscard]] const samvev_entry& entry_of() {
    static const samvev_entry entry = M::entry({nullptr, 0});
    return entry;
}
}  // namespace detail

// The state of the stream kind that M folds first, unless a kind is named.
template <typename M>
[[nodiscard]] Given given(
    const std::vector<TestEvent>& events = {}, std::string_view kind = M::kinds.front()
) {
    return {std::make_shared<const TestModule>(detail::entry_of<M>()), std::string(kind), events};
}
[[nodiscard]] inline Given given(
    const samvev_entry& entry, std::string_view kind, const std::vector<TestEvent>& events = {}
) {
    return {std::make_shared<const TestModule>(entry), std::string(kind), events};
}
template <typename M>
[[nodiscard]] json project(
    std::string_view view, std::string_view key, const std::vector<TestEvent>& events,
    json document = nullptr
) {
    return TestModule(detail::entry_of<M>())
        .project(view, key, events, std::move(document), M::kinds.front());
}
template <typename M>
[[nodiscard]] json upcast(const TestEvent& event) {
    return TestModule(detail::entry_of<M>()).upcast(event, M::kinds.front());
}
template <typename M>
[[nodiscard]] std::vector<TestCommand> react(const TestEvent& event) {
    return TestModule(detail::entry_of<M>()).react(event, M::kinds.front());
}

// --- definitions ------------------------------------------------------------------------------

namespace detail {

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

}  // namespace detail

inline std::string as_text(const TestEvent& event) {
    return event.type + "@" + std::to_string(event.version) +
           (event.entity.empty() ? "" : " " + event.entity) +
           (event.data.is_null() ? "" : " " + event.data.dump());
}

inline std::string as_text(const Outcome& outcome) {
    std::string out = "status " + std::to_string(outcome.status) + "\n";
    for (const TestEvent& e : outcome.events) {
        out += "  event " + as_text(e) + "\n";
    }
    for (const TestTimer& t : outcome.timers) {
        out += "  timer " + t.name + " " + to_text(t.due) + " " + t.command + "\n";
    }
    for (const auto& [name, key] : outcome.claimed) {
        out += "  claim " + name + " " + key + "\n";
    }
    for (const auto& [name, key] : outcome.released) {
        out += "  release " + name + " " + key + "\n";
    }
    for (const TestRejection& r : outcome.rejections) {
        out += "  rejected " + r.code + " " + r.field + "\n";
    }
    return outcome.fault.empty() ? out : out + "  fault " + outcome.fault;
}

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

inline TestStream::TestStream(const TestModule& module, std::string kind, std::string id)
    : module_(&module), kind_(std::move(kind)), id_(std::move(id)) {
    state_ = open(std::nullopt);
}

inline void TestStream::add(TestEvent event) {
    history_.push_back(std::move(event));
    fold(state_, history_.size() - 1);
}

inline Outcome TestStream::decide(std::string_view command, const json& data, const Sender& sender)
    const {
    const std::string data_text = data.dump();
    const std::string roles = json(sender.roles).dump();
    const std::string context = sender.context.dump();
    const std::string config = sender.config.dump();
    samvev_command raw{};
    raw.size = sizeof raw;
    raw.version = 1;
    raw.now_us = sender.now.time_since_epoch().count();
    raw.seed[0] = sender.seed[0];
    raw.seed[1] = sender.seed[1];
    raw.revision = static_cast<std::int64_t>(history_.size()) - 1;
    raw.command_id = str("01890000-0000-7000-a000-000000000001");
    raw.stream_kind = str(kind_);
    raw.stream_id = str(id_);
    raw.name = str(command);
    raw.actor = str(sender.actor);
    raw.roles = str(roles);
    raw.unit = sender.unit.empty() ? samvev_str{nullptr, 0} : str(sender.unit);
    raw.occurred_on = sender.occurred_on.empty() ? samvev_str{nullptr, 0} : str(sender.occurred_on);
    raw.due_at = sender.due_at ? str(*sender.due_at) : samvev_str{nullptr, 0};
    raw.data = str(data_text);
    raw.context = str(context);
    raw.config = str(config);
    detail::Recording recording;
    const samvev_status status =
        module_->entry().decide(module_->instance(), detail::as_call(recording), state_, &raw);
    recording.outcome.status = status;
    if (status == SAMVEV_OK || status == SAMVEV_REJECTED) {
        if ((status == SAMVEV_REJECTED) == recording.outcome.rejections.empty()) {
            throw Mismatch(
                std::string(command) + ": status and rejections disagree\n" +
                as_text(recording.outcome)
            );
        }
        module_->check_declared(recording.outcome, command);
    }
    return recording.outcome;
}

inline Outcome TestStream::send(std::string_view command, const json& data, const Sender& sender) {
    Outcome outcome = decide(command, data, sender);
    if (outcome.status == SAMVEV_OK) {
        for (TestEvent& e : outcome.events) {
            e.actor = sender.actor;
            e.role = sender.roles.empty() ? "" : sender.roles.front();
            e.unit = sender.unit;
            e.recorded_at = sender.now;
            // As the server does: occurredOn is a constant or a pointer into the data.
            const json type = detail::find_named(module_->manifest(), "events", "type", e.type);
            const std::string source =
                type.is_null() ? "" : type.value("labels", json::object()).value("occurredOn", "");
            e.occurred_on = sender.occurred_on;
            if (source.starts_with("/") && e.data.contains(json::json_pointer(source))) {
                const json& given = e.data[json::json_pointer(source)];
                e.occurred_on = given.is_string() ? given.get<std::string>() : e.occurred_on;
            }
            add(e);
        }
    }
    check_refold();
    return outcome;
}

inline json TestStream::state() const {
    return save(state_);
}

inline void TestStream::check_refold() const {
    const json kept = save(state_);
    const auto compare = [&](std::optional<std::string> snapshot, std::size_t from,
                             const char* what) {
        samvev_state* other = open(std::move(snapshot));
        fold(other, from);
        const json again = save(other);
        module_->entry().state_free(module_->instance(), other);
        if (again != kept) {
            throw Mismatch(
                std::string("the state differs when ") + what + "\nkept:  " + kept.dump() +
                "\nagain: " + again.dump()
            );
        }
    };
    compare(std::nullopt, 0, "folded anew");
    compare(kept.dump(), history_.size(), "saved and opened again");
}

inline samvev_state* TestStream::open(std::optional<std::string> snapshot) const {
    detail::Recording recording;
    samvev_state* out = nullptr;
    const samvev_status status = module_->entry().state_open(
        module_->instance(), detail::as_call(recording), str(kind_),
        snapshot ? str(*snapshot) : samvev_str{nullptr, 0}, &out
    );
    detail::must_be_ok(status, recording.outcome, "state_open of '" + kind_ + "'");
    return out;
}

inline json TestStream::save(const samvev_state* state) const {
    detail::Recording recording;
    const samvev_status status =
        module_->entry().state_save(module_->instance(), detail::as_call(recording), state);
    detail::must_be_ok(status, recording.outcome, "state_save of '" + kind_ + "'");
    if (!recording.outcome.document) {
        throw Mismatch("state_save of '" + kind_ + "' put nothing");
    }
    return *recording.outcome.document;
}

inline void TestStream::fold(samvev_state* state, std::size_t from) const {
    const detail::RawEvents raw(
        history_, kind_, id_, [&](const TestEvent& e) { return module_->folds(kind_, e.type); },
        from
    );
    if (raw.size() == 0) {
        return;
    }
    detail::Recording recording;
    const samvev_status status = module_->entry().state_apply(
        module_->instance(), detail::as_call(recording), state, raw.data(), raw.size()
    );
    detail::must_be_ok(status, recording.outcome, "state_apply of '" + kind_ + "'");
}

inline void TestStream::close() noexcept {
    if (state_ != nullptr) {
        module_->entry().state_free(module_->instance(), state_);
        state_ = nullptr;
    }
}

inline void Then::expect(bool held, const std::string& what) const {
    if (!held) {
        throw Mismatch("expected " + what + "\nbut got " + as_text(outcome_));
    }
}

inline const Then& Then::then(const std::vector<TestEvent>& expected) const {
    std::string wanted = "events:\n";
    for (const TestEvent& e : expected) {
        wanted += "  event " + as_text(e) + "\n";
    }
    bool same = outcome_.status == SAMVEV_OK && outcome_.events.size() == expected.size();
    for (std::size_t i = 0; same && i < expected.size(); ++i) {
        const TestEvent& got = outcome_.events[i];
        same = got.type == expected[i].type && got.version == expected[i].version &&
               got.entity == expected[i].entity &&
               (expected[i].data.is_null() || got.data == expected[i].data);
    }
    expect(same, wanted);
    return *this;
}

inline const Then& Then::then_types(const std::vector<std::string>& expected) const {
    std::string wanted = "events of types:";
    for (const std::string& type : expected) {
        wanted += " " + type;
    }
    bool same = outcome_.status == SAMVEV_OK && outcome_.events.size() == expected.size();
    for (std::size_t i = 0; same && i < expected.size(); ++i) {
        same = outcome_.events[i].type == expected[i];
    }
    expect(same, wanted);
    return *this;
}

inline const Then& Then::then_rejected(std::vector<std::string> codes) const {
    std::string wanted = "rejections:";
    for (const std::string& code : codes) {
        wanted += " " + code;
    }
    std::vector<std::string> got = outcome_.codes();
    std::sort(codes.begin(), codes.end());
    std::sort(got.begin(), got.end());
    expect(outcome_.status == SAMVEV_REJECTED && got == codes, wanted);
    return *this;
}

inline const Then& Then::then_unsupported() const {
    expect(outcome_.status == SAMVEV_E_UNSUPPORTED, "status 'unsupported'");
    return *this;
}

inline const Then& Then::then_fault() const {
    expect(outcome_.status < 0 && outcome_.status != SAMVEV_E_UNSUPPORTED, "a fault");
    return *this;
}

inline const Then& Then::and_timer(std::string_view name) const {
    const bool set =
        std::any_of(outcome_.timers.begin(), outcome_.timers.end(), [&](const TestTimer& t) {
            return t.name == name;
        });
    expect(set, "timer '" + std::string(name) + "'");
    return *this;
}

inline const Then& Then::and_claimed(std::string_view name, std::string_view key) const {
    const auto& claimed = outcome_.claimed;
    const bool taken = std::any_of(claimed.begin(), claimed.end(), [&](const auto& c) {
        return c.first == name && c.second == key;
    });
    expect(taken, "claim '" + std::string(name) + "' of " + std::string(key));
    return *this;
}

}  // namespace samvev::testing
