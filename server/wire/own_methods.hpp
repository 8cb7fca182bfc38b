#pragma once

#include <span>
#include <string>
#include <string_view>

namespace samvev::wire {

// Methods of the connection itself, which never reach the dispatcher.
enum class OwnMethod {
    authenticate,
    close,
    ping,
    health,
    discover,
    subscribe,
    unsubscribe,
    // What the npm package rpc-websockets asks by itself.
    login,
    on,
    off,
    list_methods,
};

struct OwnMethodRow {
    std::string_view name;
    OwnMethod method;
    enum class Door { any, websocket } door;
    enum class Caller { anyone, authenticated } caller;
    enum class Params { object, object_or_array } params;
    enum class Batch { allowed, refused } batch;
};

[[nodiscard]] std::span<const OwnMethodRow> own_methods() noexcept;
// Null when `name` is not one of them.
[[nodiscard]] const OwnMethodRow* find_own_method(std::string_view name) noexcept;
// Their part of the OpenRPC document: a JSON array of method objects, notifications included.
[[nodiscard]] std::string own_methods_open_rpc();

}  // namespace samvev::wire
