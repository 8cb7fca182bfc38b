#pragma once

#include <samvev/testing/module.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace samvev::testing {

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

}  // namespace samvev::testing
