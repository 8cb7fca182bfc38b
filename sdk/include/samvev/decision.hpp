#pragma once

// What a module answers: a decision writes events, timers and claims or rejects; a reaction sends
// commands.

#include <samvev/event.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace samvev {

// What a decision writes. Rejecting does not stop the function: collect every reason, then return.
class Decision {
public:
    Decision(const samvev_host& host, samvev_call* call) : host_(&host), call_(call) {}

    // An event about the stream itself, or about `entity` inside it.
    void emit(
        std::string_view type, std::uint32_t version, const json& data, std::string_view entity = {}
    ) {
        check(host_->emit(call_, str(type), version, str(entity), str(data.dump())), "emit", type);
    }
    void set_timer(
        std::string_view name, Time due, std::string_view command, const json& data = json::object()
    ) {
        check(
            host_->set_timer(
                call_, str(name), due.time_since_epoch().count(), str(command), str(data.dump())
            ),
            "set_timer", name
        );
    }
    void clear_timer(std::string_view name) {
        check(host_->clear_timer(call_, str(name)), "clear_timer", name);
    }
    void claim(std::string_view name, std::string_view key) {
        check(host_->claim(call_, str(name), str(key)), "claim", name);
    }
    void release(std::string_view name, std::string_view key) {
        check(host_->release(call_, str(name), str(key)), "release", name);
    }
    // `field`: JSON pointer into the command's data that the reason is about, e.g. "/dueOn".
    void reject(std::string_view code, std::string_view field = {}, const json& params = nullptr) {
        const std::string text = params.is_null() ? std::string() : params.dump();
        host_->reject(
            call_, str(code), str(field), params.is_null() ? samvev_str{nullptr, 0} : str(text)
        );
        rejected_ = true;
    }
    // Rejects unless `condition`; returns it, so that a dependent check can be skipped.
    bool require(
        bool condition, std::string_view code, std::string_view field = {},
        const json& params = nullptr
    ) {
        if (!condition) {
            reject(code, field, params);
        }
        return condition;
    }
    void unsupported() noexcept { unsupported_ = true; }
    [[nodiscard]] bool rejected() const noexcept { return rejected_; }
    [[nodiscard]] bool is_unsupported() const noexcept { return unsupported_; }

private:
    static void check(samvev_status status, const char* what, std::string_view name) {
        if (status != SAMVEV_OK) {
            throw Fault(
                std::string(what) + " of '" + std::string(name) +
                "' refused by the host: is it in the manifest?"
            );
        }
    }
    const samvev_host* host_;
    samvev_call* call_;
    bool rejected_ = false;
    bool unsupported_ = false;
};

// What a reaction sends.
class Reaction {
public:
    Reaction(const samvev_host& host, samvev_call* call) : host_(&host), call_(call) {}
    void send(
        std::string_view label, std::string_view command, std::string_view stream_kind,
        std::string_view stream_id, const json& data = json::object()
    ) {
        const std::string text = data.dump();
        if (host_->send(
                call_, str(label), str(command), str(stream_kind), str(stream_id), str(text)
            ) != SAMVEV_OK) {
            throw Fault(
                "send of '" + std::string(command) + "' refused by the host: is it in the manifest?"
            );
        }
    }

private:
    const samvev_host* host_;
    samvev_call* call_;
};

}  // namespace samvev
