#include "wire/own_methods.hpp"

#include <algorithm>
#include <array>

namespace samvev::wire {
namespace {

using Door = OwnMethodRow::Door;
using Caller = OwnMethodRow::Caller;
using Params = OwnMethodRow::Params;
using Batch = OwnMethodRow::Batch;

constexpr std::array rows = {
    OwnMethodRow{
        "session.authenticate", OwnMethod::authenticate, Door::websocket, Caller::anyone,
        Params::object, Batch::allowed
    },
    OwnMethodRow{
        "session.close", OwnMethod::close, Door::websocket, Caller::anyone, Params::object,
        Batch::refused
    },
    OwnMethodRow{
        "system.ping", OwnMethod::ping, Door::any, Caller::anyone, Params::object, Batch::allowed
    },
    OwnMethodRow{
        "system.health", OwnMethod::health, Door::any, Caller::anyone, Params::object,
        Batch::allowed
    },
    OwnMethodRow{
        "rpc.discover", OwnMethod::discover, Door::any, Caller::anyone, Params::object,
        Batch::allowed
    },
    OwnMethodRow{
        "events.subscribe", OwnMethod::subscribe, Door::websocket, Caller::authenticated,
        Params::object, Batch::refused
    },
    OwnMethodRow{
        "events.unsubscribe", OwnMethod::unsubscribe, Door::websocket, Caller::authenticated,
        Params::object_or_array, Batch::allowed
    },
    OwnMethodRow{
        "rpc.login", OwnMethod::login, Door::websocket, Caller::anyone, Params::object_or_array,
        Batch::allowed
    },
    OwnMethodRow{
        "rpc.on", OwnMethod::on, Door::websocket, Caller::anyone, Params::object_or_array,
        Batch::allowed
    },
    OwnMethodRow{
        "rpc.off", OwnMethod::off, Door::websocket, Caller::anyone, Params::object_or_array,
        Batch::allowed
    },
    OwnMethodRow{
        "__listMethods", OwnMethod::list_methods, Door::any, Caller::anyone,
        Params::object_or_array, Batch::allowed
    },
};

}  // namespace

std::span<const OwnMethodRow> own_methods() noexcept {
    return rows;
}

const OwnMethodRow* find_own_method(std::string_view name) noexcept {
    const auto* row = std::find_if(rows.begin(), rows.end(), [name](const OwnMethodRow& candidate) {
        return candidate.name == name;
    });
    return row == rows.end() ? nullptr : row;
}

}  // namespace samvev::wire
