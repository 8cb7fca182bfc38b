#include "modules/c_module.hpp"

#include <string>
#include <utility>

#include "base/assert.hpp"
#include "modules/c_event.hpp"
#include "modules/call.hpp"
#include "modules/refusal.hpp"

namespace samvev::modules {

namespace {

// The author's handle; freed with it.
class CState final : public StateHandle {
public:
    CState(const samvev_entry& entry, const samvev_plugin* plugin, samvev_state* state)
        : entry_(&entry), plugin_(plugin), state_(state) {}
    ~CState() override { free(); }

    // Null after a failed apply: such a state is neither the old nor the new.
    [[nodiscard]] samvev_state* raw() const noexcept { return state_; }
    void free() noexcept {
        if (state_ != nullptr) {
            entry_->state_free(plugin_, state_);
            state_ = nullptr;
        }
    }

private:
    const samvev_entry* entry_;
    const samvev_plugin* plugin_;
    samvev_state* state_;
};

class CModule final : public Module {
public:
    CModule(const samvev_entry& entry, Manifest manifest)
        : entry_(&entry), manifest_(std::move(manifest)), host_(make_host_table(manifest_.id)) {}
    ~CModule() override {
        if (plugin_ != nullptr) {
            entry_->destroy(plugin_);
        }
    }

    [[nodiscard]] samvev_status create() { return entry_->create(&host_.table, &plugin_); }

    [[nodiscard]] const Manifest& manifest() const noexcept override { return manifest_; }

    [[nodiscard]] Result<std::unique_ptr<StateHandle>> open_state(
        std::string_view stream_kind, std::optional<std::string_view> snapshot
    ) const override {
        const ReplayScope replay;
        Call call = make_call(Call::Operation::open);
        samvev_state* state = nullptr;
        const samvev_status status = entry_->state_open(
            plugin_, call.raw(), c_text(stream_kind), c_optional(snapshot), &state
        );
        auto handle = std::make_unique<CState>(*entry_, plugin_, state);
        SAMVEV_CHECK_OK(call.finish(status, what("state_open", stream_kind)));
        if (state == nullptr) {
            return fail(
                ErrorCode::module_fault, what("state_open", stream_kind) + ": gave no handle"
            );
        }
        return std::unique_ptr<StateHandle>(std::move(handle));
    }

    [[nodiscard]] Result<std::monostate> apply(StateHandle& state, std::span<const EventIn> events)
        const override {
        if (events.empty()) {
            return std::monostate{};
        }
        const ReplayScope replay;
        CState& handle = of(state);
        SAMVEV_CHECK_OK(usable(handle));
        Call call = make_call(Call::Operation::apply);
        const CEvents raw(events);
        const samvev_status status =
            entry_->state_apply(plugin_, call.raw(), handle.raw(), raw.data(), raw.size());
        auto result = call.finish(status, what("state_apply", events.front().stream_kind));
        if (!result) {
            handle.free();
        }
        return result;
    }

    [[nodiscard]] Result<std::string> save_state(const StateHandle& state) const override {
        const ReplayScope replay;
        const CState& handle = of(state);
        SAMVEV_CHECK_OK(usable(handle));
        Call call = make_call(Call::Operation::save);
        const samvev_status status = entry_->state_save(plugin_, call.raw(), handle.raw());
        SAMVEV_CHECK_OK(call.finish(status, what("state_save", "")));
        if (!call.document) {
            return fail(ErrorCode::module_fault, what("state_save", "") + ": put nothing");
        }
        return std::move(*call.document);
    }

    [[nodiscard]] Result<DecisionOut> decide(const StateHandle& state, const CommandIn& command)
        const override {
        const CState& handle = of(state);
        SAMVEV_CHECK_OK(usable(handle));
        Call call = make_call(Call::Operation::decide);
        call.command = manifest_.find_command(command.name);
        if (call.command == nullptr) {
            return fail(ErrorCode::unsupported, what("decide", command.name) + ": no such command");
        }
        const samvev_command raw = c_command(command);
        const samvev_status status = entry_->decide(plugin_, call.raw(), handle.raw(), &raw);
        SAMVEV_CHECK_OK(call.finish(status, what("decide", command.name)));
        if (!call.decision.rejections.empty()) {
            // A command is carried out as a whole or not at all: one reason against it is enough.
            DecisionOut no;
            no.rejections = std::move(call.decision.rejections);
            return no;
        }
        return std::move(call.decision);
    }

    [[nodiscard]] Result<std::optional<std::string>> fold(
        std::string_view view, std::string_view key, std::optional<std::string_view> document,
        std::span<const EventIn> events
    ) const override {
        const ReplayScope replay;
        if (manifest_.find_view(view) == nullptr) {
            return fail(ErrorCode::unsupported, what("fold", view) + ": no such view");
        }
        Call call = make_call(Call::Operation::fold);
        const CEvents raw(events);
        const samvev_status status = entry_->fold(
            plugin_, call.raw(), c_text(view), c_text(key), c_optional(document), raw.data(),
            raw.size()
        );
        SAMVEV_CHECK_OK(call.finish(status, what("fold", view)));
        if (!call.document && !call.dropped) {
            return fail(ErrorCode::module_fault, what("fold", view) + ": neither put nor drop");
        }
        return std::move(call.document);
    }

    [[nodiscard]] Result<std::string> upcast(const EventIn& event) const override {
        const ReplayScope replay;
        Call call = make_call(Call::Operation::upcast);
        call.upcast_to = manifest_.find_event(event.type, event.version + 1);
        if (call.upcast_to == nullptr) {
            return fail(ErrorCode::unsupported, what("upcast", event.type) + ": no next version");
        }
        const samvev_event raw = c_event(event);
        const samvev_status status = entry_->upcast(plugin_, call.raw(), &raw);
        SAMVEV_CHECK_OK(call.finish(status, what("upcast", event.type)));
        if (call.decision.events.empty()) {
            return fail(ErrorCode::module_fault, what("upcast", event.type) + ": emitted nothing");
        }
        return std::move(call.decision.events.front().data);
    }

    [[nodiscard]] Result<std::vector<CommandOut>> react(const EventIn& event) const override {
        Call call = make_call(Call::Operation::react);
        call.reacting_to = event.type;
        const samvev_event raw = c_event(event);
        const samvev_status status = entry_->react(plugin_, call.raw(), &raw);
        SAMVEV_CHECK_OK(call.finish(status, what("react", event.type)));
        return std::move(call.sent);
    }

private:
    [[nodiscard]] Call make_call(Call::Operation operation) const {
        Call call;
        call.operation = operation;
        call.manifest = &manifest_;
        return call;
    }
    [[nodiscard]] std::string what(std::string_view operation, std::string_view name) const {
        return manifest_.id + " " + manifest_.version + ": " + std::string(operation) +
               (name.empty() ? "" : " ") + std::string(name);
    }
    [[nodiscard]] Result<std::monostate> usable(const CState& handle) const {
        if (handle.raw() == nullptr) {
            return fail(
                ErrorCode::module_fault,
                what("state", "") + ": the handle was lost in a fault; fold it again"
            );
        }
        return std::monostate{};
    }
    static CState& of(StateHandle& state) noexcept { return static_cast<CState&>(state); }
    static const CState& of(const StateHandle& state) noexcept {
        return static_cast<const CState&>(state);
    }

    const samvev_entry* entry_;
    Manifest manifest_;
    HostTable host_;
    samvev_plugin* plugin_ = nullptr;
};

bool has_null_function(const samvev_entry& e) noexcept {
    return e.create == nullptr || e.destroy == nullptr || e.state_open == nullptr ||
           e.state_apply == nullptr || e.state_save == nullptr || e.state_free == nullptr ||
           e.decide == nullptr || e.fold == nullptr || e.upcast == nullptr || e.react == nullptr ||
           e.get_extension == nullptr;
}

}  // namespace

Result<std::monostate> check_entry(const samvev_entry& entry, std::string_view who) {
    const auto refused = [&](Refusal code, const std::string& what) {
        return tl::unexpected<Error>(refusal(code, who, what));
    };
    const std::string ours =
        std::to_string(SAMVEV_ABI_MAJOR) + "." + std::to_string(SAMVEV_ABI_MINOR);
    if (!SAMVEV_HAS(&entry, get_extension)) {
        return refused(
            Refusal::entry_layout, "its entry has " + std::to_string(entry.size) +
                                       " bytes, this server reads " +
                                       std::to_string(sizeof(samvev_entry)) +
                                       ". Rebuild the module with the SDK for ABI " + ours
        );
    }
    if (entry.abi_major != SAMVEV_ABI_MAJOR) {
        return refused(
            Refusal::abi, "its code is built for plugin ABI " + std::to_string(entry.abi_major) +
                              "." + std::to_string(entry.abi_minor) + ", this server has " + ours +
                              ". Use a build of the module for ABI " +
                              std::to_string(SAMVEV_ABI_MAJOR)
        );
    }
    if (entry.min_host_minor > SAMVEV_ABI_MINOR) {
        return refused(
            Refusal::abi,
            "its code needs plugin ABI " + std::to_string(entry.abi_major) + "." +
                std::to_string(entry.min_host_minor) + ", this server has " + ours +
                ". Upgrade the server, or rebuild the module with SAMVEV_TARGET_MINOR " +
                std::to_string(SAMVEV_ABI_MINOR)
        );
    }
    if (entry.reserved != 0 || entry.flags != 0) {
        return refused(
            Refusal::entry_layout,
            "its entry uses reserved bits (" + std::to_string(entry.reserved) + ", flags " +
                std::to_string(entry.flags) +
                ") that this server does not know. Upgrade the server or rebuild the module"
        );
    }
    if (has_null_function(entry)) {
        return refused(
            Refusal::entry_layout,
            "its entry has a null function; all of ABI " + ours +
                " must be there. Answer SAMVEV_E_UNSUPPORTED from the ones it does not use"
        );
    }
    return std::monostate{};
}

Result<std::unique_ptr<Module>> make_c_module(const samvev_entry& entry, Manifest manifest) {
    const std::string who = manifest.id + " " + manifest.version;
    auto module = std::make_unique<CModule>(entry, std::move(manifest));
    if (const samvev_status status = module->create(); status != SAMVEV_OK) {
        return tl::unexpected<Error>(refusal(
            Refusal::create, who,
            "its create() answered status " + std::to_string(status) + ". See the module's own log"
        ));
    }
    return std::unique_ptr<Module>(std::move(module));
}

}  // namespace samvev::modules
