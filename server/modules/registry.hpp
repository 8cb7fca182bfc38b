#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "modules/module.hpp"

namespace samvev::modules {

// All modules of the server and who owns which name. Built once at start-up, then read-only.
// Concurrency: [any thread] after construction.
class Registry {
public:
    // Refuses two owners of one namespace, stream kind, event type, command, view or claim, and an
    // `extends` or `folds` of a stream kind that nobody owns (SVP-1xx, both sides named).
    [[nodiscard]] static Result<std::unique_ptr<Registry>> make(
        std::vector<std::unique_ptr<Module>> modules
    );
    virtual ~Registry() = default;
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    struct Command {
        const Module* module = nullptr;
        const CommandType* type = nullptr;
    };
    struct Event {
        const Module* module = nullptr;
        const EventType* type = nullptr;  // of the newest version
    };
    struct View {
        const Module* module = nullptr;
        const ViewType* type = nullptr;
    };
    // Null members when unknown.
    [[nodiscard]] virtual Command command(std::string_view name) const noexcept = 0;
    [[nodiscard]] virtual Event event(std::string_view type) const noexcept = 0;
    [[nodiscard]] virtual View view(std::string_view id) const noexcept = 0;
    [[nodiscard]] virtual const Module* module(std::string_view id) const noexcept = 0;
    [[nodiscard]] virtual std::span<const std::unique_ptr<Module>> modules() const noexcept = 0;
    [[nodiscard]] virtual bool knows_stream_kind(std::string_view kind) const noexcept = 0;

    // Brings stored data to the newest version of its type, step by step. Returns the newest
    // version and data; unchanged when it is the newest or the type is unknown.
    struct Upcasted {
        std::uint32_t version = 1;
        std::string data;
    };
    [[nodiscard]] virtual Result<Upcasted> upcast(const EventIn& event) const = 0;

protected:
    Registry() = default;
};

}  // namespace samvev::modules
